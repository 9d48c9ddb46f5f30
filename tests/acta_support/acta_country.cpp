#include "tests/acta_support/acta_country.h"

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "tests/acta_support/acta_example.h"
#include "tests/support/small_election.h"
#include "tests/support/support.h"

namespace sufragio::tests {

namespace {

using crypto::Algorithm;
using crypto::SoftwareKey;
using election::Contest;
using election::Definition;

constexpr const char* kOrganisations[] = {
    "ARAGUANEY",  "LLANO",     "CEIBA",           "TURPIAL",     "CARDÓN",    "MORICHE",
    "APAMATE",    "SAMÁN",     "BUCARE",          "ORINOCO",     "CAURA",     "AUYÁN",
    "RORAIMA",    "CHIVACOA",  "TACARIGUA",       "MÉRIDA VIVA", "CAROABO",   "CUNAGUARO",
    "PARAULATA",  "CRISTOFUÉ", "CORAL",           "MANATÍ",      "BABA",      "CHIGÜIRE",
    "GARZA ROJA", "COLIBRÍ",   "DANTA",           "TONINA",      "CACHICAMO", "LAPA",
    "JAGUAR",     "PEREZA",    "ALIANZA DEL RÍO", "FARO",        "PUENTE",    "HAMACA",
    "CUATRO",     "ARPA"};
constexpr const char* kOptions[] = {"ANA BERMÚDEZ SOTO",  "LUIS CARMONA PEÑA",   "ROSA DUARTE",
                                    "JOSÉ IGNACIO NÚÑEZ", "CARMEN ELENA OROZCO", "PEDRO QUIJADA",
                                    "INÉS RANGEL",        "TOMÁS URBINA"};
constexpr std::size_t kGroups[] = {9, 8, 7, 5,
                                   4, 3, 1};  // cards of each option; the last: the rest

template <typename T>
T slug(const std::string& text) {
  return T::parse(text).value();
}

Contest contest_of(std::size_t index, std::size_t cards) {
  Contest out;
  out.id = slug<election::ContestId>("c" + std::to_string(index + 1));
  out.kind = index == 0 ? election::ContestKind::president : election::ContestKind::list;
  out.title_es = index == 0 ? "PRESIDENCIA" : "CONCEJO " + std::to_string(index);
  out.title_en = index == 0 ? "PRESIDENT" : "COUNCIL " + std::to_string(index);
  std::size_t option = 0;
  std::size_t of_option = 0;
  for (std::size_t card = 0; card < cards; ++card) {
    if (option < std::size(kGroups) && of_option == kGroups[option]) {
      ++option;
      of_option = 0;
    }
    const auto id = slug<election::OptionId>("o" + std::to_string(option + 1));
    if (of_option == 0) out.options.push_back({id, kOptions[option]});
    ++of_option;
    out.cards.push_back(
        {slug<election::OrganisationId>("org" + zero_padded(card + 1, 3)), id, std::nullopt});
  }
  return out;
}

Definition definition_of(const ActaCountryOptions& options) {
  Definition out;
  out.id = "ejemplo-2026";
  out.title_es = "ELECCIÓN DE EJEMPLO";
  out.title_en = "EXAMPLE ELECTION";
  out.date = "2026-12-06";
  out.kind = options.kind;
  out.organiser = "COMISIÓN DE EJEMPLO";
  out.law = "ve-2009";
  const auto place = [&out](const char* code, const char* name) {
    out.territories.push_back({election::TerritoryCode::parse(code).value(), name});
  };
  place("99", "ESTADO DE EJEMPLO");
  place("9901", "RÍO CLARO");
  place("990101", "LOS SAMANES");
  place("990101006", "ESCUELA BÁSICA EL ARAGUANEY");
  std::size_t most = 0;
  for (std::size_t i = 0; i < options.cards.size(); ++i) {
    most = std::max(most, options.cards[i]);
    out.contests.push_back(contest_of(i, options.cards[i]));
  }
  for (std::size_t i = 0; i < most; ++i) {
    const std::string name =
        i < std::size(kOrganisations) ? kOrganisations[i] : "GRUPO " + std::to_string(i + 1);
    out.organisations.push_back(
        {slug<election::OrganisationId>("org" + zero_padded(i + 1, 3)), name, name});
  }
  election::Style style{slug<election::StyleId>("unica"), {}};
  for (std::size_t i = 0; i < options.cards.size(); ++i) {
    style.contests.push_back(election::ContestIndex{static_cast<std::uint16_t>(i)});
  }
  out.styles.push_back(style);
  out.mesas.push_back({MesaId::parse("990101006.01").value(), count<Persons>(612), 0, true});
  return out;
}

}  // namespace

ActaCountry::ActaCountry(const ActaCountryOptions& options)
    : rng_{options.seed}, ca{new_key()}, ops{new_key()}, machine_key{new_key()} {
  rng_.fill(machine.data);
  election::PackageInputs inputs;
  inputs.definition = definition_of(options);
  inputs.law_text = law_text();
  inputs.law = adapters::parse_toml(inputs.law_text).value();
  using election::Role;
  inputs.keys = {{Role::election_ca, ca.public_key(), "Comisión"},
                 {Role::ops, ops.public_key(), "Operaciones"}};
  for (int i = 0; i < 3; ++i) {
    inputs.keys.push_back({Role::bulletin, new_key().public_key(), "Totalización"});
  }
  inputs.keys.push_back(
      {Role::log, SoftwareKey::generate(Algorithm::ed25519, rng_).public_key(), "Bitácora"});
  inputs.log_origin = "example.org/ejemplo-2026";
  inputs.log_policy = "policy\n";
  inputs.releases = {{"1.0.0", example_hash("software root"), example_hash("source")}};
  const auto compiled = election::compile(inputs);
  EXPECT_TRUE(compiled.has_value()) << compiled.error().debug();
  std::vector<crypto::SignaturePart> parts;
  std::vector<crypto::PublicKey> roots;
  for (int i = 0; i < 2; ++i) {
    SoftwareKey root = SoftwareKey::generate(Algorithm::es384, rng_);
    roots.push_back(root.public_key());
    parts.push_back(
        crypto::sign_part(crypto::RecordKind::package, compiled->manifest_payload, root).value());
  }
  const Bytes manifest = crypto::assemble(compiled->manifest_payload, parts).value();
  auto opened = election::Package::open(manifest, compiled->files, roots, inputs.law);
  EXPECT_TRUE(opened.has_value()) << opened.error().debug();
  package = std::make_unique<election::Package>(std::move(*opened));
  machines = std::make_unique<acta::MachineRegistry>(*package);
  EXPECT_TRUE(machines->add_certificate(certificate(machine, machine_key.public_key())));
  EXPECT_TRUE(machines->add_assignment(assignment(machine), 1));
}

acta::Acta ActaCountry::acta() const {
  acta::Acta out;
  const election::Mesa& mesa = package->definition().mesas[0];
  out.election = package->handle();
  out.ballot = package->ballot_of(mesa);
  out.mesa = mesa.id;
  out.time_s = 1'796'594'700;  // 2026-12-06 18:05 at UTC-4
  out.registered = mesa.electors;
  std::size_t total = 0;
  for (const election::Contest& contest : package->definition().contests) {
    acta::ContestCount figures;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < contest.cards.size(); ++i) {
      const std::size_t votes = i % 9 == 0 ? 41 + 13 * (i % 4) : (i * 7 + 3) % 11 % 8;
      sum += votes;
      figures.cards.push_back(count<Votes>(votes));
    }
    total = std::max(total, sum + 4);
    out.contests.push_back(figures);
  }
  for (acta::ContestCount& figures : out.contests) {  // what is left of the ballots is null
    std::size_t sum = 0;
    for (const Votes votes : figures.cards) sum += static_cast<std::size_t>(votes.value());
    figures.null = count<Votes>(total - sum);
  }
  out.voters = count<Persons>(total);
  out.ballots = count<Persons>(total);
  out.ballots_root = example_hash("ballots root");
  out.software_root = example_hash("software root");
  out.machine = machine;
  out.gate = {count<Persons>(total - 37), count<Persons>(29), count<Persons>(8), count<Persons>(0)};
  out.opening_s = 1'796'551'920;  // 06:12
  out.counters.valid_receipts = count<Persons>(total);
  out.counters.void_prints = count<Persons>(1);
  out.counters.assisted = count<Persons>(5);
  out.counters.unblocks = count<Persons>(2);
  out.counters.queue_tokens = count<Persons>(9);
  out.log_head = example_hash("official log");
  return out;
}

