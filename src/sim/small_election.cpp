#include "sim/small_election.h"

#include "base/civil.h"
#include "crypto/hash.h"
#include "services/totalization/night.h"

namespace sufragio::sim {

election::Release drill_release() {
  return {"counting-machine", crypto::sha256(as_bytes("sufragio/sim/counting-machine/1")),
          crypto::sha256(as_bytes("sufragio/sim/people.cpp"))};
}

std::int64_t local_midnight_s(const election::Package& package) {
  const std::int64_t days = days_of_date(package.manifest().date);
  return days * 86'400 - package.law().day.utc_offset_min * 60;
}

Result<Bytes> sign_expected_mesas(const election::Package& package, services::DrillKeys& keys) {
  const Bytes payload = services::encode_expected_mesas(package);
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* root : keys.roots()) {
    auto part = TRY(crypto::sign_part(crypto::RecordKind::statement, payload, *root));
    parts.push_back(std::move(part));
  }
  return crypto::assemble(payload, std::move(parts));
}

Result<std::vector<Table>> make_tables(const election::Package& package,
                                       services::DrillKeys& drill_keys, Rng& keys) {
  std::vector<Table> out;
  for (const election::Mesa& mesa : package.definition().mesas) {
    crypto::MachineId id;
    keys.fill(id.data);
    auto key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, keys);
    const auto records =
        TRY(services::commission(package, mesa.id, id, key.public_key(), "SIM-" + mesa.id.text(),
                                 local_midnight_s(package) - 86'400, drill_keys));
    out.push_back({records.certificate, records.assignment, std::move(key),
                   CountingMachine{package, mesa, id}});
  }
  return out;
}

Result<Drill> make_drill(const CountryPlan& plan, const Law& law, std::string_view log_origin,
                         Rng& country, Rng& keys) {
  const codec::Document document = TRY(law.parse_toml(law.text));
  const election::LawPack pack = TRY(election::read_law_pack(law.text, document));
  const std::uint32_t by_list = election::list_seats(pack, plan.council_seats).value_or(0);
  const election::Definition definition = TRY(make_country(plan, by_list, country));
  Drill out;
  out.keys = services::DrillKeys::draw(keys);
  out.frozen = TRY(
      services::freeze(definition, law.text, document, log_origin, {drill_release()}, out.keys));
  auto package = TRY(election::Package::open(out.frozen.manifest_record, out.frozen.files,
                                             out.keys.root_keys(), document));
  out.package = std::make_unique<election::Package>(std::move(package));
  out.expected_mesas = TRY(sign_expected_mesas(*out.package, out.keys));
  out.tables = TRY(make_tables(*out.package, out.keys, keys));
  return out;
}

}  // namespace sufragio::sim
