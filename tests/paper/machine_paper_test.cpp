#include <gtest/gtest.h>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/zbar/zbar_reader.h"
#include "adapters/zxing/zxing_reader.h"
#include "machine/escpos.h"
#include "machine/paper.h"
#include "tests/acta_support/acta_country.h"
#include "tests/acta_support/acta_example.h"
#include "tests/paper/acta_copy.h"

// What the machine prints, drawn by the routine of the product.
namespace sufragio::tests {
namespace {

using election::Selections;

class MachinePaper : public ::testing::Test {
 protected:
  MachinePaper() : country_{options()}, drawer_{adapters::CairoDrawer::create(encoder_).value()} {
    words_ = layout_words("es");
    for (const std::string& key : machine::paper_words()) EXPECT_TRUE(words_.contains(key)) << key;
  }
  static ActaCountryOptions options() { return {election::ElectionKind::real, {7, 4}, 99}; }
  [[nodiscard]] machine::PaperOf paper() const {
    const election::Definition& definition = country_.package->definition();
    return {&definition, definition.mesas.front().id, &words_};
  }
  [[nodiscard]] Selections chosen(std::uint16_t first, bool second) const {
    Selections out = election::null_selections(country_.package->definition(), 0);
    out.contests[0] = {{first}, 0};
    if (second) out.contests[1] = {{2}, 0};
    return out;
  }

  ActaCountry country_;
  adapters::LibQrEncoder encoder_;
  std::unique_ptr<adapters::CairoDrawer> drawer_;
  acta::Words words_;
};

// [R69] [R98] A6 A16: whoever holds the roll of paper, or hears the printer, learns nothing.
TEST_F(MachinePaper, EveryReceiptOfAStyleHasOneHeightAndOneLengthInBytes) {
  const auto press = machine::ReceiptPress::of(paper(), 0, *drawer_).value();
  for (std::uint16_t first = 0; first < 7; ++first) {
    for (const bool second : {false, true}) {
      const codec::Raster raster = press.print(chosen(first, second)).value();
      EXPECT_EQ(raster.height, press.height());
      std::size_t bytes = 0;
      for (const Bytes& band : machine::bands(raster)) bytes += band.size();
      EXPECT_EQ(bytes, 72U * static_cast<std::size_t>(press.height()) +
                           8U * machine::bands(raster).size());
    }
  }
  const Selections nothing = election::null_selections(country_.package->definition(), 0);
  EXPECT_EQ(press.print(nothing).value().height, press.height());
}

TEST_F(MachinePaper, TheReceiptCarriesNoCodeThatCouldBeFoundAgain) {  // [R98]
  const codec::Drawing receipt = machine::receipt(paper(), chosen(1, true));
  for (const codec::Block& block : receipt.blocks) {
    EXPECT_FALSE(std::holds_alternative<codec::CodesRow>(block));
  }
  EXPECT_EQ(drawer_->raster(receipt).value().rows,
            drawer_->raster(machine::receipt(paper(), chosen(1, true))).value().rows);
}

// [R108] [R109] A10: an acta counts as printed when both readers find its signed bytes in the dots.
TEST_F(MachinePaper, ACopyOfTheActaReadsBackAndADamagedOneDoesNot) {
  adapters::ZxingReader zxing;
  adapters::ZbarReader zbar;
  const acta::SignedActa acta = country_.signed_acta();
  machine::ActaCopy copy = copy_of(acta, country_);
  copy.mark = {3, 3, "TESTIGO"};
  auto sheets = drawer_->sheets(machine::acta_copy(copy, words_)).value();
  ASSERT_EQ(sheets.size(), 1u);
  EXPECT_TRUE(machine::reads_back(sheets, acta, zxing, zbar));
  acta::Acta other = acta.acta();
  other.time_s += 60;
  const Bytes record = acta::sign(other, country_.machine_key).value();
  EXPECT_FALSE(machine::reads_back(sheets, acta::parse(record).value(), zxing, zbar));
  // The foot torn off: the codes of the contests are gone.
  std::vector<std::uint8_t>& rows = sheets.front().rows;
  std::fill(rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 3), rows.end(), 0);
  EXPECT_FALSE(machine::reads_back(sheets, acta, zxing, zbar));
}

}  // namespace
}  // namespace sufragio::tests
