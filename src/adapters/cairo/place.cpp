#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "adapters/cairo/page.h"
#include "ports/codes.h"

namespace sufragio::adapters::cairo {

namespace {

constexpr double kFontLine = 1.21;     // Inter: height of a line, in ems
constexpr float kLineSpacing = 0.88F;  // of the font's own: accents on capitals still fit
constexpr int kGap = 8;                // between cells
constexpr int kRulePad = 6;            // above and below a rule
constexpr int kRuleHeight = 2;
constexpr int kCodePad = 8;  // between codes and around captions
constexpr int kCaptionHeight = 18;
constexpr int kBoxLabelHeight = 14;
constexpr int kBoxBorder = 2;
constexpr int kGridPad = 16;  // inside a cell of a grid
// Inter: capitals are 1490 of 2048 units high.
constexpr double kCapitals = 1490.0 / 2048.0;

Own<PangoLayout> make_layout(PangoContext* context, const codec::Cell& cell, int width) {
  Own<PangoLayout> layout{pango_layout_new(context)};
  const Own<PangoFontDescription> font{pango_font_description_new()};
  pango_font_description_set_family(font.get(), "Inter");
  pango_font_description_set_weight(font.get(),
                                    cell.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(
      font.get(), std::round(cell.height / kCapitals * 4) / 4 * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_text(layout.get(), cell.text.data(), static_cast<int>(cell.text.size()));
  if (width > 0) pango_layout_set_width(layout.get(), width * PANGO_SCALE);
  pango_layout_set_line_spacing(layout.get(), kLineSpacing);
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);  // wraps, never cuts
  const PangoAlignment align = cell.align == codec::Align::left     ? PANGO_ALIGN_LEFT
                               : cell.align == codec::Align::centre ? PANGO_ALIGN_CENTER
                                                                    : PANGO_ALIGN_RIGHT;
  pango_layout_set_alignment(layout.get(), align);
  const Own<PangoAttrList> attributes{pango_attr_list_new()};
  pango_attr_list_insert(attributes.get(), pango_attr_insert_hyphens_new(FALSE));
  if (cell.tabular) {
    pango_attr_list_insert(attributes.get(), pango_attr_font_features_new("tnum=1"));
  }
  pango_layout_set_attributes(layout.get(), attributes.get());
  return layout;
}

int height_of(PangoLayout* layout) {
  int width = 0;
  int height = 0;
  pango_layout_get_pixel_size(layout, &width, &height);
  return height;
}

double baseline_of(PangoLayout* layout) {
  return static_cast<double>(pango_layout_get_baseline(layout)) / PANGO_SCALE;
}

// Widths in dots: those that are given, and equal shares of what is left for the others.
template <typename Item>
std::vector<int> shared_widths(const std::vector<Item>& items, int total, int gap) {
  const auto count = static_cast<int>(items.size());
  int left = total - gap * std::max(0, count - 1);
  int open = 0;
  for (const Item& item : items) {
    if (item.width > 0) left -= item.width;
    if (item.width <= 0) ++open;
  }
  std::vector<int> out;
  for (const Item& item : items) {
    out.push_back(item.width > 0 ? item.width : std::max(1, left / std::max(1, open)));
  }
  return out;
}

class Placer {
 public:
  Placer(const codec::Drawing& drawing, PangoContext* context, ports::QrEncoder& encoder)
      : drawing_{drawing}, context_{context}, encoder_{encoder} {
    page_.width = drawing.width;
    y_ = drawing.margin;
  }

  [[nodiscard]] Result<PlacedPage> run() {
    const bool cut = drawing_.page_height > 0 || drawing_.sheets;
    const int most = cut ? kMaxPaged : kMaxHeight;
    for (const codec::Block& block : drawing_.blocks) {
      page_.tops.push_back(y_);
      TRY(std::visit([this](const auto& kind) { return add(kind); }, block));
      if (y_ > most) {
        return fail(ports::kDrawFailed, {{"detail", std::to_string(y_)}});
      }
    }
    page_.height = y_ + drawing_.margin;
    if (!drawing_.stamp.empty()) {
      codec::Cell stamp;
      stamp.text = drawing_.stamp;
      stamp.bold = true;
      stamp.height = 84;
      page_.stamp = make_layout(context_, stamp, 0);
    }
    return std::move(page_);
  }

 private:
  [[nodiscard]] int inner() const { return drawing_.width - 2 * drawing_.margin; }

  Result<void> add(const codec::TextRow& row) {
    const std::vector<int> widths = shared_widths(row.cells, inner(), kGap);
    std::vector<Own<PangoLayout>> layouts;
    double baseline = 0;
    double tallest = 0;  // natural height of one line
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      tallest = std::max(tallest, row.cells[i].height / kCapitals * kFontLine);
      layouts.push_back(make_layout(context_, row.cells[i], widths[i]));
      baseline = std::max(baseline, baseline_of(layouts.back().get()));
    }
    int x = drawing_.margin;
    int bottom = y_;
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      // The last line keeps the font's full spacing (pango): the row takes it back, half above.
      const double trim = row.inverse ? 0 : std::round(tallest * (1 - kLineSpacing));
      const double top =
          y_ + std::round(baseline - baseline_of(layouts[i].get())) - std::round(trim / 2);
      const int height = height_of(layouts[i].get()) - static_cast<int>(trim / 2);
      bottom = std::max(bottom, static_cast<int>(top) + height);
      page_.texts.push_back({std::move(layouts[i]), static_cast<double>(x), top, row.inverse});
      x += widths[i] + kGap;
    }
    if (row.inverse) rect(drawing_.margin, y_, inner(), bottom - y_);
    y_ = bottom;
    return {};
  }

