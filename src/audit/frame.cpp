#include "audit/frame.h"

#include <algorithm>
#include <numeric>

#include "audit/codes.h"
#include "audit/sample_rule.h"
#include "base/numbers.h"
#include "codec/csv.h"
#include "seats/seats.h"

namespace sufragio::audit {

namespace {

constexpr std::int64_t kMostVotes = 1'000'000'000;
constexpr std::string_view kColumns[] = {"mesa", "status", "ballots", "most"};
constexpr std::size_t kFirstOption = std::size(kColumns);

Assertion pair_of(std::size_t a, std::size_t b, std::int64_t w, std::int64_t l,
                  std::span<const std::int64_t> totals) {
  Assertion out;
  out.winner = static_cast<std::uint32_t>(a);
  out.loser = static_cast<std::uint32_t>(b);
  out.terms = {{out.winner, l}, {out.loser, -w}};
  std::ranges::sort(out.terms, {}, &Term::option);
  out.worst = w;
  out.best = l;
  out.margin = l * totals[a] - w * totals[b];
  return out;
}

// votes(a) * den >= valid * num as a sum over all options (or its negation). A ballot with several
// marks moves the sum by each of them.
Assertion threshold_of(std::size_t a, const ContestRule& rule, bool above,
                       std::span<const std::int64_t> totals) {
  const election::Fraction& share = rule.threshold;
  Assertion out;
  out.kind = above ? AssertionKind::above_threshold : AssertionKind::below_threshold;
  out.winner = static_cast<std::uint32_t>(a);
  out.loser = out.winner;
  const std::int64_t sign = above ? 1 : -1;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const std::int64_t factor = sign * ((i == a ? share.den : 0) - share.num);
    out.terms.push_back({static_cast<std::uint32_t>(i), factor});
    const std::int64_t marked = factor * (i == a ? 1 : rule.votes_per_voter);
    out.worst = std::max(out.worst, -marked);
    out.best = std::max(out.best, marked);
    out.margin += factor * totals[i];
  }
  return out;
}

std::vector<seats::Contender> contenders_of(std::span<const std::int64_t> totals) {
  std::vector<seats::Contender> out;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const auto votes = Votes::from(totals[i]);
    out.push_back({zero_padded(i, 6), votes ? *votes : Votes{}});
  }
  return out;
}

bool passes(std::int64_t votes, std::int64_t valid, const election::Fraction& share) {
  return Int128{votes} * share.den >= Int128{valid} * share.num;
}

std::vector<Assertion> list_assertions(const ContestRule& rule,
                                       std::span<const std::int64_t> totals,
                                       std::span<const std::uint32_t> seats) {
  std::vector<Assertion> out;
  const std::int64_t valid = std::accumulate(totals.begin(), totals.end(), std::int64_t{0});
  const auto divisor = [&](std::uint64_t seat) {
    return static_cast<std::int64_t>(seats::divisor(rule.divisors, seat));
  };
  for (std::size_t a = 0; a < totals.size(); ++a) {
    if (rule.threshold.num > 0) {
      out.push_back(threshold_of(a, rule, passes(totals[a], valid, rule.threshold), totals));
    }
    if (seats[a] == 0) continue;
    for (std::size_t b = 0; b < totals.size(); ++b) {
      if (b == a || !passes(totals[b], valid, rule.threshold)) continue;
      out.push_back(pair_of(a, b, divisor(seats[a]), divisor(seats[b] + 1), totals));
    }
  }
  return out;
}

}  // namespace

std::vector<std::int64_t> Frame::totals() const {
  std::vector<std::int64_t> out;
  for (const auto& column : votes) {
    out.push_back(std::accumulate(column.begin(), column.end(), std::int64_t{0}));
  }
  return out;
}

std::int64_t Frame::all_ballots() const {
  return std::accumulate(ballots.begin(), ballots.end(), outside);
}

