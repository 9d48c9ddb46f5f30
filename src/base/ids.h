#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sufragio {

template <typename Tag, typename Rep = std::uint32_t>
class Id {  // compares, prints; no arithmetic
 public:
  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_{value} {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  Rep value_{};
};

// A name that files use: 1–32 characters of a–z, A–Z, 0–9, `-`, `_`, `.`.
template <typename Tag>
class Slug {
 public:
  Slug() = default;
  [[nodiscard]] static Result<Slug> parse(std::string_view text);  // B103
  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const Slug&, const Slug&) = default;

 private:
  std::string text_;
};
[[nodiscard]] Result<std::string> parse_slug(std::string_view text);

template <typename Tag>
Result<Slug<Tag>> Slug<Tag>::parse(std::string_view text) {
  Slug out;
  out.text_ = TRY(parse_slug(text));
  return out;
}

using CentreCode = Id<struct CentreTag, std::uint32_t>;  // 9 digits EEMMPPCCC as an integer
using MesaNumber =
    Id<struct MesaNumberTag, std::uint16_t>;  // 1–99; 0 only in rows that stand for a whole unit
inline constexpr std::uint32_t kMaxCentre = 999'999'999;
inline constexpr std::uint16_t kMaxMesaNumber = 99;

struct MesaId {
  CentreCode centre;
  MesaNumber mesa;

  [[nodiscard]] static Result<MesaId> parse(std::string_view text);  // "201301006.01"; B104
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string centre_text() const;  // 9 digits
  [[nodiscard]] std::string mesa_text() const;    // at least 2 digits
  friend constexpr auto operator<=>(const MesaId&, const MesaId&) = default;
};

}  // namespace sufragio
