#include "audit/polling.h"

#include <algorithm>

#include "audit/codes.h"
#include "audit/sequential.h"
#include "audit/stratified.h"
#include "base/numbers.h"
#include "codec/csv.h"

namespace sufragio::audit {

namespace {

constexpr std::string_view kNull = "null";
constexpr std::string_view kMissing = "missing";
// ONEAudit has no common denominator: its null is raised by more than rounding can make.
constexpr double kAboveRounding = 1 + 1e-12;

tl::unexpected<Error> bad_readings(std::size_t line) {
  return fail(Error{kBadReadings}.with("line", static_cast<std::int64_t>(line)));
}

std::optional<std::vector<std::uint32_t>> options_in(std::string_view vote, const Frame& frame) {
  std::vector<std::uint32_t> out;
  for (const std::string_view id : split(vote, ' ')) {
    const auto found = std::ranges::find(frame.options, id);
    if (found == frame.options.end()) return std::nullopt;
    out.push_back(static_cast<std::uint32_t>(found - frame.options.begin()));
  }
  std::ranges::sort(out);
  const bool twice = std::ranges::adjacent_find(out) != out.end();
  if (twice || out.size() > frame.rule.votes_per_voter) return std::nullopt;
  return out;
}

std::string readings_line(const DrawnMesa& drawn, const std::string& vote) {
  std::string out;
  codec::csv_append(
      out, {std::to_string(drawn.number), drawn.mesa.text(), std::to_string(drawn.receipt), vote});
  return out;
}

constexpr std::string_view kReadingsHead = "number,mesa,receipt,vote\n";

}  // namespace

Result<std::vector<Reading>> read_readings(std::string_view text, const Frame& frame,
                                           std::span<const DrawnMesa> drawn) {
  auto table = TRY(codec::CsvTable::open(text, {}, {"number", "mesa", "receipt", "vote"}, true));
  std::vector<Reading> out;
  for (;;) {
    const auto next = TRY(table.next());
    if (!next) break;
    const auto number = parse_uint(next->fields[0], INT64_MAX);
    const auto receipt = parse_uint(next->fields[2], INT64_MAX);
    if (!number || !receipt || out.size() == drawn.size()) return bad_readings(next->line);
    const DrawnMesa& expected = drawn[out.size()];
    if (static_cast<std::int64_t>(*number) != expected.number ||
        next->fields[1] != expected.mesa.text() ||
        static_cast<std::int64_t>(*receipt) != expected.receipt) {
      return bad_readings(next->line);
    }
    Reading& reading = out.emplace_back();
    reading.number = expected.number;
    const std::string_view vote = trim(next->fields[3]);
    reading.found = vote != kMissing;
    if (vote == kNull || vote == kMissing) continue;
    auto options = options_in(vote, frame);
    if (!options) return bad_readings(next->line);
    reading.options = *std::move(options);
  }
  if (out.size() != drawn.size()) return bad_readings(out.size() + 2);
  return out;
}

std::string blank_readings(std::span<const DrawnMesa> drawn) {
  std::string out{kReadingsHead};
  for (const DrawnMesa& one : drawn) out += readings_line(one, "");
  return out;
}

std::string vote_text(const Reading& reading, const Frame& frame) {
  if (reading.options.empty()) return std::string{reading.found ? kNull : kMissing};
  std::string out;
  for (const std::uint32_t option : reading.options) {
    out += (out.empty() ? "" : " ") + frame.options[option];
  }
  return out;
}

std::string readings_text(const std::vector<Reading>& readings, const Frame& frame,
                          std::span<const DrawnMesa> drawn) {
  std::string out{kReadingsHead};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    out += readings_line(drawn[i], vote_text(readings[i], frame));
  }
  return out;
}

namespace {

// What is tested of one assertion: its assorter, its reported mean, and the mean that the receipts
// of the frame must exceed (1/2, and more where ballots stand in no mesa of it).
struct Tested {
  Assorter assorter;
  std::int64_t reported = 0;  // sum over all ballots of the frame, over the denominator
  std::int64_t needed = 0;    // the null: sum that must be exceeded, over the denominator
  std::int64_t ballots = 0;

