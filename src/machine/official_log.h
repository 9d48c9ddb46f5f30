#pragma once

#include <array>
#include <vector>

#include "base/bytes.h"
#include "machine/vault.h"
#include "ports/store.h"

// The official log (docs/spec/official-log.md): acts of officials and events of devices, chained by
// SHA-256, on both media. It has no entry per vote, and nothing of a voter.
namespace sufragio::machine {

enum class Act : std::uint8_t {  // numbers for ever
  phase = 1,                     // [phase]
  boot = 2,                      // [void print 0/1, repaired 0/1]
  suspended = 3,
  resumed = 4,
  tokens = 5,       // [issued]
  unblocked = 6,    // [list, index of the code]
  reader = 7,       // the reader failed
  fault = 8,        // [code]
  acta = 9,         // [type, copy]
  copies = 10,      // [printed, given, refused, absent]
  swap = 11,        // a machine took this one's place, or it took another's
  wrong_code = 12,  // [list]
  departure = 13,   // a voter left; public, without identity
  spoiled = 14      // a receipt did not match
};

struct ActEntry {
  std::uint64_t number = 0;
  std::int64_t time_s = 0;
  Act act = Act::phase;
  std::vector<std::int64_t> data;
};

class OfficialLog {
 public:
  static constexpr std::size_t kMedia = 2;
  explicit OfficialLog(std::array<ports::Store*, kMedia> media) : media_{media} {}

  // Reads what is there; the longest chain that holds of the two media. An altered byte ends the
  // chain before it.
  [[nodiscard]] Result<void> load();
  // Durable on the media that take it; F1xx when none does.
  [[nodiscard]] Result<void> add(std::int64_t time_s, Act act, std::vector<std::int64_t> data = {});
  [[nodiscard]] const Hash32& head() const { return head_; }
  [[nodiscard]] const std::vector<ActEntry>& entries() const { return entries_; }

 private:
  std::array<ports::Store*, kMedia> media_;
  std::array<bool, kMedia> lost_{};
  std::vector<ActEntry> entries_;
  Bytes bytes_;  // of all entries, as on the media
  Hash32 head_;
};

// What the acta says of the day, folded from the log.
struct DayOfLog {
  std::int64_t opening_s = 0;
  std::int64_t closing_s = 0;
  std::int64_t suspended_s = 0;
  bool suspended = false;
  std::int64_t suspended_since_s = 0;
  std::uint16_t tokens_issued = 0;
  std::uint16_t unblocks = 0;
  std::uint16_t reader_faults = 0;
  Phase phase = Phase::sealed;       // the last that was entered
  bool clock_doubtful = false;       // 1106 was said: reports say so too
  std::uint32_t copies[2] = {0, 0};  // prints of the zero acta and of the acta
};
[[nodiscard]] DayOfLog fold(const std::vector<ActEntry>& entries);

}  // namespace sufragio::machine
