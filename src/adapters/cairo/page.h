#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "adapters/cairo/handles.h"
#include "ports/paper.h"

// A drawing measured once, then drawn on any cairo surface. Units: printer dots.
namespace sufragio::adapters::cairo {

inline constexpr int kQuietZone = 4;                     // modules
inline constexpr int kMaxHeight = 32'000;                // dots, 4 m
inline constexpr int kMaxPaged = 400'000;                // dots of a drawing that is cut into pages
inline constexpr std::uint32_t kMaxPictureSide = 2'048;  // pixels

struct PlacedText {
  Own<PangoLayout> layout;
  double x = 0;
  double y = 0;
  bool white = false;
};

struct PlacedRect {  // filled
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  bool white = false;
};

struct PlacedCode {
  ports::QrModules modules;
  int x = 0;  // of the first module
  int y = 0;
  int dots = 4;
};

struct PlacedPicture {
  Own<cairo_surface_t> surface;
  double x = 0;
  double y = 0;
  double scale = 1;  // dots per pixel
};

struct PlacedPage {
  int width = 0;
  int height = 0;
  std::vector<int> tops;          // where each block begins: a page may break there
  std::vector<PlacedRect> rects;  // below the texts
  std::vector<PlacedPicture> pictures;
  std::vector<PlacedCode> codes;
  std::vector<PlacedText> texts;
  Own<PangoLayout> stamp;  // may be empty
};

// A PNG of up to kMaxPictureSide pixels a side. F305 for other bytes.
[[nodiscard]] Result<Own<cairo_surface_t>> read_picture(std::span<const std::uint8_t> png);
[[nodiscard]] Result<PlacedPage> place(const codec::Drawing& drawing, PangoContext* context,
                                       ports::QrEncoder& encoder);
// The drawing as sheets, cut by what its blocks measure.
[[nodiscard]] Result<std::vector<codec::Drawing>> sheets_of(const codec::Drawing& drawing,
                                                            PangoContext* context,
                                                            ports::QrEncoder& encoder);
// `grey`: the stamp is a light grey (PDF); else a sparse dot pattern of black (one-bit raster).
void paint(cairo_t* on, const PlacedPage& page, bool grey);

}  // namespace sufragio::adapters::cairo
