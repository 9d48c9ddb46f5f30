#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sufragio {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(ByteView view) { return Bytes(view.begin(), view.end()); }
[[nodiscard]] bool equal(ByteView a, ByteView b);

[[nodiscard]] std::string to_hex(ByteView bytes);  // lower case
[[nodiscard]] Result<Bytes> from_hex(
    std::string_view text);  // B101: odd length or a character that is no hex digit

// A fixed number of bytes with a meaning: Hash32, Kid, ElectionHandle … Compares, prints; no
// arithmetic.
template <typename Tag, std::size_t N>
struct FixedBytes {
  std::array<std::uint8_t, N> data{};

  static constexpr std::size_t kSize = N;
  [[nodiscard]] ByteView view() const { return data; }
  [[nodiscard]] std::string hex() const { return to_hex(data); }
  [[nodiscard]] static Result<FixedBytes> from(ByteView bytes);         // B102: wrong length
  [[nodiscard]] static Result<FixedBytes> parse(std::string_view hex);  // B101, B102
  friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

[[nodiscard]] tl::unexpected<Error> wrong_length(std::size_t expected, std::size_t got);

template <typename Tag, std::size_t N>
Result<FixedBytes<Tag, N>> FixedBytes<Tag, N>::from(ByteView bytes) {
  if (bytes.size() != N) return wrong_length(N, bytes.size());
  FixedBytes out;
  for (std::size_t i = 0; i < N; ++i) out.data[i] = bytes[i];
  return out;
}

template <typename Tag, std::size_t N>
Result<FixedBytes<Tag, N>> FixedBytes<Tag, N>::parse(std::string_view hex) {
  const Bytes bytes = TRY(from_hex(hex));
  return from(bytes);
}

using Hash32 = FixedBytes<struct Hash32Tag,
                          32>;  // a SHA-256 value; the content id of records, files and tree nodes

}  // namespace sufragio
