#include "adapters/cairo/drawer.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <png.h>

#include <algorithm>
#include <array>

#include "adapters/cairo/page.h"
#include "base/numbers.h"
#include "ports/codes.h"

namespace sufragio::adapters {

using cairo::Own;

namespace {

struct FreeConfig {
  void operator()(FcConfig* config) const { FcConfigDestroy(config); }
};

cairo_status_t append(void* to, const unsigned char* data, unsigned length) {
  auto* const out = static_cast<Bytes*>(to);
  out->insert(out->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

tl::unexpected<Error> failed(cairo_status_t status) {
  return fail(ports::kDrawFailed, {{"detail", cairo_status_to_string(status)}});
}

// "2026-12-06T22:05:00Z" from unix seconds (days to civil date after H. Hinnant's algorithm).
std::string iso_time(std::int64_t unix_s) {
  const std::int64_t days = (unix_s >= 0 ? unix_s : unix_s - 86'399) / 86'400;
  const auto second = static_cast<std::uint64_t>(unix_s - days * 86'400);
  const std::int64_t z = days + 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1;
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  const auto two = [](auto value) { return zero_padded(static_cast<std::uint64_t>(value), 2); };
  return zero_padded(static_cast<std::uint64_t>(year), 4) + "-" + two(month) + "-" + two(day) +
         "T" + two(second / 3600) + ":" + two(second / 60 % 60) + ":" + two(second % 60) + "Z";
}

struct Piece {  // what stands on one page
  int top = 0;
  int bottom = 0;
  int head_top = 0;  // of the table that goes on here: painted above
  int head = 0;      // its height
};

// A page that begins with block i.
Piece piece_at(const cairo::PlacedPage& page, const codec::Drawing& drawing, std::size_t i) {
  Piece out;
  out.top = page.tops[i];
  for (const codec::TableHead& head : drawing.heads) {
    if (i < head.first + head.count || i >= head.end) continue;
    out.head_top = page.tops[head.first];
    out.head = page.tops[head.first + head.count] - out.head_top;
  }
  return out;
}

// Whole blocks, as many as fit between the margins; a block taller than a page is cut.
std::vector<Piece> pieces(const cairo::PlacedPage& page, const codec::Drawing& drawing) {
  if (drawing.page_height <= 0) return {{0, page.height, 0, 0}};
  const int room = std::max(drawing.page_height - 2 * drawing.margin, 1);
  std::vector<Piece> out{{}};
  int limit = drawing.page_height - drawing.margin;
  for (std::size_t i = 0; i < page.tops.size(); ++i) {
    const bool last = i + 1 == page.tops.size();
    const int end = last ? page.height - drawing.margin : page.tops[i + 1];
    if (end > limit && page.tops[i] > out.back().top) {
      out.back().bottom = page.tops[i];
      out.push_back(piece_at(page, drawing, i));
      limit = page.tops[i] + room - out.back().head;
    }
  }
  out.back().bottom = page.height;
  return out;
}

// The strip of the page from `top` on, so that it begins at `at`.
void paint_strip(cairo_t* on, const cairo::PlacedPage& page, int top, int height, int at) {
  cairo_save(on);
  cairo_translate(on, 0, at - top);
  cairo_rectangle(on, 0, top, page.width, height);
  cairo_clip(on);
  cairo::paint(on, page, true);
  cairo_restore(on);
}

void show(cairo_t* on, const cairo::PlacedPage& page, const codec::Drawing& drawing) {
  for (const Piece& piece : pieces(page, drawing)) {
    const int at = piece.top == 0 ? 0 : drawing.margin;
    if (piece.head > 0) paint_strip(on, page, piece.head_top, piece.head, at);
    paint_strip(on, page, piece.top, piece.bottom - piece.top, at + piece.head);
    cairo_show_page(on);
  }
}

}  // namespace

struct CairoDrawer::Fonts {
  std::unique_ptr<FcConfig, FreeConfig> config;
  Own<PangoFontMap> map;
  Own<PangoContext> context;
};

CairoDrawer::CairoDrawer(ports::QrEncoder& encoder, std::unique_ptr<Fonts> fonts)
    : encoder_{encoder}, fonts_{std::move(fonts)} {}
CairoDrawer::~CairoDrawer() = default;

Result<std::unique_ptr<CairoDrawer>> CairoDrawer::create(ports::QrEncoder& encoder,
                                                         const FontFiles& files) {
  auto fonts = std::make_unique<Fonts>();
  // A configuration of our own: what the system has installed or prefers cannot change the page.
  fonts->config.reset(FcConfigCreate());
  for (const std::string& file : {files.regular, files.bold}) {
    const auto* const path = reinterpret_cast<const FcChar8*>(file.c_str());
    if (!fonts->config || FcConfigAppFontAddFile(fonts->config.get(), path) == FcFalse) {
      return fail(ports::kFontMissing, {{"file", file}});
    }
  }
  fonts->map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  if (!fonts->map) return fail(ports::kDrawFailed, {{"detail", "freetype"}});
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map.get()), fonts->config.get());
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map.get()), 72);
  fonts->context.reset(pango_font_map_create_context(fonts->map.get()));
  const Own<cairo_font_options_t> options{cairo_font_options_create()};
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(fonts->context.get(), options.get());
  pango_context_set_language(fonts->context.get(), pango_language_from_string("es-ve"));
  return std::unique_ptr<CairoDrawer>{new CairoDrawer{encoder, std::move(fonts)}};
}

Result<codec::Raster> CairoDrawer::raster(const codec::Drawing& drawing) {
  const cairo::PlacedPage page = TRY(cairo::place(drawing, fonts_->context.get(), encoder_));
  if (page.height > cairo::kMaxHeight) {
    return fail(ports::kDrawFailed, {{"detail", std::to_string(page.height)}});
  }
  const Own<cairo_surface_t> surface{
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, page.width, page.height)};
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return failed(cairo_surface_status(surface.get()));
  }
  {
    const Own<cairo_t> on{cairo_create(surface.get())};
    cairo_set_antialias(on.get(), CAIRO_ANTIALIAS_NONE);
    cairo_set_source_rgb(on.get(), 1, 1, 1);
    cairo_paint(on.get());
    cairo::paint(on.get(), page, false);
    if (cairo_status(on.get()) != CAIRO_STATUS_SUCCESS) return failed(cairo_status(on.get()));
  }
  cairo_surface_flush(surface.get());
  codec::Raster out;
  out.width = page.width;
  out.height = page.height;
  const auto stride_out = static_cast<std::size_t>((page.width + 7) / 8);
  out.rows.assign(stride_out * static_cast<std::size_t>(page.height), 0);
  const unsigned char* const data = cairo_image_surface_get_data(surface.get());
  const auto stride_in = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  for (std::size_t y = 0; y < static_cast<std::size_t>(page.height); ++y) {
    for (std::size_t x = 0; x < static_cast<std::size_t>(page.width); ++x) {
      const unsigned green = data[y * stride_in + x * 4 + 1];  // the same byte in either order
      if (green >= 128) continue;
      out.rows[y * stride_out + x / 8] |= static_cast<std::uint8_t>(0x80U >> (x % 8));
    }
  }
  return out;
}