  Tested(const Frame& frame, const Assertion& assertion)
      : assorter{assertion}, ballots{frame.all_ballots() - frame.outside} {
    reported = assorter.sum(frame.totals(), ballots);
    needed = assertion.worst * (ballots + frame.outside);
  }
  [[nodiscard]] double over(std::int64_t sum) const {
    return static_cast<double>(sum) /
           (static_cast<double>(assorter.denominator()) * static_cast<double>(ballots));
  }
};

std::int64_t numerator_of(const Assorter& assorter, const Reading& reading) {
  return reading.found ? assorter.numerator(reading.options) : 0;
}

double value_of(const Assorter& assorter, const Reading& reading) {
  return static_cast<double>(numerator_of(assorter, reading)) /
         static_cast<double>(assorter.denominator());
}

void raise(ReceiptRisk& risk, bool first, double p, std::size_t assertion) {
  if (first || p > risk.p) risk = {p, assertion};
}

double oneaudit_p(const Frame& frame, const Tested& tested, std::span<const Reading> readings,
                  std::span<const std::size_t> mesas, std::int64_t d) {
  const double u = tested.assorter.u();
  const double v = 2 * tested.over(tested.reported) - 1;
  std::vector<double> x;
  std::vector<std::int64_t> row(frame.votes.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    for (std::size_t o = 0; o < row.size(); ++o) row[o] = frame.votes[o][mesas[i]];
    const std::int64_t here = std::max<std::int64_t>(frame.ballots[mesas[i]], 1);
    const double mean =
        static_cast<double>(tested.assorter.sum(row, here)) /
        (static_cast<double>(tested.assorter.denominator()) * static_cast<double>(here));
    x.push_back(oneaudit_value(mean, value_of(tested.assorter, readings[i]), u, v));
  }
  AlphaTest test;
  test.u = overstatement_bound(u, v);
  test.eta = overstatement_value(0, u, v);
  test.d = static_cast<double>(d);
  const double over = tested.over(tested.reported) - tested.over(tested.needed);
  const double t = overstatement_value(over, u, v) * kAboveRounding;
  return alpha_p(x, {t, tested.ballots}, test);
}

}  // namespace

ReceiptRisk polling_risk(const Frame& frame, std::span<const Assertion> assertions,
                         std::span<const Reading> readings, std::int64_t d) {
  ReceiptRisk out;
  for (std::size_t a = 0; a < assertions.size(); ++a) {
    const Tested tested{frame, assertions[a]};
    std::vector<std::int64_t> x;
    for (const Reading& reading : readings) x.push_back(numerator_of(tested.assorter, reading));
    AlphaTest test;
    test.u = tested.assorter.u();
    test.eta = tested.over(tested.reported);
    test.d = static_cast<double>(d);
    const ExactNull null{tested.assorter.denominator(), tested.ballots, tested.needed};
    raise(out, a == 0, alpha_test_exact(x, null, test, 0).p, a);
  }
  return out;
}

ReceiptRisk oneaudit_risk(const Frame& frame, std::span<const Assertion> assertions,
                          std::span<const Reading> readings, std::span<const std::size_t> mesas,
                          std::int64_t d) {
  ReceiptRisk out;
  for (std::size_t a = 0; a < assertions.size(); ++a) {
    raise(out, a == 0, oneaudit_p(frame, Tested{frame, assertions[a]}, readings, mesas, d), a);
  }
  return out;
}

Result<Frame> joined_frame(std::span<const Stratum> strata) {
  if (strata.empty()) return fail(kBadStrata);
  const Frame& first = *strata.front().frame;
  Frame out;
  out.contest = first.contest;
  out.rule = first.rule;
  out.options = first.options;
  out.votes.resize(first.votes.size());
  std::vector<std::pair<MesaId, std::pair<std::size_t, std::size_t>>> mesas;
  for (std::size_t s = 0; s < strata.size(); ++s) {
    const Frame& part = *strata[s].frame;
    if (part.contest != out.contest || part.rule != out.rule || part.options != out.options) {
      return fail(kBadStrata);
    }
    out.outside += part.outside;
    for (std::size_t m = 0; m < part.size(); ++m) mesas.push_back({part.mesas[m], {s, m}});
  }
  std::ranges::sort(mesas);
  for (const auto& [mesa, place] : mesas) {
    if (!out.mesas.empty() && out.mesas.back() == mesa) return fail(kBadStrata);
    const Frame& part = *strata[place.first].frame;
    out.mesas.push_back(mesa);
    out.ballots.push_back(part.ballots[place.second]);
    for (std::size_t i = 0; i < out.votes.size(); ++i) {
      out.votes[i].push_back(part.votes[i][place.second]);
    }
  }
  return out;
}

