#include <array>
#include <cmath>

#include "adapters/cairo/page.h"

namespace sufragio::adapters::cairo {

namespace {

void set_black(cairo_t* on) { cairo_set_source_rgba(on, 0, 0, 0, 1); }
void set_white(cairo_t* on) { cairo_set_source_rgba(on, 1, 1, 1, 1); }

// One black dot in eight, on a skewed lattice: looks like a light grey on thermal paper.
Own<cairo_pattern_t> sparse_dots() {
  constexpr int kSide = 8;
  const Own<cairo_surface_t> tile{cairo_image_surface_create(CAIRO_FORMAT_ARGB32, kSide, kSide)};
  {
    const Own<cairo_t> on{cairo_create(tile.get())};
    cairo_set_antialias(on.get(), CAIRO_ANTIALIAS_NONE);
    set_black(on.get());
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        if ((x + 3 * y) % kSide == 0) cairo_rectangle(on.get(), x, y, 1, 1);
      }
    }
    cairo_fill(on.get());
  }
  Own<cairo_pattern_t> out{cairo_pattern_create_for_surface(tile.get())};
  cairo_pattern_set_extend(out.get(), CAIRO_EXTEND_REPEAT);
  cairo_pattern_set_filter(out.get(), CAIRO_FILTER_NEAREST);
  return out;
}

void paint_stamp(cairo_t* on, const PlacedPage& page, bool grey) {
  constexpr double kAngle = -0.42;  // radians
  constexpr double kEvery = 520;    // dots between the middles of two stamps
  const Own<cairo_pattern_t> dots = sparse_dots();
  PangoRectangle ink{};
  pango_layout_get_pixel_extents(page.stamp.get(), &ink, nullptr);
  const double widest = page.width * 0.92;
  const double scale = widest / ink.width;
  for (double middle = kEvery / 2; middle < page.height; middle += kEvery) {
    cairo_save(on);
    // Set before the turn: the dots keep the grid of the paper.
    if (grey) {
      cairo_set_source_rgb(on, 0.84, 0.84, 0.84);
    } else {
      cairo_set_source(on, dots.get());
    }
    cairo_translate(on, page.width / 2.0, middle);
    cairo_rotate(on, kAngle);
    cairo_scale(on, scale, scale);
    cairo_translate(on, -(ink.x + ink.width / 2.0), -(ink.y + ink.height / 2.0));
    pango_cairo_show_layout(on, page.stamp.get());
    cairo_restore(on);
  }
}

void paint_code(cairo_t* on, const PlacedCode& code) {
  for (int row = 0; row < code.modules.size; ++row) {
    for (int column = 0; column < code.modules.size; ++column) {
      const auto at = static_cast<std::size_t>(row * code.modules.size + column);
      if (code.modules.dark[at] == 0) continue;
      // Neighbours in one rectangle: no hairlines between the modules of a PDF.
      int run = 1;
      while (column + run < code.modules.size &&
             code.modules.dark[at + static_cast<std::size_t>(run)] != 0) {
        ++run;
      }
      cairo_rectangle(on, code.x + column * code.dots, code.y + row * code.dots, run * code.dots,
                      code.dots);
      column += run - 1;
    }
  }
  cairo_fill(on);
}

void paint_picture(cairo_t* on, const PlacedPicture& picture) {
  cairo_save(on);
  cairo_translate(on, picture.x, picture.y);
  cairo_scale(on, picture.scale, picture.scale);
  cairo_set_source_surface(on, picture.surface.get(), 0, 0);
  cairo_paint(on);
  cairo_restore(on);
}

}  // namespace

void paint(cairo_t* on, const PlacedPage& page, bool grey) {
  if (page.stamp) paint_stamp(on, page, grey);
  for (const PlacedRect& rect : page.rects) {
    rect.white ? set_white(on) : set_black(on);
    cairo_rectangle(on, rect.x, rect.y, rect.width, rect.height);
    cairo_fill(on);
  }
  for (const PlacedPicture& picture : page.pictures) paint_picture(on, picture);
  set_black(on);
  for (const PlacedCode& code : page.codes) paint_code(on, code);
  for (const PlacedText& text : page.texts) {
    text.white ? set_white(on) : set_black(on);
    cairo_move_to(on, text.x, text.y);
    pango_cairo_show_layout(on, text.layout.get());
  }
}

}  // namespace sufragio::adapters::cairo
