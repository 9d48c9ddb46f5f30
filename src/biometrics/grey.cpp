#include "biometrics/grey.h"

#include <algorithm>
#include <string>

#include "base/numbers.h"
#include "biometrics/image_codes.h"

namespace sufragio::biometrics {

namespace {

bool blank(std::uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The three numbers of a PGM header, and the resolution where a comment names it.
class PgmHeader {
 public:
  explicit PgmHeader(ByteView file) : file_{file} {}

  Result<int> number(std::uint64_t max) {
    skip();
    const std::size_t begin = at_;
    while (at_ < file_.size() && file_[at_] >= '0' && file_[at_] <= '9') ++at_;
    const Result<std::uint64_t> value =
        parse_padded(as_text(file_.subspan(begin, at_ - begin)), 1'000'000);
    if (!value) return fail(kBrokenGrey);
    if (*value > max) return fail(kNotAPgm);
    return static_cast<int>(*value);
  }

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::uint16_t ppcm() const { return ppcm_; }

 private:
  void skip() {
    while (at_ < file_.size() && (blank(file_[at_]) || file_[at_] == '#')) {
      if (file_[at_] != '#') {
        ++at_;
        continue;
      }
      const std::size_t begin = at_;
      while (at_ < file_.size() && file_[at_] != '\n') ++at_;
      remark(as_text(file_.subspan(begin, at_ - begin)));
    }
  }

  void remark(std::string_view text) {
    constexpr std::string_view kMark = "# ppcm ";
    if (!text.starts_with(kMark)) return;
    const Result<std::uint64_t> value = parse_padded(text.substr(kMark.size()), kMostPpcm);
    if (value) ppcm_ = static_cast<std::uint16_t>(*value);
  }

  ByteView file_;
  std::size_t at_ = 2;  // after "P5"
  std::uint16_t ppcm_ = 0;
};

// One axis of the resampling: for every new pixel its first old one and the weights (Q12) of it
// and the next ones.
struct Axis {
  std::vector<int> first;
  std::vector<std::vector<std::int32_t>> weights;
};

constexpr std::int64_t kOne = 4'096;

Axis axis(int old_size, int new_size, std::int64_t from, std::int64_t to) {
  Axis out;
  for (int i = 0; i < new_size; ++i) {
    std::vector<std::int32_t> weights;
    // The new pixel covers [i, i + 1) · from / to of the old axis; growing takes two neighbours.
    std::int64_t begin = i * from * kOne / to;
    std::int64_t end = (i + 1) * from * kOne / to;
    if (from < to) {
      const std::int64_t middle = (begin + end) / 2;
      begin = middle - kOne / 2;
      end = middle + kOne / 2;
    }
    begin = std::clamp<std::int64_t>(begin, 0, old_size * kOne - kOne);
    end = std::clamp<std::int64_t>(end, begin + kOne / 2, old_size * kOne);
    const std::int64_t first = begin / kOne;
    for (std::int64_t k = first; k * kOne < end; ++k) {
      const std::int64_t part = std::min(end, (k + 1) * kOne) - std::max(begin, k * kOne);
      weights.push_back(static_cast<std::int32_t>(part));
    }
    out.first.push_back(static_cast<int>(first));
    out.weights.push_back(std::move(weights));
  }
  return out;
}

std::int64_t total(const std::vector<std::int32_t>& weights) {
  std::int64_t sum = 0;
  for (const std::int32_t weight : weights) sum += weight;
  return sum;
}

std::uint8_t sample(const GreyImage& image, const Axis& x, std::size_t column, const Axis& y,
                    std::size_t row) {
  std::int64_t sum = 0;
  for (std::size_t j = 0; j < y.weights[row].size(); ++j) {
    std::int64_t line = 0;
    const std::size_t begin =
        (static_cast<std::size_t>(y.first[row]) + j) * static_cast<std::size_t>(image.width) +
        static_cast<std::size_t>(x.first[column]);
    for (std::size_t i = 0; i < x.weights[column].size(); ++i) {
      line += std::int64_t{x.weights[column][i]} * image.pixels[begin + i];
    }
    sum += line * y.weights[row][j];
  }
  const std::int64_t all = total(x.weights[column]) * total(y.weights[row]);
  return static_cast<std::uint8_t>((sum + all / 2) / all);
}

}  // namespace

Result<void> check_grey(const GreyImage& image) {
  if (image.width < 1 || image.height < 1 || image.width > kMaxSide || image.height > kMaxSide ||
      image.pixels.size() !=
          static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height)) {
    return fail(Error{kBadImageSize}.with("width", image.width).with("height", image.height));
  }
  if (image.ppcm != 0 && (image.ppcm < kLeastPpcm || image.ppcm > kMostPpcm)) {
    return fail(Error{kBadResolution}.with("ppcm", image.ppcm));
  }
  return {};
}

Result<GreyImage> read_pgm(ByteView file) {
  if (file.size() < 3 || file[0] != 'P' || file[1] != '5' || !(blank(file[2]) || file[2] == '#')) {
    return fail(kNotAPgm);
  }
  PgmHeader header{file};
  const int width = TRY(header.number(1'000'000));
  const int height = TRY(header.number(1'000'000));
  const int white = TRY(header.number(1'000'000));
  if (white != 255) return fail(Error{kNotAPgm}.with("white", white));
  GreyImage out{width, height, header.ppcm(), {}};
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide)
    return check_grey(out).map([&] { return out; });
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t at = header.at();
  if (at >= file.size() || !blank(file[at]) || file.size() - at - 1 != size)
    return fail(kBrokenGrey);
  out.pixels = to_bytes(file.subspan(at + 1));
  TRY(check_grey(out));
  return out;
}

Bytes write_pgm(const GreyImage& image) {
  std::string header = "P5\n";
  if (image.ppcm != 0) header += "# ppcm " + std::to_string(image.ppcm) + "\n";
  header += std::to_string(image.width) + " " + std::to_string(image.height) + "\n255\n";
  Bytes out = to_bytes(as_bytes(header));
  out.insert(out.end(), image.pixels.begin(), image.pixels.end());
  return out;
}

Result<GreyImage> at_500_dpi(const GreyImage& image) { return at_500_dpi(image, image.ppcm); }

Result<GreyImage> at_500_dpi(const GreyImage& image, std::uint16_t ppcm) {
  TRY(check_grey(image));
  if (ppcm < kLeastPpcm || ppcm > kMostPpcm) return fail(Error{kBadResolution}.with("ppcm", ppcm));
  const int off = ppcm > kPpcm500 ? ppcm - kPpcm500 : kPpcm500 - ppcm;
  if (off * 100 <= kPpcm500) return GreyImage{image.width, image.height, kPpcm500, image.pixels};
  const auto scaled = [&](int size) { return std::max(1, (size * kPpcm500 + ppcm / 2) / ppcm); };
  GreyImage out{scaled(image.width), scaled(image.height), kPpcm500, {}};
  if (out.width > kMaxSide || out.height > kMaxSide) {
    return fail(Error{kBadImageSize}.with("width", out.width).with("height", out.height));
  }
  const Axis x = axis(image.width, out.width, ppcm, kPpcm500);
  const Axis y = axis(image.height, out.height, ppcm, kPpcm500);
  out.pixels.reserve(x.first.size() * y.first.size());  // no copy of it is left behind
  for (std::size_t row = 0; row < y.first.size(); ++row) {
    for (std::size_t column = 0; column < x.first.size(); ++column) {
      out.pixels.push_back(sample(image, x, column, y, row));
    }
  }
  return out;
}

}  // namespace sufragio::biometrics
