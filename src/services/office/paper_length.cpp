#include "services/office/paper_length.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/numbers.h"

namespace sufragio::services {

namespace {

// Inter, in ems: capitals, one line with the spacing of the drawings, mean widths of letters.
constexpr double kCapitals = 1490.0 / 2048.0;
constexpr double kLine = 1.21 * 0.88;
constexpr int kBetweenCells = 8;
constexpr int kGridPad = 16;
constexpr int kQuietModules = 8;  // four at each side
constexpr int kCaptionLine = 26;

double width_of(char32_t c, bool bold) {
  constexpr std::string_view kThin = "iljtfrI.,;:'|!()[]";
  constexpr std::string_view kWide = "mwMWO@%";
  double out = c >= 'A' && c <= 'Z' ? 0.68 : 0.57;
  if (c == ' ') out = 0.28;
  if (c >= '0' && c <= '9') out = 0.63;
  if (c < 0x80 && kThin.find(static_cast<char>(c)) != std::string_view::npos) out = 0.32;
  if (c < 0x80 && kWide.find(static_cast<char>(c)) != std::string_view::npos) out = 0.84;
  if (c >= 0x80) out = 0.6;
  return bold ? out * 1.05 : out;
}

double width_of(std::string_view text, double em, bool bold) {
  double out = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) == 0x80U) continue;  // inside a UTF-8 sequence
    const auto first = static_cast<unsigned char>(c);
    out += width_of(first, bold) * em;
  }
  return out;
}

int lines_of(const codec::Cell& cell, int width) {
  const double em = cell.height / kCapitals;
  int lines = 0;
  for (const std::string_view paragraph : split(cell.text, '\n')) {
    double used = 0;
    ++lines;
    for (const std::string_view word : split(paragraph, ' ')) {
      const double wide = width_of(word, em, cell.bold);
      if (used > 0 && used + wide > width) {
        ++lines;
        used = 0;
      }
      lines += static_cast<int>(wide / std::max(1, width));  // a word longer than the line
      used += wide + 0.28 * em;
    }
  }
  return lines;
}

int height_of(const codec::TextRow& row, int inner) {
  int open = 0;
  int left = inner - kBetweenCells * std::max(0, static_cast<int>(row.cells.size()) - 1);
  for (const codec::Cell& cell : row.cells) {
    left -= std::max(0, cell.width);
    open += cell.width <= 0 ? 1 : 0;
  }
  double out = 0;
  for (const codec::Cell& cell : row.cells) {
    const int width = cell.width > 0 ? cell.width : left / std::max(1, open);
    const double line = cell.height / kCapitals * kLine;
    out = std::max(out, line * lines_of(cell, width) + (row.inverse ? line * 0.14 : 0));
  }
  return static_cast<int>(std::ceil(out));
}

Result<int> code_length(const codec::QrCode& code, ports::QrEncoder& encoder) {
  const ports::QrModules modules = TRY(encoder.encode(code));
  const auto captions =
      static_cast<int>(code.caption.empty() ? 0 : split(code.caption, '\n').size());
  return (modules.size + kQuietModules) * code.dots_per_module + captions * kCaptionLine + 8;
}

class Measure {
 public:
  Measure(const codec::Drawing& drawing, ports::QrEncoder& encoder)
      : inner_{drawing.width - 2 * drawing.margin}, encoder_{encoder} {}

  Result<int> operator()(const codec::TextRow& row) const { return height_of(row, inner_); }
  Result<int> operator()(const codec::Rule&) const { return 14; }
  Result<int> operator()(const codec::Space& space) const { return std::max(0, space.height); }
  Result<int> operator()(const codec::Boxes& boxes) const { return boxes.height; }
  Result<int> operator()(const codec::Grid& grid) const {
    const int columns = std::max(1, grid.columns);
    const int width = (inner_ - kBetweenCells * (columns - 1)) / columns - 2 * kGridPad;
    int tallest = 0;
    for (const codec::GridCell& cell : grid.cells) {
      double height = 2 * kGridPad;
      for (const codec::Cell& line : cell.lines) {
        const int beside = cell.png.empty() || &line != cell.lines.data() ? 0 : grid.picture;
        const double own = line.height / kCapitals * kLine * lines_of(line, width - beside);
        height += std::max<double>(own, beside);
      }
      tallest = std::max(tallest, static_cast<int>(std::ceil(height)));
    }
    const auto rows = (static_cast<int>(grid.cells.size()) + columns - 1) / columns;
    return rows * (tallest + kBetweenCells);
  }
  Result<int> operator()(const codec::CodesRow& row) const {
    int tallest = 0;
    int sum = 0;
    int wide = 0;
    for (const codec::QrCode& code : row.codes) {
      const int length = TRY(code_length(code, encoder_));
      tallest = std::max(tallest, length);
      sum += length;
      wide += length;
    }
    return wide <= inner_ + 2 * kCaptionLine * static_cast<int>(row.codes.size()) ? tallest : sum;
  }

 private:
  int inner_;
  ports::QrEncoder& encoder_;
};

Result<std::vector<int>> heights_of(const codec::Drawing& drawing,
                                    const std::vector<codec::Block>& blocks,
                                    ports::QrEncoder& encoder) {
  const Measure measure{drawing, encoder};
  std::vector<int> out;
  for (const codec::Block& block : blocks) {
    const int height = TRY(std::visit(measure, block));
    out.push_back(height);
  }
  return out;
}

}  // namespace

Result<int> paper_length(const codec::Drawing& drawing, ports::QrEncoder& encoder) {
  const std::vector<int> heights = TRY(heights_of(drawing, drawing.blocks, encoder));
  return std::accumulate(heights.begin(), heights.end(), 2 * drawing.margin);
}

Result<std::vector<int>> sheet_lengths(const codec::Drawing& drawing, ports::QrEncoder& encoder) {
  const std::vector<int> heights = TRY(heights_of(drawing, drawing.blocks, encoder));
  int head = 0;
  if (drawing.sheets) {
    const std::vector<int> tops = TRY(heights_of(drawing, drawing.sheets->head, encoder));
    head = std::accumulate(tops.begin(), tops.end(), 0);
  }
  std::vector<int> out;
  for (const codec::Drawing& sheet : codec::cut_into_sheets(drawing, heights, head)) {
    const int length = TRY(paper_length(sheet, encoder));
    out.push_back(length);
  }
  return out;
}

}  // namespace sufragio::services
