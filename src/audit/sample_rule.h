#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/power.h"
#include "audit/tickets.h"
#include "audit/universe.h"
#include "election/law_pack.h"

// How many mesas a draw takes, by the law pack or as announced (docs/rules/U501.md). Shares are
// exact fractions and round up: 0.5 % of 30,026 is 151, 54.4 % is 16,335.
namespace sufragio::audit {

__extension__ using Int128 = __int128;

enum class SampleMethod : std::uint8_t {
  per_centre_table,
  per_centre_half,
  per_state,  // a share of each state, at least two mesas: quick counts
  share,
  count
};

struct TableStep {  // centres of `from` to `to` mesas: `audited` of them
  std::int64_t from = 1;
  std::int64_t to = 1;
  std::int64_t audited = 1;
  friend bool operator==(const TableStep&, const TableStep&) = default;
};

struct SampleRule {
  SampleMethod method = SampleMethod::count;
  std::vector<TableStep> table;
  election::Fraction share;
  std::int64_t count = 0;

  // Drawn from each centre, or each state, on its own.
  [[nodiscard]] bool in_parts() const {
    return method != SampleMethod::share && method != SampleMethod::count;
  }
  // "table:1-4=1,5-8=2", "half", "states:1/50", "share:544/1000", "count:150": what records carry.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const SampleRule&, const SampleRule&) = default;
};

// The text of a rule; also "0.5%" and "54.4%" (exact decimals) and "all". U112.
[[nodiscard]] Result<SampleRule> parse_rule(std::string_view text);
// [audit.statutory], phase2_share and predispatch_share of the law pack. U112 when it has none.
[[nodiscard]] Result<SampleRule> statutory_rule(const election::LawPack& law);
[[nodiscard]] Result<SampleRule> phase2_rule(const election::LawPack& law);
[[nodiscard]] Result<SampleRule> predispatch_rule(const election::LawPack& law);

// The first two digits of a centre's code.
[[nodiscard]] std::uint32_t state_of(CentreCode centre);

// ceil(size * num / den), exact. 0 <= num <= den.
[[nodiscard]] std::int64_t share_of(std::int64_t size, const election::Fraction& share);

// How many the rule takes from each centre or state, or one entry for the whole. U113: a
// centre whose size no line of the table covers; U114: more than there are.
[[nodiscard]] Result<std::vector<Part>> sample_parts(const SampleRule& rule,
                                                     const Universe& universe);

// The drawn mesas by ascending ticket; index = place in the universe.
[[nodiscard]] Result<std::vector<TicketDraw>> draw_by_rule(const SampleRule& rule,
                                                           const Universe& universe,
                                                           std::string_view seed);

}  // namespace sufragio::audit
