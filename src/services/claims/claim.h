#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "statement/statement.h"

// Every number has a passport (R177): a figure that somebody states, its rows, denominator
// and rounding, and what follows from them. All in whole numbers. docs/spec/claim.md.
namespace sufragio::services {

using statement::Decimal;  // in a claim: 0–4 decimals, never negative
using statement::decimal_text;

enum class ClaimForm {
  share,       // "4,317,819 of 6,227,690 = 69.32 %"
  share_only,  // "51.2 % of 10,058,774"
  bare_share,  // "42 %"
  sum,         // "23 + 335 + 253 + 2,471 = 3,082"
  rows,        // "1,471 from rows 1,306"
  rows_share   // "70 % from rows 7,303,480 of 10,887,262"
};

struct Claim {
  ClaimForm form = ClaimForm::share;
  std::optional<std::int64_t> part, whole;  // of a share; rows: `part` is what the rows give
  std::optional<Decimal> printed;           // in percent
  std::vector<std::int64_t> terms;          // of a sum, with their signs
  std::optional<std::int64_t> stated;       // the result of a sum; the figure that rows should give
};

// I301 with the fact "value". Counts up to 10^12 with `,`, `.` or a blank between groups of three
// digits; shares with `.` or `,` and at most four decimals; "of" or "de"; "from rows" or "de
// filas".
[[nodiscard]] Result<Claim> parse_claim(std::string_view text);

enum class Verdict { exact, rounded, misprinted, not_derivable, impossible };
enum class Rounding { none, nearest, down, up };

struct ClaimResult {
  Verdict verdict = Verdict::exact;
  Rounding rounding = Rounding::none;
  std::optional<Decimal> computed;  // part / whole, nearest, with the decimals that were printed
  std::optional<std::int64_t> sum;  // what the terms give, or the rows
  // share_only: the counts that print like this, and the whole number nearest to the share
  std::optional<std::int64_t> lowest, highest, nearest;
};
[[nodiscard]] ClaimResult check_claim(const Claim& claim);

// The answer as facts that a stranger recomputes: the claim, its verdict, what its numbers give;
// and, for a share alone, the counts that print like it.
[[nodiscard]] std::vector<statement::FactStatement> claim_facts(std::string_view text,
                                                                const ClaimResult& result);

[[nodiscard]] std::string_view verdict_name(Verdict verdict);  // "not_derivable": key of the words
[[nodiscard]] std::string_view rounding_name(Rounding rounding);

struct PublishedClaim {  // one line of claims/claims.csv
  std::string id;
  std::string election;
  std::string source_es, source_en;  // who stated it, in neutral words
  std::string claim;                 // in the form of parse_claim
  Verdict verdict = Verdict::exact;
  std::string statement_es, statement_en, note_es, note_en;
};
[[nodiscard]] Result<std::vector<PublishedClaim>> read_claims(std::string_view csv);  // I302, C13x

}  // namespace sufragio::services
