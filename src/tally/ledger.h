#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "acta/acta.h"
#include "tally/judge.h"
#include "tally/row.h"
#include "tally/totals.h"

namespace sufragio::tally {

using crypto::Signatures;

enum class Reception { counted, quarantined, known, refused };

struct Outcome {
  Reception reception = Reception::counted;
  std::vector<Finding> findings;  // of the acta and of all its rows; ascending, each rule once
};

// A signed decision of two persons on a quarantined acta (log entry type 8).
struct Decision {
  Hash32 acta;
  bool count = false;  // false: it stays out (annulled)
  std::string reason;
};

// An accepted acta: where it stands in the log, and what became of it.
struct ActaRecord {
  Hash32 id;
  MesaId mesa;
  acta::ActaType type = acta::ActaType::final;
  std::uint64_t log_index = 0;
  RowStatus status = RowStatus::counted;  // of all its rows; a zero acta has none
  bool admissible = true;                 // docs/spec/ledger.md
  bool decided = false;
  std::vector<Finding> findings;  // of the acta as a whole: they stand on each of its rows
  std::size_t first_row = 0;      // its rows in `rows()`: [first_row, first_row + row_count)
  std::size_t row_count = 0;
};

// All rows of one election in the order of the log (docs/spec/ledger.md). An acta counts at most
// once; a second valid acta of a mesa with other bytes quarantines both (V113); nothing leaves but
// by a decision. Same log, same ledger.
class Ledger {
 public:
  // What an acta shows by itself: all that the ledger wants to know of it.
  struct Prepared {
    Hash32 id;
    MesaId mesa;
    acta::ActaType type = acta::ActaType::final;
    crypto::MachineId machine;
    Hash32 software;
    std::optional<Finding>
        refusal;                  // the first of doors 3 to 7 of docs/spec/ledger.md that is shut
    std::vector<Finding> sheet;   // of the acta as a whole
    std::vector<JudgedRow> rows;  // each with its own findings
  };

  explicit Ledger(const acta::MachineRegistry& machines);  // machines must outlive the ledger
  Ledger(Ledger&&) = default;
  Ledger& operator=(Ledger&&) = delete;

  // Records of this election kind are told apart from ours by name (V103, else V102).
  void knows(const crypto::ElectionHandle& other, election::ElectionKind kind);

  // `log_index` is the place the acta has, or will get, in the log. Judged first without change
  // (`judge`), then added. A refused acta must not enter the log.
  [[nodiscard]] Outcome judge(const acta::SignedActa& acta, std::uint64_t log_index) const;
  Outcome add(const acta::SignedActa& acta, std::uint64_t log_index);
  // Without the signature check: for actas whose signature was verified before (by the writer).
  Outcome add_verified(const acta::SignedActa& acta, std::uint64_t log_index);
  Outcome add(Prepared prepared, std::uint64_t log_index);
  // T101: no such quarantined or decided acta; T105: it cannot be counted.
  [[nodiscard]] Result<void> decide(const Decision& decision);
  [[nodiscard]] Result<void> can_decide(const Decision& decision) const;  // the same, no effect
  void count_refusal(Rule rule);  // an entry that was not even an acta (V101)

  // Looks at no other acta, so many can be prepared at the same time, before their turn to be
  // added.
  // `id` is that of the acta, for those who have hashed its bytes already.
  [[nodiscard]] Prepared prepare(acta::SignedActa acta, const Hash32& id,
                                 Signatures signatures) const;

  [[nodiscard]] const std::vector<JudgedRow>& rows() const { return rows_; }
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] const std::vector<ActaRecord>& actas() const { return actas_; }  // in log order
  [[nodiscard]] const ActaRecord* find(const Hash32& acta) const;
  [[nodiscard]] std::vector<const ActaRecord*> of_mesa(const MesaId& mesa) const;  // in log order
  [[nodiscard]] bool counted(const MesaId& mesa) const;
  [[nodiscard]] std::vector<MesaId> missing() const;  // expected and not counted, ascending
  [[nodiscard]] std::map<Rule, std::int64_t> refusals() const { return refusals_; }
  [[nodiscard]] std::int64_t repeats() const { return repeats_; }   // V112
  [[nodiscard]] std::map<Rule, std::int64_t> rows_by_rule() const;  // how many rows carry each code
  [[nodiscard]] const acta::MachineRegistry& machines() const { return machines_; }

  struct HashOfId {  // an id is a SHA-256 value: any eight bytes of it will do
    [[nodiscard]] std::size_t operator()(const Hash32& id) const;
  };
  struct HashOfMesa {
    [[nodiscard]] std::size_t operator()(const MesaId& mesa) const;
  };

 private:
  struct Judgement;
  [[nodiscard]] Judgement examine(Prepared prepared, std::uint64_t log_index) const;
  [[nodiscard]] std::optional<Finding> door(const acta::SignedActa& acta) const;
  [[nodiscard]] std::optional<Finding> door_verified(const acta::SignedActa& acta) const;
  void add_neighbours(const Prepared& prepared, std::uint64_t log_index,
                      std::vector<Finding>& findings) const;
  [[nodiscard]] std::vector<std::size_t> rivals(const MesaId& mesa, acta::ActaType type) const;
  void set_status(ActaRecord& record, RowStatus status);
  void contradict(ActaRecord& record);

  const acta::MachineRegistry& machines_;
  std::vector<JudgedRow> rows_;
  std::vector<ActaRecord> actas_;
  Totals totals_;
  // Looked up, never iterated: indexes in actas_, those of a mesa in log order.
  std::unordered_map<MesaId, std::vector<std::size_t>, HashOfMesa> mesas_;
  std::unordered_map<Hash32, std::size_t, HashOfId> seen_;
  std::map<crypto::ElectionHandle, election::ElectionKind> others_;
  std::map<Rule, std::int64_t> refusals_;
  std::int64_t repeats_ = 0;
};

}  // namespace sufragio::tally
