#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

// The validation codes of rows. This enum is the table of docs/rules/README.md: numbers are for
// ever; each has its page docs/rules/V203.md (law, code, test).
namespace sufragio::tally {

enum class Rule : std::uint16_t {
  not_canonical = 101,
  other_election = 102,
  drill_in_real = 103,
  bad_signature = 104,
  no_certificate = 105,
  revoked_machine = 106,
  not_assigned = 107,
  unknown_relay = 108,
  unknown_mesa = 111,
  same_again = 112,
  conflicting_acta = 113,
  acta_type = 114,
  revision_gap = 115,
  unknown_software = 116,
  wrong_shape = 201,
  bad_count = 202,
  cards_not_valid = 203,
  sum_not_ballots = 204,
  over_ballots = 205,
  ballots_over_voters = 206,
  voters_over_electors = 207,
  ballots_under_voters = 208,
  electors_differ = 209,
  gate_sum = 210,
  receipts_differ = 211,
  printed_differs = 212,
  typed_differ = 213,
  no_votes = 301,
  unanimous = 302,
  high_turnout = 303,
  high_null = 304,
  deviates = 305,
  exchanged = 306,
  many_incidents = 307,
  closed_oddly = 308,
  opened_late = 309,
  arrived_late = 310,
  clock_unreliable = 311,
  probably_mistyped = 312
};

enum class Severity { refuse, quarantine, warn, ignore };

struct RuleInfo {
  Rule rule;
  Severity severity;  // for signed rows; import turns refuse into quarantine
  bool locked;        // no law pack can switch it off
};
[[nodiscard]] std::span<const RuleInfo> all_rules();  // ascending
[[nodiscard]] const RuleInfo& info(Rule rule);
[[nodiscard]] Code code_of(Rule rule);                             // V101 …
[[nodiscard]] std::optional<Rule> rule_of(std::string_view code);  // "V203"; nothing: no such rule

struct Finding {  // one rule broken by one row, with the figures that show it
  Rule rule;
  std::vector<Fact> facts;
  friend bool operator==(const Finding&, const Finding&) = default;
};
// Sorts by rule and keeps one finding of each rule: the first.
void tidy(std::vector<Finding>& findings);

}  // namespace sufragio::tally