std::optional<std::size_t> Frame::find(const MesaId& mesa) const {
  const auto found = std::ranges::lower_bound(mesas, mesa);
  if (found == mesas.end() || *found != mesa) return std::nullopt;
  return static_cast<std::size_t>(found - mesas.begin());
}

const HeldMesa* Frame::held_at(std::size_t mesa) const {
  const auto found = std::ranges::lower_bound(held, mesa, {}, &HeldMesa::mesa);
  return found == held.end() || found->mesa != mesa ? nullptr : &*found;
}

std::optional<std::vector<std::uint32_t>> seats_of(const ContestRule& rule,
                                                   std::span<const std::int64_t> totals) {
  const std::vector<seats::Contender> contenders = contenders_of(totals);
  const std::int64_t valid = std::accumulate(totals.begin(), totals.end(), std::int64_t{0});
  const auto all = Votes::from(valid);
  if (!all) return std::nullopt;
  election::ListRule list;
  list.divisors = rule.divisors;
  list.threshold = rule.threshold;
  const auto out = rule.method == ContestMethod::plurality
                       ? seats::plurality(contenders, rule.seats)
                       : seats::by_list_rule(contenders, rule.seats, list, *all);
  if (!out || !out->tied.empty()) return std::nullopt;
  return out->seats;
}

Result<std::vector<Assertion>> assertions_of(const ContestRule& rule,
                                             std::span<const std::int64_t> totals,
                                             std::int64_t outside) {
  if (std::ranges::all_of(totals, [](std::int64_t v) { return v <= 0; })) {
    return fail(kNothingToDecide);
  }
  const auto seats = seats_of(rule, totals);
  if (!seats) return fail(kNoMargin, {{"margin", "0"}});
  std::vector<Assertion> out;
  if (rule.method == ContestMethod::highest_averages) {
    out = list_assertions(rule, totals, *seats);
  } else {
    for (std::size_t a = 0; a < totals.size(); ++a) {
      for (std::size_t b = 0; (*seats)[a] > 0 && b < totals.size(); ++b) {
        if ((*seats)[b] == 0) out.push_back(pair_of(a, b, 1, 1, totals));
      }
    }
  }
  if (out.empty()) return fail(kNothingToDecide);
  for (Assertion& assertion : out) {
    assertion.margin -= assertion.worst * outside;
    if (assertion.margin <= 0) {
      return fail(Error{kNoMargin}.with("margin", assertion.margin));
    }
  }
  return out;
}

Result<std::vector<Assertion>> assertions_of(const Frame& frame) {
  return assertions_of(frame.rule, frame.totals(), frame.outside);
}

namespace {

// What a held row says may be impossible (that is why it is held), but it is no count below 0.
Result<void> check_held(const Frame& frame) {
  for (std::size_t h = 0; h < frame.held.size(); ++h) {
    const HeldMesa& held = frame.held[h];
    if (held.mesa >= frame.size() || (h > 0 && held.mesa <= frame.held[h - 1].mesa) ||
        held.votes.size() != frame.votes.size()) {
      return fail(kBadFrame, {{"line", std::to_string(held.mesa)}});
    }
    const std::string mesa = frame.mesas[held.mesa].text();
    for (std::size_t i = 0; i <= held.votes.size(); ++i) {
      const std::int64_t value = i < held.votes.size() ? held.votes[i] : held.ballots;
      const bool none = held.row || value == 0;
      const bool counted = i < held.votes.size() && frame.votes[i][held.mesa] != 0;
      if (value >= 0 && value <= kMostVotes && none && !counted) continue;
      return fail(Error{kImpossibleCount}.with("mesa", mesa).with("value", value));
    }
  }
  return {};
}

}  // namespace

