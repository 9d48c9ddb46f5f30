#include "acta/layout.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "acta/qr.h"
#include "crypto/hash.h"
#include "tests/acta_support/acta_country.h"
#include "tests/acta_support/acta_example.h"
#include "tests/support/support.h"

namespace sufragio::acta {
namespace {

using election::ElectionKind;
using tests::ActaCountry;
using tests::ActaCountryOptions;

// Every text of the page, one per line.
std::string text_of(const codec::Drawing& drawing) {
  std::string out;
  for (const codec::Block& block : drawing.blocks) {
    if (const auto* const row = std::get_if<codec::TextRow>(&block)) {
      for (const codec::Cell& cell : row->cells) out += cell.text + "|";
      out += "\n";
    }
    if (const auto* const boxes = std::get_if<codec::Boxes>(&block)) {
      for (const codec::Box& box : boxes->boxes) out += box.label + "|";
      out += "\n";
    }
  }
  return out;
}

std::vector<codec::QrCode> codes_of(const codec::Drawing& drawing) {
  std::vector<codec::QrCode> out;
  for (const codec::Block& block : drawing.blocks) {
    const auto* const row = std::get_if<codec::CodesRow>(&block);
    if (row == nullptr) continue;
    out.insert(out.end(), row->codes.begin(), row->codes.end());
  }
  return out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const Words& spanish() {
  static const Words words = tests::layout_words("es");
  return words;
}

// [R147]
TEST(ActaLayout, EveryWordStandsInBothCatalogues) {
  const Words english = tests::layout_words("en");
  for (const std::string& key : layout_words()) {
    EXPECT_TRUE(spanish().count(key) == 1 && english.count(key) == 1) << key;
  }
}

TEST(ActaLayout, SaysEveryFigureOfTheActaInWords) {  // [R110]
  ActaCountry country;
  const SignedActa acta = country.signed_acta();
  PaperFacts facts;
  facts.printed_s = acta.acta().time_s + 16 * 60;
  facts.signatures = PaperFacts::Signatures{Persons::from(7).value(), Persons::from(9).value(),
                                            Persons::from(1).value()};
  facts.strip_code = strip_code(tests::example_hash("salt"), acta.record());
  const std::string text = text_of(public_part(acta, *country.machines, spanish(), facts));
  for (const char* const part : {"ACTA DE ESCRUTINIO|",
                                 "ELECCIÓN DE EJEMPLO|",
                                 "06/12/2026|",
                                 "ESTADO|ESTADO DE EJEMPLO|",
                                 "MUNICIPIO|RÍO CLARO|",
                                 "PARROQUIA|LOS SAMANES|",
                                 "CENTRO|990101006|",
                                 "NOMBRE|ESCUELA BÁSICA EL ARAGUANEY|",
                                 "MESA|01|TOMO|1|",
                                 "ELECTORES INSCRITOS|612|",
                                 "APERTURA|CIERRE|IMPRESIÓN|",
                                 "06:12|18:05|18:21|",
                                 "MÁQUINA|SE-0481-27|",
                                 "PRESIDENCIA|",
                                 "38|ARPA|",
                                 "VOTOS NULOS|4|",
                                 "HUELLA|",
                                 "NO COINCIDE|29|",
                                 "ANULADOS|1|",
                                 "FICHAS DE COLA|9|",
                                 "SOFTWARE 1.0.0|",
                                 "LEY ve-2009|",
                                 "FIRMAS|7 / 9|",
                                 "REHUSADAS|1|"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  EXPECT_TRUE(contains(text, acta.verification_code()));
  EXPECT_TRUE(contains(text, facts.strip_code));
  const auto valid = std::to_string(acta.acta().ballots.value() - 4);
  EXPECT_TRUE(contains(text, "VOTOS VÁLIDOS|" + valid + "|"));
  const ContestCount& count = acta.acta().contests[0];
  std::int64_t first = 0;  // the first candidate has the first nine cards
  for (std::size_t i = 0; i < 9; ++i) first += count.cards[i].value();
  EXPECT_TRUE(contains(text, "ANA BERMÚDEZ SOTO|" + std::to_string(first) + "|"));
}

TEST(ActaLayout, HasTheSignedCodeAtHeadAndFootAndOneUnsignedCodePerContest) {
  ActaCountry country{ActaCountryOptions{ElectionKind::real, {38, 5, 7}, 99}};
  const SignedActa acta = country.signed_acta();
  const auto codes = codes_of(public_part(acta, *country.machines, spanish()));
  ASSERT_EQ(codes.size(), 5U);
  EXPECT_EQ(codes.front().text, qr_b_text(acta.record()));
  EXPECT_EQ(codes.back().text, qr_b_text(acta.record()));
  EXPECT_TRUE(codes.front().alphanumeric);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(codes[i + 1].text, qr_a_text(qr_a_of(acta.acta(), i)));
    EXPECT_TRUE(contains(codes[i + 1].caption, "SIN FIRMA"));
  }
  for (const codec::QrCode& code : codes) EXPECT_GE(code.dots_per_module, 4);
}

TEST(ActaLayout, ARealActaThatVerifiesHasNoStamp) {  // [R179]
  ActaCountry country;
  const auto page = public_part(country.signed_acta(), *country.machines, spanish());
  EXPECT_EQ(page.stamp, "");
  EXPECT_FALSE(contains(text_of(page), "SIMULACRO"));
}

TEST(ActaLayout, EveryOtherKindIsStampedAndNamed) {  // [R179]
  const std::pair<ElectionKind, const char*> kinds[] = {{ElectionKind::drill, "SIMULACRO|"},
                                                        {ElectionKind::mock, "ENSAYO|"},
                                                        {ElectionKind::audit, "AUDITORÍA|"}};
  for (const auto& [kind, word] : kinds) {
    ActaCountry country{ActaCountryOptions{kind, {38}, 99}};
    const SignedActa acta = country.signed_acta();
    const auto page = public_part(acta, *country.machines, spanish());
    EXPECT_EQ(page.stamp, "SIN VALOR");
    EXPECT_TRUE(contains(text_of(page), word));
    const auto strip = signature_strip(acta, *country.machines, Hash32{}, {}, spanish());
    EXPECT_EQ(strip.stamp, "SIN VALOR");
    EXPECT_TRUE(contains(text_of(strip), word));
  }
}

TEST(ActaLayout, BytesThatDoNotVerifyAreStampedAndGetNoSignedCode) {  // [R179]
  ActaCountry country;
  std::vector<SignedActa> forged;
  Bytes bytes = country.signed_acta().record();
  bytes.back() ^= 1U;
  forged.push_back(parse(bytes).value());
  crypto::SoftwareKey stranger = country.new_key();
  forged.push_back(parse(sign(country.acta(), stranger).value()).value());
  ActaCountry drill{ActaCountryOptions{ElectionKind::drill, {38}, 100}};
  forged.push_back(drill.signed_acta());
  for (const SignedActa& acta : forged) {
    const auto page = public_part(acta, *country.machines, spanish());
    EXPECT_EQ(page.stamp, "SIN VALOR");
    EXPECT_TRUE(contains(text_of(page), "SIN FIRMA VÁLIDA|"));
    for (const codec::QrCode& code : codes_of(page)) {
      EXPECT_NE(code.text.substr(0, 3), "VE1");
    }
  }
}

TEST(ActaLayout, NoCatalogueCanMakeTheStampDisappear) {  // [R179]
  ActaCountry country{ActaCountryOptions{ElectionKind::drill, {5}, 99}};
  for (const char* const word : {"", " ", "  \t "}) {
    Words words = spanish();
    words["acta.no_value"] = word;
    EXPECT_EQ(public_part(country.signed_acta(), *country.machines, words).stamp, "acta.no_value");
  }
  EXPECT_EQ(public_part(country.signed_acta(), *country.machines, {}).stamp, "acta.no_value");
}

TEST(ActaLayout, AnActaOfAnotherShapeIsDrawnByPositions) {
  ActaCountry country;
  Acta acta = country.acta();
  acta.contests[0].cards.pop_back();
  acta.contests.push_back(acta.contests[0]);
  acta.mesa = MesaId::parse("990909009.09").value();
  const SignedActa odd = parse(sign(acta, country.machine_key).value()).value();
  const std::string text = text_of(public_part(odd, *country.machines, spanish()));
  EXPECT_TRUE(contains(text, "CARGO 1|"));
  EXPECT_TRUE(contains(text, "CARGO 2|"));
  EXPECT_TRUE(contains(text, "CENTRO|990909009|"));
}

// [R65]
TEST(ActaLayout, AZeroActaSaysSo) {
  ActaCountry country;
  Acta acta = country.acta();
  acta.type = ActaType::zero;
  acta.opening_s = 0;
  const SignedActa zero = parse(sign(acta, country.machine_key).value()).value();
  const std::string text = text_of(public_part(zero, *country.machines, spanish()));
  EXPECT_TRUE(contains(text, "ACTA DE INICIALIZACIÓN|"));
  EXPECT_FALSE(contains(text, "APERTURA|"));
}

// [R109] [R178] The public part has no field for a person; they all stand on the strip.
TEST(ActaLayout, PersonsStandOnTheStripOnly) {
  ActaCountry country;
  const SignedActa acta = country.signed_acta();
  const std::string page = text_of(public_part(acta, *country.machines, spanish()));
  const Hash32 salt = tests::example_hash("salt");
  const std::string strip = text_of(
      signature_strip(acta, *country.machines, salt, {{"strip.president"}, {"strip.witness"}},
                      spanish(), {2, 9, "TESTIGO DEL MOVIMIENTO ARAGUANEY"}));
  for (const char* const field : {"CÉDULA|", "PRESIDENTE|", "TESTIGO|", "FIRMA|"}) {
    EXPECT_FALSE(contains(page, field)) << field;
    EXPECT_TRUE(contains(strip, field)) << field;
  }
  EXPECT_TRUE(contains(strip, "COPIA 2 / 9|"));
  EXPECT_TRUE(contains(strip, strip_code(salt, acta.record())));
  EXPECT_TRUE(contains(strip, salt.hex().substr(0, 8)));
}

TEST(StripCode, BindsTheSaltAndEveryByteOfTheActa) {
  Bytes record = tests::example_record();
  const Hash32 salt = tests::example_hash("salt");
  Bytes joined = to_bytes(salt.view());
  joined.insert(joined.end(), record.begin(), record.end());
  const std::string code = strip_code(salt, record);
  EXPECT_EQ(code, short_code(crypto::sha256(joined)));
  EXPECT_EQ(code.size(), 19U);
  record.back() ^= 1U;
  EXPECT_NE(strip_code(salt, record), code);
  EXPECT_NE(strip_code(tests::example_hash("other"), tests::example_record()), code);
}

}  // namespace
}  // namespace sufragio::acta