  Result<void> add(const codec::Rule& rule) {
    constexpr int kDash = 12;
    y_ += kRulePad;
    for (int x = 0; rule.dashed && x < inner(); x += 2 * kDash) {
      rect(drawing_.margin + x, y_, std::min(kDash, inner() - x), kRuleHeight);
    }
    if (!rule.dashed) rect(drawing_.margin, y_, inner(), kRuleHeight);
    y_ += kRuleHeight + kRulePad;
    return {};
  }

  Result<void> add(const codec::Space& space) {
    y_ += std::max(0, space.height);
    return {};
  }

  struct Measured {
    ports::QrModules modules;
    int dots = 4;
    int side = 0;  // with quiet zone
    std::string caption;
  };

  Result<void> add(const codec::CodesRow& row) {
    std::vector<Measured> codes;
    int width = 0;
    for (const codec::QrCode& code : row.codes) {
      Measured measured;
      measured.modules = TRY(encoder_.encode(code));
      measured.dots = std::max(1, code.dots_per_module);
      measured.side = (measured.modules.size + 2 * kQuietZone) * measured.dots;
      measured.caption = code.caption;
      if (measured.side > drawing_.width) {
        return fail(ports::kCodeTooLong, {{"characters", std::to_string(code.text.size())}});
      }
      width += measured.side;
      codes.push_back(std::move(measured));
    }
    if (width <= inner()) {
      put_codes(codes, 0, codes.size());
    } else {
      for (std::size_t i = 0; i < codes.size(); ++i) put_codes(codes, i, i + 1);
    }
    return {};
  }

