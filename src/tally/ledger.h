#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "acta/acta.h"
#include "tally/judge.h"
#include "tally/row.h"
#include "tally/totals.h"

namespace sufragio::tally {

enum class Reception { counted, quarantined, known, refused };

struct Outcome {
  Reception reception = Reception::counted;
  std::vector<Finding> findings;
};

// A signed decision of two persons on a quarantined acta (log entry type 8).
struct Decision {
  Hash32 acta;
  bool count = false;  // false: it stays out (annulled)
  std::string reason;
};

// All rows of one election in the order of the log. An acta counts at most once; a second valid
// acta of a mesa with other bytes quarantines both (V113); nothing leaves but by a decision. Same
// log, same ledger.
class Ledger {
 public:
  explicit Ledger(const acta::MachineRegistry& machines);  // machines must outlive the ledger

  // `log_index` is the place the acta has, or will get, in the log. Judged first without change
  // (`judge`), then added. A refused acta must not enter the log.
  [[nodiscard]] Outcome judge(const acta::SignedActa& acta, std::uint64_t log_index) const;
  // `judge` without the signature check: for actas whose signature was verified before (in
  // parallel, or by the writer).
  [[nodiscard]] Outcome judge_verified(const acta::SignedActa& acta, std::uint64_t log_index) const;
  Outcome add(const acta::SignedActa& acta, std::uint64_t log_index);
  Outcome add_verified(const acta::SignedActa& acta, std::uint64_t log_index);
  [[nodiscard]] Result<void> decide(const Decision& decision);  // T101: no such quarantined acta

  [[nodiscard]] const std::vector<JudgedRow>& rows() const { return rows_; }
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] bool counted(const MesaId& mesa) const;
  [[nodiscard]] std::vector<MesaId> missing() const;  // expected and not counted, ascending
  [[nodiscard]] std::map<Rule, std::int64_t> refusals() const { return refusals_; }

 private:
  struct MesaState {
    std::vector<Hash32> finals;  // ids of valid final actas, in order
    bool zero_seen = false;
    std::vector<std::size_t> rows;  // of the counted or quarantined actas, indexes in rows_
  };
  const acta::MachineRegistry& machines_;
  std::vector<JudgedRow> rows_;
  Totals totals_;
  std::map<MesaId, MesaState> mesas_;
  std::map<Hash32, Reception> seen_;
  std::map<Rule, std::int64_t> refusals_;
};

}  // namespace sufragio::tally
