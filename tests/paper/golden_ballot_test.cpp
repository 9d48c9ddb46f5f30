#include <gtest/gtest.h>

#include "adapters/cairo/drawer.h"
#include "adapters/json/json.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/toml/toml.h"
#include "crypto/hash.h"
#include "services/award/act_words.h"
#include "services/ballots/ballot_sheet.h"
#include "services/office/paper_length.h"
#include "tests/acta_support/acta_country.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

// Ballot proofs on paper, and how long paper will be without drawing it.
namespace sufragio::tests {
namespace {

election::Definition small_definition() {
  Folder folder = small_election();
  election::DefinitionFiles files;
  files.election = adapters::parse_toml(folder.at("election.toml")).value();
  folder.erase("election.toml");
  files.csv = std::move(folder);
  return election::read_definition(files).value();
}

services::Catalogue spanish() {
  return services::Catalogue::from(adapters::parse_json(read_file("i18n/es.json")).value(), "es")
      .value();
}

class BallotPaper : public ::testing::Test {
 protected:
  BallotPaper() : drawer_{std::move(adapters::CairoDrawer::create(encoder_).value())} {}
  adapters::LibQrEncoder encoder_;
  std::unique_ptr<adapters::CairoDrawer> drawer_;
};

// Stripes of this many dots, as the logo of an organisation.
services::Logos striped(adapters::CairoDrawer& drawer, const election::Definition& definition) {
  services::Logos out;
  int stripe = 8;
  for (const election::Organisation& organisation : definition.organisations) {
    codec::Raster raster;
    raster.width = 96;
    raster.height = 48;
    for (int y = 0; y < raster.height; ++y) {
      for (int x = 0; x < raster.width; x += 8) {
        raster.rows.push_back((x / stripe + y / stripe) % 2 == 0 ? 0xff : 0x00);
      }
    }
    stripe += 8;
    const std::string name = "logos/" + organisation.id.text() + ".png";
    out.names.emplace(organisation.id, name);
    out.files.emplace(name, drawer.png(raster).value());
  }
  return out;
}

// [R41] [R85] One routine for the picture and the PDF; a changed dot is a changed document.
TEST_F(BallotPaper, TheProofOfTheSmallElectionIsDrawnAsEver) {
  const election::Definition definition = small_definition();
  const services::Catalogue words = spanish();
  const codec::Drawing sheet = services::ballot_sheet(definition, definition.mesas.front(), words,
                                                      {}, striped(*drawer_, definition));
  const codec::Raster raster = drawer_->raster(sheet).value();
  expect_golden("ballot/proof.png", as_text(drawer_->png(raster).value()));
  const std::string pdf_hash = crypto::sha256(drawer_->pdf(sheet).value()).hex();
  expect_golden("ballot/proof.pdf.sha256", pdf_hash + "\n");
}

// [R175] The act of award on its A4 pages: why each seat, the lot, who signed.
TEST_F(BallotPaper, TheActOfAwardIsDrawnAsEver) {
  const election::Definition definition = small_definition();
  const services::Catalogue words = spanish();
  services::ActText act;
  act.title = "Acta de adjudicación 1";
  act.facts = {{"Sobre el boletín", "2"}, {"El período comienza", "10 de enero de 2027"}};
  act.records = {{"SHA-256 del acta", std::string(64, 'a')}};
  act.signers = {"0011223344556677", "8899aabbccddeeff", "1122334455667788", "2233445566778899"};
  services::ContestText& contest = act.contests.emplace_back();
  contest.title = "Concejo municipal, circuito 1";
  for (int i = 1; i <= 40; ++i) {
    contest.seats.push_back(
        {std::to_string(i), "Lista de la Ceiba y del Araguaney",
         "Nombre y Apellidos de la Persona Electa",
         "Cociente: 12.345 ÷ 3 = 4.115,00; siguiente: Lista Y, 8.211 ÷ 2 = "
         "4.105,50. Lo perdería o empataría con 28 votos menos, ante Lista Y."});
  }
  contest.notes = {"Sorteo 1: entre Candidato Dos, Candidata Tres salió Candidata Tres."};
  const codec::Drawing paper = services::act_drawing(act, definition, words, 0);
  expect_golden("award/act.png", as_text(drawer_->png(drawer_->raster(paper).value()).value()));
  const Bytes pdf = drawer_->pdf(paper).value();
  expect_golden("award/act.pdf.sha256", crypto::sha256(pdf).hex() + "\n");
}

// [R41] A grid gives every card the size of the one that needs most.
TEST_F(BallotPaper, AllCardsOfAGridHaveOneSize) {
  const auto height = [this](std::size_t cards, std::size_t long_card) {
    codec::Grid grid;
    grid.columns = 3;
    for (std::size_t i = 0; i < cards; ++i) {
      codec::Cell cell;
      cell.text = i == long_card ? std::string(400, 'w') : "A";
      grid.cells.push_back({{cell}, {}});
    }
    codec::Drawing drawing;
    drawing.blocks.emplace_back(std::move(grid));
    return drawer_->raster(drawing).value().height;
  };
  const int margins = height(3, 9) - (height(6, 9) - height(3, 9));
  EXPECT_EQ(height(6, 0) - margins, 2 * (height(3, 0) - margins)) << "both rows grow";
  EXPECT_EQ(height(6, 0), height(6, 5)) << "whichever card is the long one";
}

// docs/spec/acta-layout.md: the estimate of the walk against the renderer.
TEST_F(BallotPaper, TheLengthOfAnActaIsKnownWithoutDrawingIt) {
  const acta::Words words = layout_words("es");
  for (const std::vector<std::size_t>& cards :
       {std::vector<std::size_t>{38}, {40, 40, 40}, {7, 4}}) {
    ActaCountry country{ActaCountryOptions{election::ElectionKind::drill, cards, 99}};
    const codec::Drawing page = acta::public_part(country.signed_acta(), *country.machines, words);
    const int drawn = drawer_->raster(page).value().height;
    const int estimated = services::paper_length(page, encoder_).value();
    EXPECT_NEAR(estimated, drawn, drawn * 0.05) << cards.size();
  }
}

}  // namespace
}  // namespace sufragio::tests
