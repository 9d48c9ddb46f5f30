// The paper of the machine as it comes out of the printer: drawn, cut into bands of ESC/POS,
// printed by the model of the printer, and looked at as a picture. A changed dot is a changed
// paper.
#include <gtest/gtest.h>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "machine/escpos.h"
#include "machine/paper.h"
#include "sim/paper.h"
#include "sim/rng.h"
#include "tests/acta_support/acta_country.h"
#include "tests/acta_support/acta_example.h"
#include "tests/paper/acta_copy.h"
#include "tests/support/support.h"

namespace sufragio::tests {
namespace {

class GoldenMachinePaper : public ::testing::Test {
 protected:
  GoldenMachinePaper() : drawer_{adapters::CairoDrawer::create(encoder_).value()} {
    words_ = layout_words("es");
    EXPECT_FALSE(words_.empty());
  }
  [[nodiscard]] machine::PaperOf paper() const {
    const election::Definition& definition = country_.package->definition();
    return {&definition, definition.mesas.front().id, &words_};
  }
  // Through the printer: the picture is of the rows that the model of the printer put on paper.
  void expect_printed(const std::string& name, const codec::Raster& raster) {
    sim::SimPower power;
    sim::SimPrinter printer{power};
    sim::SimRng rng{1};
    machine::PrintJobs jobs{printer, rng};
    ASSERT_EQ(jobs.print(raster), std::nullopt);
    auto tray = printer.take();
    ASSERT_EQ(tray.size(), 1U);
    EXPECT_TRUE(tray[0].whole);
    codec::Raster seen{576, static_cast<int>(tray[0].rows.size() / 72), std::move(tray[0].rows)};
    expect_golden("machine/" + name + ".png", as_text(drawer_->png(seen).value()));
  }
  void expect_printed(const std::string& name, const codec::Drawing& drawing) {
    expect_printed(name, drawer_->raster(drawing).value());
  }

  ActaCountry country_{ActaCountryOptions{election::ElectionKind::drill, {7, 4}, 99}};
  adapters::LibQrEncoder encoder_;
  std::unique_ptr<adapters::CairoDrawer> drawer_;
  acta::Words words_;
};

TEST_F(GoldenMachinePaper, TheReceiptIsPrintedAsEver) {  // [R69] [R98]
  const auto press = machine::ReceiptPress::of(paper(), 0, *drawer_).value();
  election::Selections some = election::null_selections(paper().definition[0], 0);
  some.contests[0] = {{2}, 0};
  expect_printed("receipt", press.print(some).value());
}

TEST_F(GoldenMachinePaper, ZeroActaAndCopyArePrintedAsEver) {  // [R65] [R107]
  acta::Acta zero = country_.signed_acta().acta();
  zero.type = acta::ActaType::zero;
  for (acta::ContestCount& contest : zero.contests) {
    for (Votes& votes : contest.cards) votes = {};
    contest.null = {};
    contest.invalid = {};
  }
  zero.ballots = {};
  zero.voters = {};
  zero.gate = {};
  zero.counters = {};
  zero.opening_s = 0;
  const Bytes record = acta::sign(zero, country_.machine_key).value();
  const acta::SignedActa signed_zero = acta::parse(record).value();
  expect_printed("zero-acta", machine::acta_copy(copy_of(signed_zero, country_), words_));
  const acta::SignedActa final = country_.signed_acta();
  machine::ActaCopy copy = copy_of(final, country_);
  copy.mark = {3, 7, "TESTIGO DEL TURPIAL"};
  expect_printed("acta-copy", machine::acta_copy(copy, words_));
}

TEST_F(GoldenMachinePaper, TokensAndReportsArePrintedAsEver) {  // [R86] [R92]
  expect_printed("token", machine::token(paper(), {3, 12, "7KQ2MX"}));
  const std::string hash = example_hash("law").hex();
  expect_printed("report-copies", machine::report(paper(), machine::PrintReport::Kind::copies,
                                                  {{"paper.machine", hash.substr(0, 32)},
                                                   {"paper.software", hash},
                                                   {"paper.package", hash},
                                                   {"paper.law", hash},
                                                   {"paper.reconcile.E", "368"},
                                                   {"paper.reconcile.C", "368"},
                                                   {"paper.reconcile.V", "368"},
                                                   {"paper.reconcile.T", "368"},
                                                   {"paper.reconcile.equal", ""},
                                                   {"paper.clock.doubtful", ""},
                                                   {"paper.copies.printed", "6"},
                                                   {"paper.copies.given", "5"},
                                                   {"paper.copies.refused", "1"},
                                                   {"paper.copies.absent", "0"}},
                                                  3));
  using Kind = machine::PrintReport::Kind;
  for (const auto& [name, kind] :
       std::vector<std::pair<std::string, Kind>>{{"report-installation", Kind::installation},
                                                 {"report-delivery", Kind::delivery},
                                                 {"report-packing", Kind::packing},
                                                 {"report-retired", Kind::retired},
                                                 {"report-manual", Kind::manual_form}}) {
    expect_printed(name,
                   machine::report(paper(), kind, {{"paper.machine", hash.substr(0, 32)}}, 3));
  }
}

}  // namespace
}  // namespace sufragio::tests
