#include "terminal.h"

#include "codec/cbor.h"

namespace sufragio::mesa {

namespace {

constexpr std::size_t kMaxValues = 300;
constexpr std::size_t kMaxText = 256;

void put(codec::CborWriter& out, const std::vector<std::int64_t>& values) {
  out.array(values.size());
  for (const std::int64_t value : values) out.integer(value);
}

Result<std::vector<std::int64_t>> take(codec::CborReader& in) {
  const std::size_t count = TRY(in.array());
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < count && i < kMaxValues; ++i) {
    const std::int64_t value = TRY(in.integer());
    out.push_back(value);
  }
  return out;
}

Result<Touch> read_touch(ByteView bytes) {
  codec::CborReader in{bytes};
  Touch out;
  TRY(in.array(4));
  out.number = TRY(in.uint());
  const std::uint64_t act = TRY(in.uint(255));
  out.act = static_cast<std::uint8_t>(act);
  out.values = TRY(take(in));
  const std::string_view text = TRY(in.text());
  out.text = std::string{text.substr(0, kMaxText)};
  TRY(in.end());
  return out;
}

Result<PanelView> read_view(ByteView bytes) {
  codec::CborReader in{bytes};
  PanelView out;
  TRY(in.array(2));
  out.number = TRY(in.uint());
  out.values = TRY(take(in));
  TRY(in.end());
  return out;
}

}  // namespace

Bytes encode(const Touch& touch) {
  codec::CborWriter out;
  out.array(4);
  out.uint(touch.number);
  out.uint(touch.act);
  put(out, touch.values);
  out.text(touch.text);
  return out.take();
}

std::optional<Touch> decode_touch(ByteView bytes) {
  auto out = read_touch(bytes);
  if (!out) return std::nullopt;
  return std::move(*out);
}

Bytes encode(const PanelView& view) {
  codec::CborWriter out;
  out.array(2);
  out.uint(view.number);
  put(out, view.values);
  return out.take();
}

std::optional<PanelView> decode_view(ByteView bytes) {
  auto out = read_view(bytes);
  if (!out) return std::nullopt;
  return std::move(*out);
}

}  // namespace sufragio::mesa
