#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/document.h"

// A law pack: the parameters of the law as data (`law/*.toml`). Unknown keys are an error; every
// parameter names its source, in both languages, and whether it is certain. The hash of the file is
// the hash of the law. docs/spec/law-pack.md.
namespace sufragio::election {

enum class ListMethod { highest_averages, largest_remainder, staged };
enum class Divisors { dhondt, sainte_lague, modified_sainte_lague };

struct Fraction {  // an exact share, num/den
  std::int64_t num = 0;
  std::int64_t den = 1;
  friend bool operator==(const Fraction&, const Fraction&) = default;
};

enum class TieRule { more_votes, lot };                      // in the order of the pack
enum class ExhaustedList { report, next_quotient, vacant };  // a list with fewer persons than seats
enum class Rounding { half_up, half_down, up, down };

// The steps of a staged list rule, in their only possible order (docs/rules/S107.md).
enum class ListStep { full_quotas, largest_remainder, averages_once, averages };
struct Stage {  // bodies of `seats_from` seats and more, until the next stage
  std::uint32_t seats_from = 0;
  std::vector<ListStep> steps;  // the last one is `averages`
};

struct ListRule {
  ListMethod method = ListMethod::highest_averages;
  Divisors divisors = Divisors::dhondt;
  Fraction threshold;        // of the valid votes; passes when votes * den >= total * num
  std::vector<TieRule> tie;  // none: a tie stays open
  ExhaustedList exhausted = ExhaustedList::report;
  std::vector<Stage> stages;       // staged only
  Fraction remainder_min;          // staged: a remainder takes part from this part of the quota on
  bool majority_of_seats = false;  // staged: more than half of the votes, one seat more (S107)
};

struct NominalRule {  // else one vote each
  bool votes_per_voter_equals_seats = true;
  std::vector<TieRule> tie;
};

struct SplitStep {  // posts of the body from `total_from` on: `seats` of them by list
  std::uint32_t total_from = 0;
  std::uint32_t seats = 0;
};
enum class SplitKind { fixed_by_total, percent, given };
struct SplitRule {
  SplitKind kind = SplitKind::fixed_by_total;
  std::vector<SplitStep> steps;    // fixed_by_total
  std::uint32_t list_percent = 0;  // percent
  Rounding rounding = Rounding::half_up;
};

struct StateSeats {         // of one state in an assembly of several parts
  std::uint32_t state = 0;  // its code
  std::uint32_t nominal = 0;
  std::uint32_t list = 0;
};
struct AssemblyRule {  // total = nominal + list_regional + list_national + indigenous
  std::uint32_t total = 0;
  std::uint32_t nominal = 0;
  std::uint32_t circuits = 0;
  std::uint32_t list_regional = 0;
  std::uint32_t list_national = 0;
  std::uint32_t indigenous = 0;
  std::vector<StateSeats> states;  // ascending by code; those whose seats a source gives
};

// The limits that docs/rules names. Shares are exact fractions.
struct RowLimits {
  std::int64_t unanimous_min = 0;  // V302: ballots
  Fraction turnout_max;            // V303
  Fraction null_max;               // V304
  Fraction deviation;  // V305: distance of an option's share from the rest of the territory
  std::int64_t deviation_min_votes = 0;  // V305, V306: only mesas with at least so many valid votes
  std::int64_t incidents_max = 0;        // V307
  std::int64_t open_late_min = 0;        // V309: minutes after the opening hour
  std::int64_t late_hours = 0;           // V310
};

struct DayRule {  // minutes after midnight, local
  std::int32_t open_min = 360;
  std::int32_t close_min = 1080;
  std::int32_t utc_offset_min = -240;
};

struct RiskRule {  // of audits that limit the risk of a wrong outcome ([audit.rla])
  Fraction risk_limit{1, 20};
  Fraction g{1, 20};             // robust test on mesas (docs/rules/U512.md)
  std::int64_t d = 100;          // weight of the reported mean, in receipts (docs/rules/U514.md)
  std::uint32_t max_rounds = 3;  // then a full count
};

struct LawParameter {  // one parameter as the file states it
  std::string key;     // "seats.list.divisors"
  codec::Document value;
  std::string source;                         // where it stands, in English
  std::string source_es;                      // the same in Spanish
  bool certain = false;                       // false: shown on the page of assumptions
  std::vector<codec::Document> alternatives;  // other readings of a parameter that is not certain
};

struct LawPack {
  std::string id;
  std::string title;
  std::int64_t version = 1;
  Hash32 hash;                           // SHA-256 of the file as it stands
  std::vector<LawParameter> parameters;  // every one, in the order of docs/spec/law-pack.md
  ListRule list;
  NominalRule nominal;
  SplitRule split;
  std::vector<std::uint32_t> council_sizes;
  RowLimits rows;
  DayRule day;
  std::uint32_t bulletin_quorum = 3;  // k of the n `bulletin` keys
  Fraction recount_margin;
  RiskRule risk;                         // a pack without [audit.rla] has these defaults
  std::optional<AssemblyRule> assembly;  // packs of an assembly of several parts
  std::vector<std::string> uncertain;    // keys with certain = false
  std::string extends;                   // id of the pack that this one changes; empty: none
  Hash32 extends_hash;                   // SHA-256 of that pack's text
  std::vector<std::string> overrides;    // the keys that differ from it: the public difference

  [[nodiscard]] const LawParameter* parameter(std::string_view key) const;  // null: no such key
};

// `text` is the file (for the hash), `document` what it says. It must be complete: a text that
// extends another pack passes through `complete_law` first. D201 (a parameter), D203 (two
// parameters against each other), D204 (not complete), each with key and line.
[[nodiscard]] Result<LawPack> read_law_pack(std::string_view text, const codec::Document& document);

// Seats by list of a body with so many posts (nominal + list; an indigenous seat does not count).
// Nothing where the law gives them body by body (`given`). docs/rules/S105.md.
[[nodiscard]] std::optional<std::uint32_t> list_seats(const LawPack& pack,
                                                      std::uint32_t total_posts);

// Where the votes of changed and withdrawn cards go (docs/rules/S112.md).
struct CardReading {
  std::string follow;  // a word of nominations.card_votes_follow
  std::string orphan;  // a word of nominations.orphan_card_votes
};
// The pack's own reading first; then every other combination of its values and `alternatives`.
[[nodiscard]] std::vector<CardReading> card_readings(const LawPack& pack);

// A law as its author writes it: the text of one file.
struct LawText {
  std::string_view text;
  codec::Document document;
};
// The id under `pack.extends` of a text that is not complete; nothing when it is complete.
[[nodiscard]] std::optional<std::string> parent_of(const codec::Document& document);
// The complete text of a pack that extends another: every parameter on its line, those of the child
// marked, with the line that they replace (docs/spec/law-pack.md). The same two texts give the same
// bytes. D201, D204.
[[nodiscard]] Result<std::string> complete_law(const LawText& child, const LawText& parent);

}  // namespace sufragio::election
