#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "crypto/machine_records.h"

// The comparison of paper with the acta in one drawn mesa (verificación ciudadana): receipts in the
// box per option, marks in the roster, votes on the acta. docs/rules/U521.md and
// docs/spec/comparison-sheet.md. Two persons of different organisations count on their own; only
// figures that both gave enter.
namespace sufragio::audit {

struct BoxCount {                      // what one person counted
  std::vector<std::int64_t> receipts;  // per option, in the order of the frame
  std::int64_t null = 0;               // receipts without a valid choice
  std::int64_t box = 0;                // receipts in the box, all together
  std::int64_t roster = 0;             // voters marked in the roster
  friend bool operator==(const BoxCount&, const BoxCount&) = default;
};

struct CountEntry {
  std::string person;        // code of the credential, never a name (R178)
  std::string organisation;  // who sent that person
  BoxCount count;
  friend bool operator==(const CountEntry&, const CountEntry&) = default;
};

struct ActaFigures {
  std::vector<std::int64_t> votes;  // per option
  std::int64_t null = 0;
  std::int64_t ballots = 0;  // voters who voted, by the acta
  friend bool operator==(const ActaFigures&, const ActaFigures&) = default;
};

// Why a receipt is missing or too many, in the words of the manual of the mesa.
enum class Cause : std::uint8_t {
  destroyed_receipt = 1,  // noted on the acta
  voter_took_receipt = 2,
  paper_jam = 3,
  other_box = 4,        // found in the box of another mesa
  spoiled_receipt = 5,  // printed twice, one of them void
  roster_unsigned = 6   // voted without a mark in the roster, noted
};
inline constexpr std::uint8_t kLastCause = 6;

struct Explanation {
  Cause cause = Cause::destroyed_receipt;
  std::int64_t receipts = 0;  // how many it explains, > 0
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

enum class NotCounted : std::uint8_t { missing = 1, refused = 2, box_broken = 3, no_access = 4 };
inline constexpr std::uint8_t kLastNotCounted = 4;

enum class SheetResult : std::uint8_t { match = 0, explained = 1, differs = 2, not_counted = 3 };

struct Sheet {
  crypto::ElectionHandle election;
  Hash32 draw;  // SHA-256 of the draw record that drew this mesa
  std::string contest;
  MesaId mesa;
  ActaFigures acta;
  std::optional<BoxCount> paper;  // nothing: not counted
  std::optional<NotCounted> reason;
  std::vector<Explanation> explanations;  // ascending by cause
  std::int64_t tolerance = 0;             // of the law pack, per figure
  std::int64_t votes_per_voter = 1;       // marks of one receipt in this contest
  std::vector<std::pair<std::string, std::string>> counters;  // person, organisation
  friend bool operator==(const Sheet&, const Sheet&) = default;

  // Largest absolute difference of paper and acta over all figures; nothing when not counted.
  [[nodiscard]] std::optional<std::int64_t> largest_difference() const;
  // not_counted; match: every difference within the tolerance; explained: every difference beyond
  // it is covered by the explanations; else differs.
  [[nodiscard]] SheetResult result() const;
  // A mesa that differs or was not counted counts as one that differs; it never leaves the sample.
  [[nodiscard]] bool counts_as_differing() const {
    const SheetResult r = result();
    return r == SheetResult::differs || r == SheetResult::not_counted;
  }
};

// The figure both persons gave. U401: the same person twice; U402: both of one organisation; U403:
// they differ (with the figure and both numbers: count again); U321: negative, or a box that is
// not what its receipts add up to (with "figure"): box * votes_per_voter = marks + null marks.
[[nodiscard]] Result<BoxCount> agreed(const CountEntry& first, const CountEntry& second,
                                      std::int64_t votes_per_voter = 1);

// Payload of log entry 17, and back. U410 for what is not one; C1xx.
[[nodiscard]] Bytes encode(const Sheet& sheet);
[[nodiscard]] Result<Sheet> decode_sheet(ByteView payload);

}  // namespace sufragio::audit