acta::SignedActa ActaCountry::signed_acta() {
  return acta::parse(acta::sign(acta(), machine_key).value()).value();
}

Bytes ActaCountry::certificate(const crypto::MachineId& id, const crypto::PublicKey& key,
                               std::string serial) {
  const crypto::MachineCertificate value{package->handle(), id, key, std::move(serial)};
  return crypto::sign1(crypto::RecordKind::machine_certificate, crypto::encode(value), ca).value();
}

Bytes ActaCountry::assignment(const crypto::MachineId& id, bool replacement) {
  const crypto::Assignment value{package->handle(), package->definition().mesas[0].id, id,
                                 replacement, 1'796'500'000};
  return crypto::sign1(crypto::RecordKind::assignment, crypto::encode(value), ops).value();
}

Bytes ActaCountry::revocation(const crypto::MachineId& id) {
  const crypto::Revocation value{package->handle(), {id}, 1'796'560'000, "ensayo"};
  return crypto::sign1(crypto::RecordKind::statement, crypto::encode(value), ops).value();
}

acta::Words layout_words(const std::string& language) {
  const auto document = adapters::parse_json(read_file("i18n/" + language + ".json"));
  EXPECT_TRUE(document.has_value());
  acta::Words out;
  const auto* const table = std::get_if<codec::Document::Table>(&document->value());
  if (table == nullptr) return out;
  for (const auto& [key, value] : *table) {
    if (const auto* const text = std::get_if<std::string>(&value.value())) out[key] = *text;
  }
  return out;
}

}  // namespace sufragio::tests
