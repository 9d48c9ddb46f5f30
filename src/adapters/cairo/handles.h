#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>

// Owners of the C objects of cairo and pango, private to this adapter.
namespace sufragio::adapters::cairo {

struct Release {
  void operator()(cairo_t* object) const { cairo_destroy(object); }
  void operator()(cairo_surface_t* object) const { cairo_surface_destroy(object); }
  void operator()(cairo_pattern_t* object) const { cairo_pattern_destroy(object); }
  void operator()(cairo_font_options_t* object) const { cairo_font_options_destroy(object); }
  void operator()(PangoFontMap* object) const { g_object_unref(object); }
  void operator()(PangoContext* object) const { g_object_unref(object); }
  void operator()(PangoLayout* object) const { g_object_unref(object); }
  void operator()(PangoFontDescription* object) const { pango_font_description_free(object); }
  void operator()(PangoAttrList* object) const { pango_attr_list_unref(object); }
};

template <typename T>
using Own = std::unique_ptr<T, Release>;

}  // namespace sufragio::adapters::cairo
