#pragma once

#include <memory>

#include "acta/layout.h"
#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "console.h"

namespace sufragio::app {

// The printer of the toolbox: one drawing routine for the picture and the PDF.
class Paper {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Paper>> create(const Console& console);

  // All sheets, one below the other.
  [[nodiscard]] Result<Bytes> png(const acta::SignedActa& acta,
                                  const acta::MachineRegistry& machines,
                                  const acta::PaperFacts& facts = {});
  [[nodiscard]] Result<Bytes> pdf(const acta::SignedActa& acta,
                                  const acta::MachineRegistry& machines,
                                  const acta::PaperFacts& facts = {});

 private:
  adapters::LibQrEncoder encoder_;
  std::unique_ptr<adapters::CairoDrawer> drawer_;
  acta::Words words_;
};

}  // namespace sufragio::app
