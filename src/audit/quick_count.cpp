#include "audit/quick_count.h"

#include <algorithm>
#include <cmath>

#include "audit/codes.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "stats/distributions.h"

namespace sufragio::audit {

namespace {

tl::unexpected<Error> bad_stratum(const QuickStratum& stratum) {
  return fail(kBadQuickCount, {{"stratum", stratum.name}});
}

Result<void> check_stratum(const QuickStratum& stratum) {
  const auto drawn = static_cast<std::int64_t>(stratum.reported.size() + stratum.missing.size());
  const bool whole = static_cast<std::int64_t>(stratum.reported.size()) == stratum.mesas;
  const std::size_t least = whole ? 1 : 2;
  if (stratum.reported.size() < least || drawn > stratum.mesas) return bad_stratum(stratum);
  for (const SampledMesa& mesa : stratum.reported) {
    if (mesa.votes < 0 || mesa.votes > mesa.valid) return bad_stratum(stratum);
  }
  for (const std::int64_t bound : stratum.missing) {
    if (bound < 0) return bad_stratum(stratum);
  }
  return {};
}

struct Interval {
  double share = 0;
  double low = 0;
  double high = 0;
  std::int64_t freedom = 0;
};

double scale(const QuickStratum& stratum) {
  return static_cast<double>(stratum.mesas) / static_cast<double>(stratum.reported.size());
}

Interval interval_of(const std::vector<QuickStratum>& strata, double confidence) {
  Interval out;
  double votes = 0;
  double valid = 0;
  for (const QuickStratum& s : strata) {
    for (const SampledMesa& mesa : s.reported) {
      votes += scale(s) * static_cast<double>(mesa.votes);
      valid += scale(s) * static_cast<double>(mesa.valid);
    }
  }
  out.share = votes / valid;
  double variance = 0;
  for (const QuickStratum& s : strata) {
    const double m = static_cast<double>(s.reported.size());
    const double all = static_cast<double>(s.mesas);
    if (m == all) continue;  // counted whole: no error
    double mean = 0;
    double squares = 0;
    for (const SampledMesa& mesa : s.reported) {
      mean += (static_cast<double>(mesa.votes) - out.share * static_cast<double>(mesa.valid)) / m;
    }
    for (const SampledMesa& mesa : s.reported) {
      const double e =
          static_cast<double>(mesa.votes) - out.share * static_cast<double>(mesa.valid) - mean;
      squares += e * e;
    }
    variance += all * all * (1 - m / all) * (squares / (m - 1)) / m;
    out.freedom += static_cast<std::int64_t>(s.reported.size()) - 1;
  }
  double half = 0;
  if (out.freedom > 0) {
    const auto freedom = static_cast<double>(out.freedom);
    half = stats::student_quantile((1 + confidence) / 2, freedom) * std::sqrt(variance) / valid;
  }
  out.low = std::max(0.0, out.share - half);
  out.high = std::min(1.0, out.share + half);
  return out;
}

std::vector<QuickStratum> imputed(std::vector<QuickStratum> strata, bool for_the_option) {
  for (QuickStratum& s : strata) {
    for (const std::int64_t bound : s.missing) {
      s.reported.push_back({for_the_option ? bound : 0, bound});
    }
    s.missing.clear();
  }
  return strata;
}

}  // namespace

Result<QuickEstimate> quick_count(const std::vector<QuickStratum>& strata, double confidence) {
  QuickEstimate out;
  std::int64_t valid = 0;
  for (const QuickStratum& s : strata) {
    TRY(check_stratum(s));
    for (const SampledMesa& mesa : s.reported) valid += mesa.valid;
    out.complete = out.complete && s.missing.empty();
  }
  if (valid <= 0) return fail(kBadQuickCount, {{"stratum", "*"}});
  const Interval now = interval_of(strata, confidence);
  out.share = now.share;
  out.low = now.low;
  out.high = now.high;
  out.freedom = now.freedom;
  out.worst_low = interval_of(imputed(strata, false), confidence).low;
  out.worst_high = interval_of(imputed(strata, true), confidence).high;
  return out;
}

namespace {

tl::unexpected<Error> bad_figures(std::size_t line) {
  return fail(Error{kBadResults}.with("line", static_cast<std::int64_t>(line)));
}

Result<QuickMesa> figures_in(const codec::CsvTable& table, const codec::CsvRecord& record,
                             const std::vector<std::string>& options) {
  constexpr std::uint64_t kMostFigures = 1'000'000'000;
  const auto number = [&](std::string_view column) {
    return parse_uint(trim(record.fields[*table.column(column)]), kMostFigures);
  };
  QuickMesa out;
  const auto valid = number("valid");
  if (!valid) return bad_figures(record.line);
  out.valid = static_cast<std::int64_t>(*valid);
  std::int64_t sum = 0;
  for (const std::string& option : options) {
    const auto votes = number(option);
    if (!votes) return bad_figures(record.line);
    out.votes.push_back(static_cast<std::int64_t>(*votes));
    sum += out.votes.back();
  }
  if (sum != out.valid) return bad_figures(record.line);
  return out;
}

}  // namespace

Result<QuickFigures> read_quick_figures(std::string_view text,
                                        const std::vector<std::string>& options,
                                        const std::vector<MesaId>& drawn) {
  std::vector<std::string> columns = {"mesa", "valid"};
  columns.insert(columns.end(), options.begin(), options.end());
  auto table = TRY(codec::CsvTable::open(text, {}, columns));
  QuickFigures out;
  for (;;) {
    const auto next = TRY(table.next());
    if (!next) return out;
    const auto mesa = MesaId::parse(trim(next->fields[*table.column("mesa")]));
    if (!mesa) return bad_figures(next->line);
    if (std::ranges::find(drawn, *mesa) == drawn.end()) {
      return fail(kNotDrawn, {{"mesa", mesa->text()}});
    }
    QuickMesa figures = TRY(figures_in(table, *next, options));
    if (!out.emplace(*mesa, std::move(figures)).second) {
      return fail(kResultTwice, {{"mesa", mesa->text()}});
    }
  }
}

double naive_voters(double p, double error, double z, double population) {
  const double spread = p * (1 - p);
  return spread / (error * error / (z * z) + spread / population);
}

double design_effect(double per_mesa, double rho) { return 1 + (per_mesa - 1) * rho; }

std::int64_t mesas_for(double p, double error, double z, double per_mesa, double rho) {
  const double voters = std::ceil(z * z * p * (1 - p) / (error * error) - 0.5);
  return static_cast<std::int64_t>(
      std::ceil(voters * design_effect(per_mesa, rho) / per_mesa - 1e-9));
}

}  // namespace sufragio::audit
