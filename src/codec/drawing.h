#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sufragio::codec {

// A page as a value: blocks stacked from top to bottom on a strip of paper. Lengths are printer
// dots (8 per mm). A renderer (an adapter) measures, wraps and stacks; the same drawing gives the
// PDF and the one-bit raster.

enum class Align { left, centre, right };

struct Cell {
  std::string text;  // UTF-8; wraps inside its width, never cut
  int width = 0;     // dots; 0 = what is left of the row, shared equally
  Align align = Align::left;
  int height = 28;  // height of capitals, dots (28 = 3.5 mm, VVSG 7.1-I)
  bool bold = false;
  bool tabular = false;  // figures of equal width
};

struct TextRow {  // cells 8 dots apart, first lines on one baseline
  std::vector<Cell> cells;
  bool inverse = false;  // white on black, for headings
  bool keep = false;     // stands on one sheet with the block that follows
};

struct Rule {
  bool dashed = false;
};

struct Space {
  int height = 0;
};

// A QR code; the renderer asks an encoder (ports::QrEncoder) for its modules and keeps a white
// quiet zone of 4 modules.
struct QrCode {
  std::string text;
  std::string caption;        // printed below; may be empty
  char level = 'M';           // L, M, Q, H
  bool alphanumeric = false;  // every character is in the QR alphanumeric set (base45)
  int dots_per_module = 4;    // >= 4 (0.5 mm): docs/spec/acta-layout.md
};

struct CodesRow {  // side by side where they fit, else one below the other
  std::vector<QrCode> codes;
};

struct Box {  // an outlined field to write in, with a small label inside at the top
  std::string label;
  int width = 0;  // dots; 0 = what is left of the row, shared equally
};

struct Boxes {  // side by side, sharing their borders
  std::vector<Box> boxes;
  int height = 96;
};

struct GridCell {
  std::vector<Cell> lines;        // stacked; their widths are not used
  std::vector<std::uint8_t> png;  // a picture in the upper right corner; may be empty
};

// Outlined cells in rows, all of one size: the one that needs most decides. The first line stands
// beside the picture, the others below it.
struct Grid {
  int columns = 1;
  std::vector<GridCell> cells;
  int picture = 0;  // side of the square that pictures are fitted into, dots
};

using Block = std::variant<TextRow, Rule, Space, CodesRow, Boxes, Grid>;

// Blocks [first, first + count) head a table whose rows end before block `end`: they are painted
// again at the top of every further page that has rows of it.
struct TableHead {
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t end = 0;
};

// A strip of paper longer than `most` becomes several sheets, each cut off by itself.
struct Sheets {
  int most = 0;             // dots of one sheet
  std::string word;         // before its number: "HOJA"
  std::vector<Block> head;  // again at the head of every sheet but the first
};

struct Drawing {
  int width = 576;               // 72 mm printable
  int page_height = 0;           // of a page of the PDF; 0: one page as long as it must be
  std::optional<Sheets> sheets;  // nothing: never cut
  int margin = 8;
  std::vector<Block> blocks;
  std::vector<TableHead> heads;  // ascending, of drawings that are cut into pages
  std::string stamp;  // large, slanted and repeated behind the text when not empty ("SIN VALOR")
  std::string title;  // of the PDF
  std::int64_t time_s = 0;  // creation date of the PDF, unix seconds UTC: never the clock
};

// The sheets of a drawing: itself where it is short enough or has no `sheets`; else drawings that
// begin with the head (but the first) and end with a dashed rule and "HOJA 1 / 3". Cut between
// blocks only, never after one that is kept; a block taller than a sheet has a sheet of its own.
// `heights`: dots of each block, as its renderer measures them; `head`: of the head together.
[[nodiscard]] std::vector<Drawing> cut_into_sheets(const Drawing& drawing,
                                                   const std::vector<int>& heights, int head);

struct Raster {  // one bit per pixel, rows padded to bytes, most significant bit first, 1 = black
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rows;
};

}  // namespace sufragio::codec