  void put_codes(std::vector<Measured>& codes, std::size_t begin, std::size_t end) {
    const auto count = static_cast<int>(end - begin);
    int bottom = y_;
    for (std::size_t i = begin; i < end; ++i) {
      Measured& code = codes[i];
      const int slot = drawing_.width / count;
      const int left = slot * static_cast<int>(i - begin) + (slot - code.side) / 2;
      rect(left, y_, code.side, code.side, true);  // quiet zone, above the stamp
      const int quiet = kQuietZone * code.dots;
      page_.codes.push_back({std::move(code.modules), left + quiet, y_ + quiet, code.dots});
      int below = y_ + code.side;
      if (!code.caption.empty()) {
        codec::Cell caption;
        caption.text = code.caption;
        caption.align = codec::Align::centre;
        caption.height = kCaptionHeight;
        caption.bold = true;
        const int width = slot - 2 * kCodePad;
        Own<PangoLayout> layout = make_layout(context_, caption, width);
        const int height = height_of(layout.get());
        page_.texts.push_back({std::move(layout),
                               static_cast<double>(slot * static_cast<int>(i - begin) + kCodePad),
                               static_cast<double>(below), false});
        below += height;
      }
      bottom = std::max(bottom, below);
    }
    y_ = bottom + kCodePad;
  }

  Result<void> add(const codec::Boxes& row) {
    const std::vector<int> widths = shared_widths(row.boxes, inner(), -kBoxBorder);
    int x = drawing_.margin;
    for (std::size_t i = 0; i < row.boxes.size(); ++i) {
      outline(x, y_, widths[i], row.height);
      codec::Cell label;
      label.text = row.boxes[i].label;
      label.height = kBoxLabelHeight;
      page_.texts.push_back({make_layout(context_, label, widths[i] - 2 * kGap),
                             static_cast<double>(x + kGap), static_cast<double>(y_ + 4), false});
      x += widths[i] - kBoxBorder;
    }
    y_ += row.height - kBoxBorder;
    return {};
  }

  struct MeasuredCell {
    Own<cairo_surface_t> picture;  // may be empty
    std::vector<Own<PangoLayout>> lines;
    std::vector<int> heights;  // dots, of each line with what stands beside it
  };

  // In the middle of a square, as large as fits.
  void put_picture(Own<cairo_surface_t> surface, int x, int y, int side) {
    const int width = cairo_image_surface_get_width(surface.get());
    const int height = cairo_image_surface_get_height(surface.get());
    const double scale = static_cast<double>(side) / std::max(width, height);
    page_.pictures.push_back({std::move(surface), x + (side - width * scale) / 2,
                              y + (side - height * scale) / 2, scale});
  }

  Result<void> add(const codec::Grid& grid) {
    const int columns = std::max(1, grid.columns);
    const int width = (inner() - kGap * (columns - 1)) / columns;
    std::vector<MeasuredCell> cells;
    int tallest = 0;
    for (const codec::GridCell& cell : grid.cells) {
      MeasuredCell measured;
      if (!cell.png.empty()) measured.picture = TRY(read_picture(cell.png));
      const int beside = measured.picture ? std::min(grid.picture, width / 2) : 0;
      int height = 2 * kGridPad;
      for (const codec::Cell& line : cell.lines) {
        const int taken = measured.lines.empty() && beside > 0 ? beside + kGap : 0;
        measured.lines.push_back(make_layout(context_, line, width - 2 * kGridPad - taken));
        measured.heights.push_back(std::max(height_of(measured.lines.back().get()), taken));
        height += measured.heights.back();
      }
      if (cell.lines.empty()) height += beside;
      tallest = std::max(tallest, height);
      cells.push_back(std::move(measured));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto column = static_cast<int>(i) % columns;
      if (column == 0 && i > 0) y_ += tallest + kGap;
      const int x = drawing_.margin + column * (width + kGap);
      outline(x, y_, width, tallest);
      if (cells[i].picture) {
        const int side = std::min(grid.picture, width / 2);
        put_picture(std::move(cells[i].picture), x + width - kGridPad - side, y_ + kGridPad, side);
      }
      int y = y_ + kGridPad;
      for (std::size_t l = 0; l < cells[i].lines.size(); ++l) {
        page_.texts.push_back({std::move(cells[i].lines[l]), static_cast<double>(x + kGridPad),
                               static_cast<double>(y), false});
        y += cells[i].heights[l];
      }
    }
    if (!cells.empty()) y_ += tallest + kGap;
    return {};
  }

