#include "sim/small_election.h"

#include "base/check.h"
#include "base/numbers.h"
#include "crypto/hash.h"
#include "services/totalization/night.h"

namespace sufragio::sim {

namespace {

// Days from 1970-01-01 to a civil date (H. Hinnant's days_from_civil, exact in integers).
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

std::int64_t number_in(std::string_view text) {
  const auto value = parse_padded(text, 9'999);
  CHECK(value.has_value());
  return static_cast<std::int64_t>(*value);
}

}  // namespace

election::Release drill_release() {
  return {"counting-machine", crypto::sha256(as_bytes("sufragio/sim/counting-machine/1")),
          crypto::sha256(as_bytes("sufragio/sim/people.cpp"))};
}

std::int64_t local_midnight_s(const election::Package& package) {
  const std::string& date = package.manifest().date;  // YYYY-MM-DD, checked
  const std::int64_t days = days_from_civil(
      number_in(date.substr(0, 4)), number_in(date.substr(5, 2)), number_in(date.substr(8, 2)));
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
  const std::uint32_t by_list = election::list_seats(pack, plan.council_seats);
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
