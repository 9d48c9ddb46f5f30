#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/document.h"

// A law pack: the parameters of the law as data (`law/*.toml`). Unknown keys are an error; every
// parameter names its source and whether it is certain. The hash of the file is the hash of the
// law. docs/spec/law-pack.md.
namespace sufragio::election {

enum class ListMethod { highest_averages, largest_remainder };
enum class Divisors { dhondt, sainte_lague, modified_sainte_lague };

struct Fraction {  // an exact share, num/den
  std::int64_t num = 0;
  std::int64_t den = 1;
  friend bool operator==(const Fraction&, const Fraction&) = default;
};

struct ListRule {
  ListMethod method = ListMethod::highest_averages;
  Divisors divisors = Divisors::dhondt;
  Fraction threshold;  // of the valid votes of the contest; passes when votes * den >= total * num
};

struct NominalRule {  // else one vote each
  bool votes_per_voter_equals_seats = true;
};

struct SplitStep {  // posts of the body from `total_from` on: `seats` of them by list
  std::uint32_t total_from = 0;
  std::uint32_t seats = 0;
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

struct LawParameter {  // one parameter as the file states it
  std::string key;     // "seats.list.divisors"
  codec::Document value;
  std::string source;
  bool certain = false;  // false: shown on the page of assumptions
};

struct LawPack {
  std::string id;
  std::string title;
  std::int64_t version = 1;
  Hash32 hash;                           // SHA-256 of the file as it stands
  std::vector<LawParameter> parameters;  // every one, in the order of docs/spec/law-pack.md
  ListRule list;
  NominalRule nominal;
  std::vector<SplitStep> split;
  std::vector<std::uint32_t> council_sizes;
  RowLimits rows;
  DayRule day;
  std::uint32_t bulletin_quorum = 3;  // k of the n `bulletin` keys
  Fraction recount_margin;
  std::vector<std::string> uncertain;  // keys with certain = false

  [[nodiscard]] const LawParameter* parameter(std::string_view key) const;  // null: no such key
};

// `text` is the file (for the hash), `document` what it says. D2xx with key and line.
[[nodiscard]] Result<LawPack> read_law_pack(std::string_view text, const codec::Document& document);

// Seats by list of a body with so many posts (nominal + list; an indigenous seat does not count).
[[nodiscard]] std::uint32_t list_seats(const LawPack& pack, std::uint32_t total_posts);

}  // namespace sufragio::election
