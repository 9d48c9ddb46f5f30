#include <gtest/gtest.h>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/zbar/zbar_reader.h"
#include "adapters/zxing/zxing_reader.h"
#include "machine/paper.h"
#include "services/office/codes.h"
#include "services/office/office.h"
#include "services/office/paper_length.h"
#include "services/office/walk.h"
#include "services/reading/read_acta_image.h"
#include "sim/fixtures.h"
#include "sim/rng.h"
#include "tests/acta_support/acta_country.h"
#include "tests/acta_support/acta_example.h"
#include "tests/paper/acta_copy.h"
#include "tests/support/laws.h"
#include "tests/support/support.h"

// Long actas: what the walk says of them, and how they are cut.
namespace sufragio::tests {
namespace {

using Cards = std::vector<std::size_t>;

class LongActa : public ::testing::Test {
 protected:
  LongActa() : drawer_{adapters::CairoDrawer::create(encoder_).value()} {}

  services::WalkReport walked(const ActaCountry& country, int long_mm, int most_mm) {
    return services::walk(*country.package, {encoder_, words_, long_mm, most_mm});
  }
  static std::size_t count(const services::WalkReport& report, Code code) {
    std::size_t out = 0;
    for (const std::vector<Error>* errors : {&report.problems, &report.warnings}) {
      for (const Error& error : *errors) out += error.code == code ? 1 : 0;
    }
    return out;
  }

  adapters::LibQrEncoder encoder_;
  std::unique_ptr<adapters::CairoDrawer> drawer_;
  acta::Words words_ = layout_words("es");
  adapters::ZxingReader zxing_;
  adapters::ZbarReader zbar_;
};

TEST_F(LongActa, IsSaidAboveOneLengthAndRefusedAboveAnother) {  // W109, W110
  ActaCountry country{{election::ElectionKind::drill, {38}, 99}};
  const services::WalkReport good = walked(country, 2'000, 16'000);
  EXPECT_EQ(count(good, services::kWalkLongPaper) + count(good, services::kWalkNoPaper), 0u);
  EXPECT_EQ(good.most_sheets, 1u);
  const int mm = good.longest_paper_mm;

  EXPECT_EQ(count(walked(country, mm, mm), services::kWalkLongPaper), 0u);
  const services::WalkReport said = walked(country, mm - 1, mm);
  ASSERT_EQ(count(said, services::kWalkLongPaper), 1u);
  EXPECT_EQ(said.warnings.front().fact("mesa"), "990101006.01");
  EXPECT_EQ(said.warnings.front().fact("sheets"), "1");
  const services::WalkReport refused = walked(country, mm - 2, mm - 1);
  ASSERT_EQ(count(refused, services::kWalkNoPaper), 1u);
  EXPECT_EQ(count(refused, services::kWalkLongPaper), 0u);
}

// [R41] [R110] docs/spec/acta-layout.md 5: five contests of 100 cards take several sheets, none
// longer than 2 m; each one alone carries the whole signed acta.
TEST_F(LongActa, IsCutIntoSheetsThatEachProveTheWhole) {
  ActaCountry country{{election::ElectionKind::real, Cards(5, 100), 99}};
  const acta::SignedActa acta = country.signed_acta();
  const codec::Drawing page = acta::public_part(acta, *country.machines, words_);
  const auto sheets = drawer_->sheets(page).value();
  ASSERT_GE(sheets.size(), 2u);
  for (const codec::Raster& sheet : sheets) {
    EXPECT_LE(sheet.height, 16'000);
    const auto read = services::read_acta_image(services::grey_of(sheet), zxing_, zbar_);
    ASSERT_TRUE(read) << read.error().debug();
    ASSERT_TRUE(read->signed_acta);
    EXPECT_EQ(read->signed_acta->record(), acta.record());
  }
  expect_golden("acta/sheet-2.png", as_text(drawer_->png(sheets[1]).value()));
  const auto lengths = services::sheet_lengths(page, encoder_).value();
  ASSERT_EQ(lengths.size(), sheets.size()) << "the walk knows the sheets without drawing them";
  EXPECT_GE(walked(country, 2'000, 16'000).most_sheets, sheets.size())
      << "with the largest figures";
  const std::string pdf{as_text(drawer_->pdf(page).value())};
  EXPECT_NE(pdf.find("/Count " + std::to_string(sheets.size())), std::string::npos);
}

// [R108] A copy counts as printed only with all its sheets.
TEST_F(LongActa, ReadsBackFromAllItsSheetsOnly) {
  ActaCountry country{{election::ElectionKind::drill, Cards(5, 100), 99}};
  const acta::SignedActa acta = country.signed_acta();
  auto sheets = drawer_->sheets(machine::acta_copy(copy_of(acta, country), words_)).value();
  EXPECT_TRUE(machine::reads_back(sheets, acta, zxing_, zbar_));
  sheets.erase(sheets.begin() + 1);  // with the codes of the contests
  EXPECT_FALSE(machine::reads_back(sheets, acta, zxing_, zbar_));
}

// Run with the label `long`, on the release build: the seven elections at their full size, frozen
// as the office does and walked from the ballot to the paper.
// [R1] [R2] [R3] [R5] [R40] [R41]
TEST(WalkOfWholeFixtures, DISABLED_NoLinkIsBroken) {
  adapters::LibQrEncoder encoder;
  const acta::Words words = layout_words("es");
  for (const char* name : {"president-2024", "assembly-2020", "regional-2021", "governors-2017",
                           "municipal-2013", "referendum", "constituent"}) {
    sim::FixtureSources sources;
    sources.description =
        *adapters::parse_toml(read_file("fixtures/" + std::string{name} + ".toml"));
    const std::string law_text = whole_law_text(*sources.description.string("law"));
    const codec::Document law = *adapters::parse_toml(law_text);
    sources.law = *election::read_law_pack(law_text, law);
    sources.states_csv = read_file("fixtures/states.csv");
    const auto fixture = *sim::make_fixture(sources, 0, 1);
    sim::SimRng rng{1};
    services::DrillKeys keys = services::DrillKeys::draw(rng);
    const auto frozen = *services::freeze(fixture.definition, law_text, law, "x", {}, keys);
    const auto package =
        *election::Package::open(frozen.manifest_record, frozen.files, keys.root_keys(), law);
    const services::WalkReport report = services::walk(package, {encoder, words});
    for (const Error& problem : report.problems) ADD_FAILURE() << name << " " << problem.debug();
    EXPECT_EQ(report.mesas, std::ssize(package.definition().mesas)) << name;
    std::printf("%s: %lld pairs, %lld styles, acta %zu bytes, %d mm in %zu sheets\n", name,
                static_cast<long long>(report.pairs), static_cast<long long>(report.styles),
                report.longest_acta, report.longest_paper_mm, report.most_sheets);
  }
}

}  // namespace
}  // namespace sufragio::tests