Result<void> check_frame(const Frame& frame) {
  if (frame.mesas.empty()) return fail(kNothingToDraw);
  TRY(check_held(frame));
  if (frame.outside < 0 || frame.outside > kMostVotes) {
    return fail(Error{kImpossibleCount}.with("value", frame.outside));
  }
  std::int64_t all = frame.outside;  // neither ballots nor votes of a country exceed kMostVotes:
  std::int64_t valid = 0;            // so no sum of factor * votes leaves 64 bits
  for (std::size_t m = 0; m < frame.size(); ++m) {
    const std::string mesa = frame.mesas[m].text();
    if (m > 0 && frame.mesas[m] == frame.mesas[m - 1]) return fail(kTwice, {{"mesa", mesa}});
    if (m > 0 && frame.mesas[m] < frame.mesas[m - 1]) return fail(kBadFrame, {{"line", mesa}});
    const std::int64_t ballots = frame.ballots[m];
    std::int64_t sum = 0;
    for (const auto& column : frame.votes) {
      if (column[m] < 0 || column[m] > ballots) {
        return fail(Error{kImpossibleCount}.with("mesa", mesa).with("value", column[m]));
      }
      sum += column[m];
    }
    all += ballots;
    valid += sum;
    const bool fits = ballots >= 0 && all <= kMostVotes && valid <= kMostVotes;
    if (!fits || sum > ballots * frame.rule.votes_per_voter) {
      return fail(Error{kImpossibleCount}.with("mesa", mesa).with("value", sum));
    }
  }
  return {};
}

std::string frame_text(const Frame& frame) {
  std::string out;
  const ContestRule& rule = frame.rule;
  const bool plural = rule.method == ContestMethod::plurality;
  constexpr std::string_view kDivisors[] = {"dhondt", "sainte_lague", "modified_sainte_lague"};
  codec::csv_append(out, {"contest", frame.contest});
  codec::csv_append(
      out, {"method", plural ? "plurality"
                             : std::string{kDivisors[static_cast<std::size_t>(rule.divisors)]}});
  codec::csv_append(out, {"seats", std::to_string(rule.seats)});
  codec::csv_append(out, {"votes_per_voter", std::to_string(rule.votes_per_voter)});
  codec::csv_append(out, {"threshold", std::to_string(rule.threshold.num) + "/" +
                                           std::to_string(rule.threshold.den)});
  codec::csv_append(out, {"outside", std::to_string(frame.outside)});
  std::vector<std::string> fields(std::begin(kColumns), std::end(kColumns));
  fields.insert(fields.end(), frame.options.begin(), frame.options.end());
  codec::csv_append(out, fields);
  for (std::size_t m = 0; m < frame.size(); ++m) {
    const HeldMesa* held = frame.held_at(m);
    const char* status = held == nullptr ? "counted" : held->row ? "held" : "missing";
    fields = {frame.mesas[m].text(), status,
              std::to_string(held == nullptr ? frame.ballots[m] : held->ballots),
              std::to_string(frame.ballots[m])};
    for (std::size_t i = 0; i < frame.votes.size(); ++i) {
      fields.push_back(std::to_string(held == nullptr ? frame.votes[i][m] : held->votes[i]));
    }
    codec::csv_append(out, fields);
  }
  return out;
}

namespace {

class FrameReader {
 public:
  explicit FrameReader(std::string_view text) : csv_{text, {}} {}