Result<std::vector<codec::Raster>> CairoDrawer::sheets(const codec::Drawing& drawing) {
  const auto all = TRY(cairo::sheets_of(drawing, fonts_->context.get(), encoder_));
  std::vector<codec::Raster> out;
  for (const codec::Drawing& sheet : all) {
    codec::Raster one = TRY(raster(sheet));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Bytes> CairoDrawer::pdf(const codec::Drawing& drawing) {
  constexpr double kPointsPerDot = 72.0 / 25.4 / 8.0;  // 8 dots are 1 mm
  const auto sheets = TRY(cairo::sheets_of(drawing, fonts_->context.get(), encoder_));
  std::vector<cairo::PlacedPage> pages;
  for (const codec::Drawing& sheet : sheets) {
    cairo::PlacedPage page = TRY(cairo::place(sheet, fonts_->context.get(), encoder_));
    pages.push_back(std::move(page));
  }
  const auto height_of = [&](const cairo::PlacedPage& page) {
    return (drawing.page_height > 0 ? drawing.page_height : page.height) * kPointsPerDot;
  };
  Bytes out;
  const Own<cairo_surface_t> surface{cairo_pdf_surface_create_for_stream(
      append, &out, drawing.width * kPointsPerDot, height_of(pages.front()))};
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_5);
  // Without it cairo writes the time of the clock into the file.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 iso_time(drawing.time_s).c_str());
  if (!drawing.title.empty()) {
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, drawing.title.c_str());
  }
  {
    const Own<cairo_t> on{cairo_create(surface.get())};
    cairo_scale(on.get(), kPointsPerDot, kPointsPerDot);
    for (const cairo::PlacedPage& page : pages) {
      if (pages.size() > 1) {
        cairo_pdf_surface_set_size(surface.get(), page.width * kPointsPerDot, height_of(page));
      }
      show(on.get(), page, drawing);
    }
    if (cairo_status(on.get()) != CAIRO_STATUS_SUCCESS) return failed(cairo_status(on.get()));
  }
  cairo_surface_finish(surface.get());
  const cairo_status_t status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) return failed(status);
  return out;
}

Result<Bytes> CairoDrawer::png(const codec::Raster& raster) {
  const auto stride = static_cast<std::size_t>((raster.width + 7) / 8);
  if (raster.width <= 0 || raster.height <= 0 ||
      raster.rows.size() != stride * static_cast<std::size_t>(raster.height)) {
    return fail(ports::kDrawFailed, {{"detail", "raster"}});
  }
  Bytes out;
  Bytes row(stride);
  png_structp file = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = file == nullptr ? nullptr : png_create_info_struct(file);
  if (info == nullptr || setjmp(png_jmpbuf(file)) != 0) {
    png_destroy_write_struct(&file, &info);
    return fail(ports::kDrawFailed, {{"detail", "libpng"}});
  }
  png_set_write_fn(
      file, &out,
      [](png_structp to, png_bytep data, png_size_t length) {
        auto* const bytes = static_cast<Bytes*>(png_get_io_ptr(to));
        bytes->insert(bytes->end(), data, data + length);
      },
      nullptr);
  png_set_compression_level(file, 9);
  png_set_IHDR(file, info, static_cast<png_uint_32>(raster.width),
               static_cast<png_uint_32>(raster.height), 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_pHYs(file, info, 8'000, 8'000, PNG_RESOLUTION_METER);  // 8 dots per mm
  png_write_info(file, info);
  png_set_invert_mono(file);  // in PNG 1 is white
  for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y) {
    const auto at = raster.rows.begin() + static_cast<std::ptrdiff_t>(y * stride);
    row.assign(at, at + static_cast<std::ptrdiff_t>(stride));
    png_write_row(file, row.data());
  }
  png_write_end(file, nullptr);
  png_destroy_write_struct(&file, &info);
  return out;
}

}  // namespace sufragio::adapters