  void outline(int x, int y, int width, int height) {
    rect(x, y, width, kBoxBorder);
    rect(x, y + height - kBoxBorder, width, kBoxBorder);
    rect(x, y, kBoxBorder, height);
    rect(x + width - kBoxBorder, y, kBoxBorder, height);
  }

  void rect(int x, int y, int width, int height, bool white = false) {
    page_.rects.push_back({static_cast<double>(x), static_cast<double>(y),
                           static_cast<double>(width), static_cast<double>(height), white});
  }

  const codec::Drawing& drawing_;
  PangoContext* context_;
  ports::QrEncoder& encoder_;
  PlacedPage page_;
  int y_ = 0;
};

struct Reading {  // what is left of a file
  std::span<const std::uint8_t> rest;
};

cairo_status_t next_bytes(void* from, unsigned char* to, unsigned length) {
  auto* const in = static_cast<Reading*>(from);
  if (length > in->rest.size()) return CAIRO_STATUS_READ_ERROR;
  std::copy_n(in->rest.begin(), length, to);
  in->rest = in->rest.subspan(length);
  return CAIRO_STATUS_SUCCESS;
}

// The sides that the header of a PNG names, before anything is unfolded.
bool is_small_png(std::span<const std::uint8_t> png) {
  constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  constexpr std::size_t kWidthAt = 16;  // after signature, length and name of the first chunk
  if (png.size() < kWidthAt + 8 || !std::equal(kSignature.begin(), kSignature.end(), png.begin())) {
    return false;
  }
  for (const std::size_t at : {kWidthAt, kWidthAt + 4}) {
    std::uint32_t side = 0;
    for (std::size_t i = 0; i < 4; ++i) side = side << 8 | png[at + i];
    if (side == 0 || side > kMaxPictureSide) return false;
  }
  return true;
}

}  // namespace

Result<Own<cairo_surface_t>> read_picture(std::span<const std::uint8_t> png) {
  if (!is_small_png(png)) return fail(ports::kDrawFailed, {{"detail", "png"}});
  Reading reading{png};
  Own<cairo_surface_t> out{cairo_image_surface_create_from_png_stream(next_bytes, &reading)};
  const cairo_status_t status = cairo_surface_status(out.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ports::kDrawFailed,
                {{"detail", std::string{"png: "} + cairo_status_to_string(status)}});
  }
  return out;
}

Result<PlacedPage> place(const codec::Drawing& drawing, PangoContext* context,
                         ports::QrEncoder& encoder) {
  if (drawing.width <= 2 * drawing.margin || drawing.width > kMaxHeight) {
    return fail(ports::kDrawFailed, {{"detail", std::to_string(drawing.width)}});
  }
  Placer placer{drawing, context, encoder};
  return placer.run();
}

Result<std::vector<codec::Drawing>> sheets_of(const codec::Drawing& drawing, PangoContext* context,
                                              ports::QrEncoder& encoder) {
  if (!drawing.sheets) return std::vector<codec::Drawing>{drawing};
  const PlacedPage page = TRY(place(drawing, context, encoder));
  std::vector<int> heights;
  for (std::size_t i = 0; i < page.tops.size(); ++i) {
    const bool last = i + 1 == page.tops.size();
    heights.push_back((last ? page.height - drawing.margin : page.tops[i + 1]) - page.tops[i]);
  }
  codec::Drawing head;
  head.width = drawing.width;
  head.margin = drawing.margin;
  head.blocks = drawing.sheets->head;
  const PlacedPage top = TRY(place(head, context, encoder));
  return codec::cut_into_sheets(drawing, heights, top.height - 2 * drawing.margin);
}

}  // namespace sufragio::adapters::cairo
