#include "adapters/images/image_reader.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "ports/codes.h"

namespace sufragio::adapters {

namespace images {

Result<void> check_size(std::int64_t width, std::int64_t height) {
  if (width <= 0 || height <= 0) return fail(ports::kBrokenImage);
  if (width > kMaxSide || height > kMaxSide || width * height > kMaxPixels) {
    return fail(Error{ports::kImageTooLarge}.with("width", width).with("height", height));
  }
  return {};
}

namespace {

// The next number of a PGM header: blanks and `#` comments before it.
Result<std::int64_t> header_number(ByteView file, std::size_t& at) {
  const auto blank = [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (at < file.size() && (blank(file[at]) || file[at] == '#')) {
    if (file[at] == '#') {
      while (at < file.size() && file[at] != '\n') ++at;
    } else {
      ++at;
    }
  }
  const std::size_t begin = at;
  while (at < file.size() && file[at] >= '0' && file[at] <= '9') ++at;
  const Result<std::uint64_t> value =
      parse_padded(as_text(file.subspan(begin, at - begin)), 1'000'000'000);
  if (!value) return fail(ports::kBrokenImage);
  return static_cast<std::int64_t>(*value);
}

}  // namespace

Result<ports::GreyImage> read_pgm(ByteView file) {
  std::size_t at = 2;  // after "P5"
  const std::int64_t width = TRY(header_number(file, at));
  const std::int64_t height = TRY(header_number(file, at));
  const std::int64_t white = TRY(header_number(file, at));
  TRY(check_size(width, height));
  const auto size = static_cast<std::size_t>(width * height);
  if (white != 255 || at >= file.size() || file.size() - at - 1 < size) {
    return fail(ports::kBrokenImage);
  }
  return ports::GreyImage{static_cast<int>(width), static_cast<int>(height),
                          to_bytes(file.subspan(at + 1, size))};
}

}  // namespace images

Result<ports::GreyImage> FileImageReader::read(ByteView file) {
  constexpr std::array<std::uint8_t, 8> kPng{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  if (file.size() > kMaxImageFile) {
    return fail(Error{ports::kImageTooLarge}.with("bytes", static_cast<std::int64_t>(file.size())));
  }
  if (file.size() >= kPng.size() && std::equal(kPng.begin(), kPng.end(), file.begin())) {
    return images::read_png(file);
  }
  if (file.size() >= 3 && file[0] == 0xff && file[1] == 0xd8 && file[2] == 0xff) {
    return images::read_jpeg(file);
  }
  if (file.size() >= 3 && file[0] == 'P' && file[1] == '5') return images::read_pgm(file);
  return fail(ports::kNotAnImage);
}

}  // namespace sufragio::adapters
