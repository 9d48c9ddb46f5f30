#pragma once

#include <memory>
#include <string>
#include <vector>

#include "machine/mesa_machine.h"
#include "ports/memory_store.h"
#include "services/office/office.h"
#include "sim/paper.h"
#include "sim/people.h"
#include "sim/script.h"

// One table's day on the product's own machine: members, voters, printer, media and power of the
// simulator around machine::Machine. What people wanted is remembered, what came out of the printer
// lies in a box, and both are compared with the acta.
namespace sufragio::sim {

struct DayFaults {  // one in so many sessions; 0: never
  std::uint32_t printer = 60;
  std::uint32_t mismatch = 80;
  std::uint32_t leaves = 90;
  std::uint32_t power_cut = 70;
  std::uint32_t medium = 400;
  [[nodiscard]] static DayFaults none() { return {0, 0, 0, 0, 0}; }
};

struct TableReport {
  std::int64_t voters = 0;
  std::int64_t void_papers = 0;  // in the envelope
  std::int64_t power_cuts = 0;
  std::int64_t swaps = 0;
  std::int64_t printer_troubles = 0;
  std::vector<std::string> problems;  // what did not hold; empty is good
};

class SimFingers : public ports::FingerCheck {  // a script that names the decision
 public:
  [[nodiscard]] ports::Capture capture(roll::RollIndex, std::uint8_t) override { return next; }
  ports::Capture next = ports::Capture::match;
};

class TableMachine {
 public:
  // `records`: certificate and assignment. The package must outlive it. `machine_rng` is the
  // generator of the machine itself; people, media and faults come from `seed`.
  TableMachine(const election::Package& package, const election::Mesa& mesa,
               services::CommissionedMachine records, crypto::MachineId machine,
               crypto::SoftwareKey key, std::unique_ptr<Rng> machine_rng, std::uint64_t seed);
  ~TableMachine();

  // From here on every ballot is encrypted too (the second count); the sealer must outlive it.
  void encrypt_with(ports::BallotSealer& sealer) { sealer_ = &sealer; }
  [[nodiscard]] const std::vector<Bytes>& sealed_ballots() const { return sealed_ballots_; }

  // A machine that stands ready: a visit of the script with `swap` carries the other one away.
  struct Spare {
    services::CommissionedMachine records;  // its assignment moves the mesa
    crypto::MachineId machine;
    crypto::SoftwareKey key;
  };
  // Sees the table between two visits: attacks and measurements.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void after_visit(TableMachine& table, std::size_t number) = 0;
  };
  void watch(Watcher* watcher) { watcher_ = watcher; }
  void keep_spare(Spare spare) { spare_.emplace(std::move(spare)); }

  // From Friday to the copies in the hands of the witnesses. An Error only when the machine cannot
  // go on; what does not hold is in the report.
  [[nodiscard]] Result<TableReport> live(const Tastes& tastes, const TableDay& day,
                                         const DayFaults& faults = {});
  // The same from a script; and the script that `live` would draw.
  [[nodiscard]] Result<TableReport> run(const DayScript& script);
  [[nodiscard]] DayScript draw(const Tastes& tastes, const TableDay& day,
                               const DayFaults& faults) const;
  // Afterwards: acknowledgement, draw, packing list, and the cell is gone.
  [[nodiscard]] Result<void> pack(std::int64_t now_s);
  void rest();  // media, papers and people go; the records stay

  [[nodiscard]] const election::Mesa& mesa() const { return mesa_; }
  [[nodiscard]] const election::Package& package() const { return package_; }
  [[nodiscard]] const services::CommissionedMachine& records() const { return records_; }
  [[nodiscard]] const Bytes& zero_record() const { return zero_; }
  [[nodiscard]] const Bytes& final_record() const { return final_; }
  [[nodiscard]] crypto::SoftwareKey& key() { return key_; }
  [[nodiscard]] crypto::MachineId machine_id() const { return machine_; }
  [[nodiscard]] machine::Machine& machine();
  [[nodiscard]] const machine::MachineSetup& setup() const;
  [[nodiscard]] const machine::MachinePorts& ports() const;
  [[nodiscard]] SimPrinter& printer();
  [[nodiscard]] SimBlockDevice& vault_medium(std::size_t medium);
  [[nodiscard]] SimBlockDevice& roll_medium(std::size_t medium);
  [[nodiscard]] SimKeyCell& cell();
  [[nodiscard]] const std::vector<Bytes>& box() const;  // rows of each receipt, in box order

 private:
  struct World;
  class Visit;
  [[nodiscard]] Result<void> morning(const TableDay& day);
  [[nodiscard]] Result<void> evening(const TableDay& day, const DayScript& script);
  [[nodiscard]] Result<void> reboot(std::int64_t now_s);
  [[nodiscard]] Result<void> swap(std::int64_t now_s);
  void collect_papers(std::optional<election::Selections> stored);
  void compare();

  const election::Package& package_;
  const election::Mesa& mesa_;
  services::CommissionedMachine records_;
  crypto::MachineId machine_;
  crypto::SoftwareKey key_;
  std::unique_ptr<Rng> machine_rng_;
  std::uint64_t seed_;
  std::optional<Spare> spare_;
  Watcher* watcher_ = nullptr;
  ports::Unsealed unsealed_;
  ports::BallotSealer* sealer_ = &unsealed_;
  std::vector<Bytes> sealed_ballots_;
  std::unique_ptr<World> world_;
  Bytes zero_;
  Bytes final_;
  TableReport report_;
};

}  // namespace sufragio::sim