Result<ReceiptRisk> strata_risk(std::span<const Stratum> strata) {
  const Frame all = TRY(joined_frame(strata));
  const auto assertions = TRY(assertions_of(all));
  ReceiptRisk out;
  for (std::size_t a = 0; a < assertions.size(); ++a) {
    const Tested tested{all, assertions[a]};
    const double u = tested.assorter.u();  // values and null in units of u
    const double t = tested.over(tested.needed) / u;
    const double lead = tested.over(tested.reported) / u - t;
    std::vector<StratumDraws> draws;
    for (const Stratum& stratum : strata) {
      StratumDraws& one = draws.emplace_back();
      one.size = stratum.frame->all_ballots() - stratum.frame->outside;
      one.lambda = std::clamp(lead / (t * (1 - t)), 0.0, 1.0);
      for (const Reading& reading : stratum.readings) {
        one.x.push_back(value_of(tested.assorter, reading) / u);
      }
    }
    const double p = TRY(stratified_risk(draws, t));
    raise(out, a == 0, p, a);
  }
  return out;
}

namespace {

// The receipts as one assertion sees them if the rows are right, and the test that it will get.
struct Planned {
  PollingPopulation receipts;
  AlphaTest test;
  // Every receipt of the other is worth at least as much here: this one needs no more of them.
  [[nodiscard]] bool easier_than(const Planned& other) const {
    return test.u == other.test.u && receipts.winner >= other.receipts.winner &&
           receipts.loser <= other.receipts.loser;
  }
};

// With several marks on a receipt, rows do not say which options were marked together. As few
// together as there can be leaves the most receipts that speak for one of the two only, and needs
// the largest sample.
Planned planned_for(const Frame& frame, const Assertion& assertion, double d) {
  const std::vector<std::int64_t> totals = frame.totals();
  const Tested tested{frame, assertion};
  Planned out;
  for (const Term& term : assertion.terms) {
    if (term.factor == assertion.best) out.receipts.winner += totals[term.option];
    if (term.factor == -assertion.worst) out.receipts.loser += totals[term.option];
  }
  const std::int64_t both =
      std::max<std::int64_t>(0, out.receipts.winner + out.receipts.loser - tested.ballots);
  out.receipts.winner -= both;
  out.receipts.loser -= both;
  out.receipts.other = tested.ballots - out.receipts.winner - out.receipts.loser;
  out.receipts.outside = frame.outside;
  out.test.u = tested.assorter.u();
  out.test.eta = tested.over(tested.reported);
  out.test.d = d;
  return out;
}

// The assertions that can need the most receipts.
std::vector<Planned> hardest(const Frame& frame, std::span<const Assertion> assertions, double d) {
  std::vector<Planned> out;
  for (const Assertion& assertion : assertions) {
    const Planned one = planned_for(frame, assertion, d);
    if (std::ranges::any_of(out, [&](const Planned& o) { return one.easier_than(o); })) continue;
    std::erase_if(out, [&](const Planned& o) { return o.easier_than(one); });
    out.push_back(one);
  }
  return out;
}

}  // namespace

Result<std::int64_t> receipts_needed(const Frame& frame, const ReceiptPlan& plan, Rng& rng) {
  const auto assertions = TRY(assertions_of(frame));
  const ContestRule& rule = frame.rule;
  if (rule.method != ContestMethod::plurality && rule.votes_per_voter > 1) {
    return fail(kSayReceipts);
  }
  const std::int64_t ballots = frame.all_ballots() - frame.outside;
  SizeQuestion question{plan.alpha, plan.chance, plan.paths, ballots};
  if (ballots > kLargeContest) question.most = ballots / 4;
  std::int64_t most = 0;
  for (const Planned& one : hardest(frame, assertions, plan.d)) {
    const auto size = size_within(one.receipts, one.test, question, rng);
    if (!size) return fail(kSayReceipts);
    most = std::max(most, *size);
  }
  return most;
}

}  // namespace sufragio::audit
