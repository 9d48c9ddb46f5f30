// The logo of an organisation, as the drawing reads it: any bytes, and files whose frame is right
// (signature, lengths and sums of the parts) around whatever the fuzzer puts inside.
#include <zlib.h>

#include "adapters/cairo/page.h"

namespace {

namespace cairo = sufragio::adapters::cairo;
using sufragio::Bytes;
using Input = std::span<const std::uint8_t>;

void read(Input png) {
  const auto picture = cairo::read_picture(png);
  if (!picture) return;
  const int width = cairo_image_surface_get_width(picture->get());
  const int height = cairo_image_surface_get_height(picture->get());
  const auto most = static_cast<int>(cairo::kMaxPictureSide);
  if (width < 1 || height < 1 || width > most || height > most) __builtin_trap();
}

void put_number(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void put_part(Bytes& out, const char* name, Input content) {
  put_number(out, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = out.size();
  out.insert(out.end(), name, name + 4);
  out.insert(out.end(), content.begin(), content.end());
  const uLong sum = crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin));
  put_number(out, static_cast<std::uint32_t>(sum));
}

Bytes packed(Input content) {
  uLongf size = compressBound(content.size());
  Bytes out(size);
  if (compress2(out.data(), &size, content.data(), content.size(), 1) != Z_OK) out.clear();
  out.resize(size);
  return out;
}

Input take(Input& in, std::size_t most) {
  const Input out = in.first(std::min(most, in.size()));
  in = in.subspan(out.size());
  return out;
}

Bytes framed(Input in) {
  constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  constexpr const char* kNames[] = {"IDAT", "IDAT", "PLTE", "tRNS", "gAMA", "sBIT", "iCCP", "zTXt"};
  Bytes out(kSignature.begin(), kSignature.end());
  Bytes header(13);
  std::ranges::copy(take(in, header.size()), header.begin());
  put_part(out, "IHDR", header);
  while (in.size() > 2) {
    const std::uint8_t kind = in[0];
    const std::size_t length = in[1] * (kind & 0x80 ? 16U : 1U);
    in = in.subspan(2);
    const Input content = take(in, length);
    put_part(out, kNames[kind & 7], (kind & 8) != 0 ? Input{packed(content)} : content);
  }
  put_part(out, "IEND", {});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({data, size});
  read(framed({data, size}));
  return 0;
}