  Result<Frame> read() {
    Frame out;
    out.contest = TRY(setting("contest"));
    const std::string method = TRY(setting("method"));
    TRY(set_method(out.rule, method));
    const std::int64_t seats = TRY(count("seats", 10'000));
    const std::int64_t votes_per_voter = TRY(count("votes_per_voter", 10'000));
    if (seats == 0 || votes_per_voter == 0) return bad();
    out.rule.seats = static_cast<std::uint32_t>(seats);
    out.rule.votes_per_voter = static_cast<std::uint32_t>(votes_per_voter);
    const std::string threshold = TRY(setting("threshold"));
    const std::vector<std::string_view> parts = split(threshold, '/');
    if (parts.size() != 2) return bad();
    out.rule.threshold.num = TRY(number_in(parts[0], kMostVotes));
    out.rule.threshold.den = TRY(number_in(parts[1], kMostVotes));
    if (out.rule.threshold.den < 1 || out.rule.threshold.num > out.rule.threshold.den) return bad();
    out.outside = TRY(count("outside", kMostVotes));
    TRY(header(out));
    TRY(rows(out));
    TRY(check_frame(out));
    return out;
  }

 private:
  tl::unexpected<Error> bad() const {
    return fail(Error{kBadFrame}.with("line", static_cast<std::int64_t>(line_)));
  }
  Result<std::optional<std::vector<std::string>>> record() {
    const auto next = TRY(csv_.next());
    if (!next) return std::optional<std::vector<std::string>>{};
    line_ = next->line;
    std::vector<std::string> out(next->fields.begin(), next->fields.end());
    return std::optional{std::move(out)};
  }
  Result<std::string> setting(std::string_view name) {
    const auto next = TRY(record());
    if (!next || next->size() != 2 || (*next)[0] != name) return bad();
    return (*next)[1];
  }
  Result<std::int64_t> number_in(std::string_view text, std::int64_t most) const {
    const auto value = parse_uint(text, static_cast<std::uint64_t>(most));
    if (!value) return bad();
    return static_cast<std::int64_t>(*value);
  }
  Result<std::int64_t> count(std::string_view name, std::int64_t most) {
    const std::string text = TRY(setting(name));
    return number_in(text, most);
  }
  Result<void> set_method(ContestRule& rule, std::string_view word) const {
    using election::Divisors;
    rule.method = ContestMethod::highest_averages;
    if (word == "plurality") {
      rule.method = ContestMethod::plurality;
    } else if (word == "dhondt") {
      rule.divisors = Divisors::dhondt;
    } else if (word == "sainte_lague") {
      rule.divisors = Divisors::sainte_lague;
    } else if (word == "modified_sainte_lague") {
      rule.divisors = Divisors::modified_sainte_lague;
    } else {
      return bad();
    }
    return {};
  }
  Result<void> header(Frame& out) {
    const auto next = TRY(record());
    if (!next || next->size() <= kFirstOption ||
        !std::equal(std::begin(kColumns), std::end(kColumns), next->begin())) {
      return bad();
    }
    out.options.assign(next->begin() + kFirstOption, next->end());
    out.votes.resize(out.options.size());
    return {};
  }
  Result<void> rows(Frame& out) {
    for (auto next = record(); next; next = record()) {
      if (!*next) return {};
      const std::vector<std::string>& fields = **next;
      const auto mesa = MesaId::parse(fields[0]);
      if (!mesa || fields.size() != out.options.size() + kFirstOption) return bad();
      out.mesas.push_back(*mesa);
      HeldMesa row;
      row.mesa = out.mesas.size() - 1;
      row.row = fields[1] != "missing";
      row.ballots = TRY(signed_count(fields[2]));
      const std::int64_t most = TRY(signed_count(fields[3]));
      out.ballots.push_back(most);
      for (std::size_t i = 0; i < out.options.size(); ++i) {
        const std::int64_t votes = TRY(signed_count(fields[i + kFirstOption]));
        row.votes.push_back(votes);
      }
      const bool counted = fields[1] == "counted";
      if (!counted && fields[1] != "held" && row.row) return bad();
      if (counted && row.ballots != most) return bad();
      for (std::size_t i = 0; i < out.options.size(); ++i) {
        out.votes[i].push_back(counted ? row.votes[i] : 0);
      }
      if (!counted) out.held.push_back(std::move(row));
    }
    return bad();
  }
  // A minus sign is a count that cannot be, not a broken file.
  Result<std::int64_t> signed_count(std::string_view text) const {
    if (text.starts_with('-')) {
      return fail(Error{kImpossibleCount}
                      .with("line", static_cast<std::int64_t>(line_))
                      .with("value", text));
    }
    return number_in(text, kMostVotes);
  }

  codec::CsvReader csv_;
  std::size_t line_ = 0;
};

}  // namespace

Result<Frame> read_frame(std::string_view text) { return FrameReader{text}.read(); }

}  // namespace sufragio::audit
