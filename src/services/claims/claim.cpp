#include "services/claims/claim.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "services/claims/codes.h"

namespace sufragio::services {

namespace {

constexpr std::int64_t kMaxCount = 1'000'000'000'000;
constexpr int kMaxDecimals = 4;

constexpr std::array<std::string_view, 5> kVerdicts{"exact", "rounded", "misprinted",
                                                    "not_derivable", "impossible"};
constexpr std::array<std::string_view, 4> kRoundings{"none", "nearest", "down", "up"};

std::int64_t scale(int decimals) {  // how many units of a printed share make the whole
  std::int64_t out = 100;
  for (int i = 0; i < decimals; ++i) out *= 10;
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  std::optional<Claim> run() {
    Claim out;
    if (std::optional<Decimal> share = percent()) {
      out.printed = share;
      out.form = ClaimForm::bare_share;
      if (end()) return out;
      if (from_rows()) {
        out.form = ClaimForm::rows_share;
        return part_of_whole(out) && end() ? std::optional{out} : std::nullopt;
      }
      out.form = ClaimForm::share_only;
      if (!word("of") && !word("de")) return std::nullopt;
      out.whole = count();
      return out.whole && end() ? std::optional{out} : std::nullopt;
    }
    return counted(out);
  }

 private:
  std::optional<Claim> counted(Claim& out) {
    const std::size_t start = at_;
    if (part_of_whole(out)) {
      out.form = ClaimForm::share;
      if (!word("=")) return std::nullopt;
      out.printed = percent();
      return out.printed && end() ? std::optional{out} : std::nullopt;
    }
    at_ = start;
    const std::optional<std::int64_t> first = count();
    if (!first) return std::nullopt;
    if (from_rows()) {
      out.form = ClaimForm::rows;
      out.stated = first;
      out.part = count();
      return out.part && end() ? std::optional{out} : std::nullopt;
    }
    return sum(out, *first);
  }

  std::optional<Claim> sum(Claim& out, std::int64_t first) {
    out.form = ClaimForm::sum;
    out.whole.reset();
    out.part.reset();
    out.terms = {first};
    for (;;) {
      const bool plus = word("+");
      if (!plus && !word("-") && !word("−")) break;
      const std::optional<std::int64_t> next = count();
      if (!next || out.terms.size() == 100) return std::nullopt;
      out.terms.push_back(plus ? *next : -*next);
    }
    if (!word("=")) return std::nullopt;
    out.stated = count();
    return out.stated && end() ? std::optional{out} : std::nullopt;
  }

  bool part_of_whole(Claim& out) {
    out.part = count();
    if (!out.part || (!word("of") && !word("de"))) return false;
    out.whole = count();
    return out.whole.has_value();
  }

  bool from_rows() {
    const std::size_t start = at_;
    if ((word("from") && word("rows")) || (word("de") && word("filas"))) return true;
    at_ = start;
    return false;
  }

  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool end() {
    blanks();
    return at_ == text_.size();
  }
  bool word(std::string_view wanted) {
    blanks();
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  std::string_view digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  // Digits, or groups of three with the same separator between them.
  std::optional<std::int64_t> count() {
    blanks();
    std::string all{digits()};
    if (all.empty()) return std::nullopt;
    const char separator = at_ < text_.size() ? text_[at_] : '\0';
    const bool grouped = separator == ',' || separator == '.' || separator == ' ';
    while (grouped && all.size() < 16 && at_ < text_.size() && text_[at_] == separator) {
      const std::string_view group = text_.substr(at_ + 1, 3);
      const bool three = group.size() == 3 && std::ranges::all_of(group, is_digit);
      const bool longer = at_ + 4 < text_.size() && is_digit(text_[at_ + 4]);
      if (!three || longer) break;
      all += group;
      at_ += 4;
    }
    if (at_ < text_.size() && is_digit(text_[at_])) return std::nullopt;
    const Result<std::uint64_t> value = parse_uint(all, std::uint64_t{kMaxCount});
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
  }

  std::optional<Decimal> percent() {
    blanks();
    const std::size_t start = at_;
    const auto back = [&]() -> std::optional<Decimal> {
      at_ = start;
      return std::nullopt;
    };
    std::string all{digits()};
    if (all.empty() || all.size() > 4) return back();
    Decimal out;
    if (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == ',')) {
      ++at_;
      const std::string_view fraction = digits();
      if (fraction.empty() || fraction.size() > kMaxDecimals) return back();
      out.decimals = static_cast<int>(fraction.size());
      all += fraction;
    }
    const Result<std::uint64_t> units = parse_padded(all, 99'999'999);
    if (!units || !word("%")) return back();
    out.units = static_cast<std::int64_t>(*units);
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// part / whole against a printed share.
ClaimResult check_share(std::int64_t part, std::int64_t whole, const Decimal& printed) {
  ClaimResult out;
  const std::int64_t hundred = scale(printed.decimals);
  if (whole == 0 || part > whole || printed.units > hundred) {
    out.verdict = Verdict::impossible;
    return out;
  }
  const std::int64_t down = part * hundred / whole;
  const bool whole_units = part * hundred % whole == 0;
  const std::int64_t nearest = (2 * part * hundred + whole) / (2 * whole);
  out.computed = Decimal{nearest, printed.decimals};
  if (whole_units) {
    out.verdict = printed.units == down ? Verdict::exact : Verdict::misprinted;
  } else if (printed.units == nearest) {
    out.verdict = Verdict::rounded;
    out.rounding = Rounding::nearest;
  } else if (printed.units == down || printed.units == down + 1) {
    out.verdict = Verdict::misprinted;
    out.rounding = printed.units == down ? Rounding::down : Rounding::up;
  } else {
    out.verdict = Verdict::misprinted;
  }
  return out;
}

// Which counts would print as this share of `whole`?
ClaimResult check_share_only(std::int64_t whole, const Decimal& printed) {
  ClaimResult out;
  out.verdict = Verdict::impossible;
  const std::int64_t hundred = scale(printed.decimals);
  if (whole == 0 || printed.units > hundred) return out;
  const std::int64_t low = std::max<std::int64_t>(2 * printed.units - 1, 0) * whole;
  const std::int64_t high = (2 * printed.units + 1) * whole;
  const std::int64_t lowest = (low + 2 * hundred - 1) / (2 * hundred);
  const std::int64_t highest = std::min(whole, (high - 1) / (2 * hundred));
  if (lowest > highest) return out;
  out.verdict = Verdict::not_derivable;
  out.lowest = lowest;
  out.highest = highest;
  out.nearest = (2 * printed.units * whole + hundred) / (2 * hundred);
  return out;
}

}  // namespace

Result<Claim> parse_claim(std::string_view text) {
  std::optional<Claim> claim = Parser{trim(text)}.run();
  if (!claim) {
    return fail(claim_codes::kNotAClaim, {{"value", std::string{text.substr(0, 100)}}});
  }
  return *std::move(claim);
}

ClaimResult check_claim(const Claim& claim) {
  ClaimResult out;
  switch (claim.form) {
    case ClaimForm::share:
      return check_share(*claim.part, *claim.whole, *claim.printed);
    case ClaimForm::share_only:
      return check_share_only(*claim.whole, *claim.printed);
    case ClaimForm::bare_share:
      out.verdict = claim.printed->units > scale(claim.printed->decimals) ? Verdict::impossible
                                                                          : Verdict::not_derivable;
      return out;
    case ClaimForm::sum:
      out.sum = 0;
      for (const std::int64_t term : claim.terms) *out.sum += term;
      out.verdict = *out.sum == *claim.stated ? Verdict::exact : Verdict::misprinted;
      return out;
    case ClaimForm::rows:
      out.sum = *claim.part;
      out.verdict = *claim.part == *claim.stated ? Verdict::exact : Verdict::not_derivable;
      return out;
    case ClaimForm::rows_share:
      break;
  }
  out = check_share(*claim.part, *claim.whole, *claim.printed);
  if (out.verdict == Verdict::misprinted) out.verdict = Verdict::not_derivable;
  return out;
}

std::vector<statement::FactStatement> claim_facts(std::string_view text,
                                                  const ClaimResult& result) {
  using statement::Word;
  const std::string verdict{verdict_name(result.verdict)};
  statement::Body body;
  body.text = result.verdict == Verdict::rounded ? "fact.claim-rounded" : "fact.claim";
  body.formula = "docs/spec/claim.md";
  body.arguments = {{"claim", statement::Text{std::string{trim(text)}}},
                    {"verdict", Word{"claim.verdict." + verdict}},
                    {"why", Word{"claim.why." + verdict}}};
  statement::Value computed = statement::Text{"–"};
  if (result.sum) computed = *result.sum;
  if (result.computed) computed = *result.computed;
  body.arguments.push_back({"computed", std::move(computed)});
  if (result.verdict == Verdict::rounded) {
    body.arguments.push_back(
        {"rounding", Word{"claim.rounding." + std::string{rounding_name(result.rounding)}}});
  }
  std::vector<statement::FactStatement> out{{std::move(body)}};
  if (!result.lowest || !result.highest || !result.nearest) return out;
  statement::Body range;
  range.text = "fact.claim-range";
  range.formula = "docs/spec/claim.md";
  range.arguments = {{"claim", statement::Text{std::string{trim(text)}}},
                     {"low", *result.lowest},
                     {"high", *result.highest},
                     {"nearest", *result.nearest}};
  out.push_back({std::move(range)});
  return out;
}

std::string_view verdict_name(Verdict verdict) {
  return kVerdicts.at(static_cast<std::size_t>(verdict));
}
std::string_view rounding_name(Rounding rounding) {
  return kRoundings.at(static_cast<std::size_t>(rounding));
}

Result<std::vector<PublishedClaim>> read_claims(std::string_view csv) {
  const std::vector<std::string> columns{"id",      "election", "source_es",    "source_en",
                                         "claim",   "verdict",  "statement_es", "statement_en",
                                         "note_es", "note_en"};
  codec::CsvTable table = TRY(codec::CsvTable::open(csv, {}, columns, true));
  std::vector<PublishedClaim> out;
  for (;;) {
    const std::optional<codec::CsvRecord> record = TRY(table.next());
    if (!record) return out;
    const auto at = [&](std::string_view name) {
      return std::string{record->fields[*table.column(name)]};
    };
    const std::string verdict = at("verdict");
    const auto found = std::ranges::find(kVerdicts, verdict);
    const bool twice =
        std::ranges::any_of(out, [&](const PublishedClaim& c) { return c.id == at("id"); });
    const bool bad = found == kVerdicts.end() || twice || !parse_slug(at("id")) ||
                     !parse_claim(at("claim")) || at("statement_es").empty() ||
                     at("statement_en").empty();
    if (bad) {
      return fail(claim_codes::kBadTable,
                  {{"line", std::to_string(record->line)}, {"value", at("id")}});
    }
    out.push_back({at("id"), at("election"), at("source_es"), at("source_en"), at("claim"),
                   static_cast<Verdict>(found - kVerdicts.begin()), at("statement_es"),
                   at("statement_en"), at("note_es"), at("note_en")});
  }
}

}  // namespace sufragio::services
