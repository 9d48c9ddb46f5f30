#pragma once

#include <memory>
#include <string>

#include "ports/paper.h"

namespace sufragio::adapters {

struct FontFiles {  // Inter; the outlines of another version give other bytes
  std::string regular = "/usr/share/fonts/opentype/inter/Inter-Regular.otf";
  std::string bold = "/usr/share/fonts/opentype/inter/Inter-Bold.otf";
};

// cairo and pango. One routine measures and draws for both outputs, so the PDF is the paper. The
// same drawing gives the same bytes: no clock, no font of the system but the two files, no hinting
// of widths, no antialiasing in the raster. docs/spec/acta-layout.md. Not for two threads at once.
class CairoDrawer : public ports::Drawer {
 public:
  // F304 when a font file is missing. `encoder` must outlive the drawer.
  [[nodiscard]] static Result<std::unique_ptr<CairoDrawer>> create(ports::QrEncoder& encoder,
                                                                   const FontFiles& fonts = {});
  ~CairoDrawer() override;

  [[nodiscard]] Result<codec::Raster> raster(const codec::Drawing& drawing) override;  // F305, F307
  [[nodiscard]] Result<std::vector<codec::Raster>> sheets(
      const codec::Drawing& drawing) override;                              // F305, F307
  [[nodiscard]] Result<Bytes> pdf(const codec::Drawing& drawing) override;  // F305, F307
  [[nodiscard]] Result<Bytes> png(const codec::Raster& raster) override;    // F305

 private:
  struct Fonts;
  CairoDrawer(ports::QrEncoder& encoder, std::unique_ptr<Fonts> fonts);
  ports::QrEncoder& encoder_;
  std::unique_ptr<Fonts> fonts_;
};

}  // namespace sufragio::adapters
