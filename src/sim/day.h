#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "ports/row_index.h"
#include "sim/small_election.h"

// One seed = one election day of small mesas, each on the product's own machine, through the
// production code of centre, log, ledger and bulletins, over a network and a disk that fail, with
// people who attack. After every step the checkers look; the first that objects stops the day.
namespace sufragio::sim {

// The numbers stand in the replay line and in docs/simulator.md; never reused.
enum class Checker : std::uint8_t {
  counted_once = 1,     // an acta counts at most once
  totals_are_rows = 2,  // every total = sum of the counted rows, in every territory
  only_grows = 3,     // what was counted stays counted, but for a conflict or a decision in the log
  printed_bytes = 4,  // counted bytes hash to the code on the paper
  log_prefix = 5,     // after a crash nothing acknowledged is missing
  index_rebuilt = 6,  // the SQL index, dropped and rebuilt from the log, gives the same bytes
  intruders = 7,      // nothing that an attacker made is ever counted
  everything_arrives = 8,  // faults healed: every acta is counted and the totals are the truth
  replay_agrees = 9,       // a fresh replay of the log gives the same rows and the same bulletins
  machine = 10  // each machine: acta = what people wanted = the receipts in its box, no dead end
};

struct DayOptions {
  std::uint64_t seed = 1;
  // Two indexes for checker 6: one kept up during the day, one built from the log at its end. May
  // be null.
  ports::RowIndex* live_index = nullptr;
  ports::RowIndex* rebuilt_index = nullptr;
  std::uint32_t mesas = 24;
  std::int64_t until_event = 0;  // stop after so many events; 0 = the whole day
};

struct DayFailure {
  Checker checker = Checker::counted_once;
  std::int64_t event = 0;    // how many events had happened
  std::int64_t time_ms = 0;  // unix milliseconds of the virtual clock
  std::string where;         // mesa, contest or code: data, not a sentence
};

struct DayReport {
  std::vector<DayFailure> failures;  // empty: every checker held after every event
  Hash32 trace;                      // the same for the same seed, always
  std::vector<std::string> lines;    // the trace itself: "time event subject result"
  std::int64_t events = 0;
  std::int64_t sent = 0;
  std::int64_t lost = 0;
  std::int64_t refused = 0;
  std::int64_t repeats = 0;
  std::int64_t crashes = 0;
  std::int64_t attacks = 0;
  std::int64_t bulletins = 0;
  std::int64_t conflicts = 0;
  std::int64_t voters = 0;
  std::int64_t void_papers = 0;
  std::int64_t power_cuts = 0;  // of machines, while people vote
};

// A failure of the call itself (the world could not be made) is an Error; a red checker is in the
// report.
[[nodiscard]] Result<DayReport> run_day(const Law& law, const DayOptions& options);

}  // namespace sufragio::sim
