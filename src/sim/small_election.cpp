#include "sim/small_election.h"

#include "base/civil.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "services/totalization/night.h"
#include "sim/rng.h"

namespace sufragio::sim {

election::Release drill_release() {
  return {"sim-machine", crypto::sha256(as_bytes("sufragio/sim/machine/1")),
          crypto::sha256(as_bytes("sufragio/sim/table_machine.cpp"))};
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

Result<std::vector<std::unique_ptr<TableMachine>>> make_tables(const election::Package& package,
                                                               services::DrillKeys& drill_keys,
                                                               Rng& keys, Rng& people,
                                                               MachineRng kind) {
  std::vector<std::unique_ptr<TableMachine>> out;
  for (const election::Mesa& mesa : package.definition().mesas) {
    crypto::MachineId id;
    keys.fill(id.data);
    auto key = crypto::SoftwareKey::generate(crypto::Algorithm::es256, keys);
    auto records =
        TRY(services::commission(package, mesa.id, id, key.public_key(), "SIM-" + mesa.id.text(),
                                 local_midnight_s(package) - 86'400, drill_keys));
    std::unique_ptr<Rng> own;
    if (kind == MachineRng::system) {
      own = std::make_unique<crypto::SystemRng>();
    } else {
      own = std::make_unique<SimRng>(keys.next());
    }
    out.push_back(std::make_unique<TableMachine>(package, mesa, std::move(records), id,
                                                 std::move(key), std::move(own), people.next()));
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
  services::FingersText fingers{law.fingers, {}};
  fingers.document = TRY(law.parse_toml(law.fingers));
  out.frozen =
      TRY(services::freeze(definition, law.text, document, log_origin, {drill_release()}, out.keys,
                           nullptr, {}, law.fingers.empty() ? nullptr : &fingers));
  auto package = TRY(election::Package::open(out.frozen.manifest_record, out.frozen.files,
                                             out.keys.root_keys(), document));
  out.package = std::make_unique<election::Package>(std::move(package));
  out.expected_mesas = TRY(sign_expected_mesas(*out.package, out.keys));
  out.tables = TRY(make_tables(*out.package, out.keys, keys, country, MachineRng::simulated));
  return out;
}

}  // namespace sufragio::sim
