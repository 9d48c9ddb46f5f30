#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/office/office.h"
#include "sim/country.h"
#include "sim/table_machine.h"

// A frozen drill with its machines, ready for a day: what the demo and the simulator share.
namespace sufragio::sim {

struct Law {  // the law pack as text, and the parser that reads it
  std::string text;
  services::TextParser parse_toml = nullptr;
  std::string fingers = {};  // fingers.toml, or empty
};

struct Drill {
  std::unique_ptr<election::Package> package;  // outlives the tables
  services::FrozenElection frozen;
  services::DrillKeys keys;
  Bytes expected_mesas;  // entry 15, signed by the roots
  std::vector<std::unique_ptr<TableMachine>> tables;
};

// `keys` draws keys and machine ids, `country` the country: the demo takes the first from the
// system.
[[nodiscard]] Result<Drill> make_drill(const CountryPlan& plan, const Law& law,
                                       std::string_view log_origin, Rng& country, Rng& keys);
// One machine for each mesa of a package, certified and assigned. `people` draws the seeds of the
// tables; the machines' own generator is the system's, or simulated for days that repeat.
enum class MachineRng { simulated, system };
[[nodiscard]] Result<std::vector<std::unique_ptr<TableMachine>>> make_tables(
    const election::Package& package, services::DrillKeys& drill_keys, Rng& keys, Rng& people,
    MachineRng kind);
[[nodiscard]] Result<Bytes> sign_expected_mesas(const election::Package& package,
                                                services::DrillKeys& keys);
[[nodiscard]] election::Release drill_release();  // of the simulated image
[[nodiscard]] std::int64_t local_midnight_s(const election::Package& package);  // unix seconds

}  // namespace sufragio::sim
