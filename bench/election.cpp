// Reading, freezing and opening the definition of the whole country of 2024: 30,026 mesas in
// 15,797 centres (2024), one contest on 38 cards.
#include "bench/benches.h"

#include "base/check.h"
#include "base/numbers.h"
#include "election/definition.h"
#include "election/package.h"

namespace sufragio::bench {

namespace {

constexpr std::uint64_t kCentres = 15'797;
constexpr std::uint64_t kMesas = 30'026;
constexpr std::uint64_t kCards = 38;

codec::Document election_toml() {
  codec::Document::Table out;
  const auto text = [&](const char* key, const char* value) {
    out.emplace_back(key, codec::Document{std::string{value}, 1});
  };
  text("id", "pais");
  text("title_es", "País entero");
  text("title_en", "Whole country");
  text("date", "2026-12-06");
  text("kind", "drill");
  text("organiser", "Medida");
  text("law", "ve-2009");
  return codec::Document{std::move(out), 1};
}

election::DefinitionFiles country() {
  election::DefinitionFiles out;
  out.election = election_toml();
  std::string& territory = out.csv["territory.csv"] = "code,name\n";
  std::string& mesas = out.csv["mesas.csv"] = "centre,mesa,electors,style\n";
  std::uint64_t left = kMesas;
  for (std::uint64_t i = 0; i < kCentres; ++i) {
    const std::uint64_t parish = i / 14;  // about 1,129 parishes in 24 states
    const std::string state = zero_padded(1 + parish / 48, 2);
    const std::string municipality = state + zero_padded(1 + parish % 48 / 4, 2);
    const std::string code = municipality + zero_padded(1 + parish % 4, 2);
    if (i % (14 * 48) == 0) territory += state + ",Estado " + state + "\n";
    if (i % (14 * 4) == 0) territory += municipality + ",Municipio\n";
    if (i % 14 == 0) territory += code + ",Parroquia\n";
    const std::string centre = code + zero_padded(1 + i % 14, 3);
    territory += centre + ",Unidad Educativa " + std::to_string(i) + "\n";
    const std::uint64_t here = i + 1 == kCentres ? left : i % 10 == 0 ? 1 : 2;
    for (std::uint64_t m = 1; m <= here && left > 0; ++m, --left) {
      mesas += centre + "," + zero_padded(m, 2) + ",712,todos\n";
    }
  }
  out.csv["alliances.csv"] = "id,name\n";
  std::string& organisations = out.csv["organisations.csv"] = "id,short,name\n";
  std::string& options = out.csv["options.csv"] = "contest,id,name\n";
  std::string& cards = out.csv["cards.csv"] = "contest,position,organisation,option,alliance\n";
  out.csv["contests.csv"] =
      "id,kind,territory,seats,votes_per_voter,title_es,title_en,cards_known\n"
      "presidencia,president,,1,1,Presidencia,President,yes\n";
  for (std::uint64_t i = 1; i <= kCards; ++i) {
    const std::string n = zero_padded(i, 2);
    organisations += "o" + n + ",O" + n + ",Organización " + n + "\n";
    if (i <= 10) options += "presidencia,c" + n + ",Persona " + n + "\n";
    cards +=
        "presidencia," + std::to_string(i) + ",o" + n + ",c" + zero_padded(1 + i % 10, 2) + ",\n";
  }
  out.csv["styles.csv"] = "style,position,contest\ntodos,1,presidencia\n";
  return out;
}

}  // namespace

void bench_election(Report& report) {
  const election::DefinitionFiles files = country();
  const auto definition = election::read_definition(files);
  CHECK(definition.has_value());
  CHECK(definition->mesas.size() == kMesas);
  const Bytes lists = election::encode_definition(*definition);
  const Bytes mesas = election::encode_mesas(*definition);
  const auto best = best_us(Time::cpu, Timed{1, [&] { keep(election::read_definition(files)); }},
                            Timed{1, [&] { keep(election::write_definition(*definition)); }},
                            Timed{1, [&] { keep(election::encode_mesas(*definition)); }},
                            Timed{1, [&] { keep(election::decode_definition(lists, mesas)); }});
  report.limit("D1", "read a definition folder of 30,026 mesas", best[0] / 1000, 200, "ms");
  report.info("write it again", best[1] / 1000, "ms");
  report.info("mesas.cbor from it", best[2] / 1000, "ms");
  report.limit("D2", "decode and check it from a package", best[3] / 1000, 200, "ms");
}

}  // namespace sufragio::bench
