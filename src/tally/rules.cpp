#include "tally/rules.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace sufragio::tally {

namespace {

constexpr RuleInfo refuse(Rule rule) { return {rule, Severity::refuse, true}; }
constexpr RuleInfo quarantine(Rule rule) { return {rule, Severity::quarantine, true}; }
constexpr RuleInfo warn(Rule rule) { return {rule, Severity::warn, false}; }

// docs/rules/README.md
constexpr std::array kRules{
    refuse(Rule::not_canonical),
    refuse(Rule::other_election),
    refuse(Rule::drill_in_real),
    refuse(Rule::bad_signature),
    refuse(Rule::no_certificate),
    quarantine(Rule::revoked_machine),
    quarantine(Rule::not_assigned),
    refuse(Rule::unknown_relay),
    quarantine(Rule::unknown_mesa),
    RuleInfo{Rule::same_again, Severity::ignore, true},
    quarantine(Rule::conflicting_acta),
    quarantine(Rule::acta_type),
    quarantine(Rule::revision_gap),
    quarantine(Rule::unknown_software),
    quarantine(Rule::wrong_shape),
    refuse(Rule::bad_count),
    quarantine(Rule::cards_not_valid),
    quarantine(Rule::sum_not_ballots),
    quarantine(Rule::over_ballots),
    quarantine(Rule::ballots_over_voters),
    quarantine(Rule::voters_over_electors),
    warn(Rule::ballots_under_voters),
    quarantine(Rule::electors_differ),
    warn(Rule::gate_sum),
    warn(Rule::receipts_differ),
    quarantine(Rule::printed_differs),
    quarantine(Rule::typed_differ),
    warn(Rule::no_votes),
    warn(Rule::unanimous),
    warn(Rule::high_turnout),
    warn(Rule::high_null),
    warn(Rule::deviates),
    warn(Rule::exchanged),
    warn(Rule::many_incidents),
    warn(Rule::closed_oddly),
    warn(Rule::opened_late),
    warn(Rule::arrived_late),
    warn(Rule::clock_unreliable),
    warn(Rule::probably_mistyped),
};

}  // namespace

std::span<const RuleInfo> all_rules() { return kRules; }

const RuleInfo& info(Rule rule) {
  const auto* const found = std::ranges::lower_bound(kRules, rule, {}, &RuleInfo::rule);
  CHECK(found != kRules.end() && found->rule == rule);
  return *found;
}

Code code_of(Rule rule) { return {'V', static_cast<std::uint16_t>(rule)}; }

std::optional<Rule> rule_of(std::string_view code) {
  for (const RuleInfo& known : kRules) {
    if (code_of(known.rule).text() == code) return known.rule;
  }
  return std::nullopt;
}

void tidy(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, &Finding::rule);
  const auto same_rule = [](const Finding& a, const Finding& b) { return a.rule == b.rule; };
  findings.erase(std::unique(findings.begin(), findings.end(), same_rule), findings.end());
}

}  // namespace sufragio::tally
