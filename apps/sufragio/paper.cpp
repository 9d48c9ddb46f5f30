#include "paper.h"

namespace sufragio::app {

Result<std::unique_ptr<Paper>> Paper::create(const Console& console) {
  auto out = std::make_unique<Paper>();
  out->drawer_ = TRY(adapters::CairoDrawer::create(out->encoder_));
  for (const std::string& key : acta::layout_words()) {
    out->words_.emplace(key, console.words().text(key));
  }
  return out;
}

Result<Bytes> Paper::png(const acta::SignedActa& acta, const acta::MachineRegistry& machines,
                         const acta::PaperFacts& facts) {
  const auto sheets = TRY(drawer_->sheets(acta::public_part(acta, machines, words_, facts)));
  codec::Raster all{sheets.front().width, 0, {}};
  for (const codec::Raster& sheet : sheets) {
    all.height += sheet.height;
    all.rows.insert(all.rows.end(), sheet.rows.begin(), sheet.rows.end());
  }
  return drawer_->png(all);
}

Result<Bytes> Paper::pdf(const acta::SignedActa& acta, const acta::MachineRegistry& machines,
                         const acta::PaperFacts& facts) {
  return drawer_->pdf(acta::public_part(acta, machines, words_, facts));
}

}  // namespace sufragio::app
