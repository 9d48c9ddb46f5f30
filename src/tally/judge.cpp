#include "tally/judge.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include "base/numbers.h"

namespace sufragio::tally {

namespace {

using election::Fraction;
__extension__ using Wide = __int128;  // products of sums of votes never overflow

// part / whole >= limit; a limit of zero means that the law pack switched the rule off.
bool at_or_over(std::int64_t part, std::int64_t whole, const Fraction& limit) {
  if (limit.num <= 0 || whole <= 0) return false;
  return Wide{part} * limit.den >= Wide{whole} * limit.num;
}

struct RowSums {
  std::int64_t cards = 0;
  std::int64_t all = 0;  // cards + null + invalid
};

RowSums sums(const Row& row) {
  RowSums out;
  for (const Votes v : row.votes) out.cards += v.value();
  out.all = out.cards + row.null.value() + row.invalid.value();
  return out;
}

class RowJudge {
 public:
  RowJudge(const JudgeContext& context, const Row& row)
      : context_{context}, row_{row}, sums_{sums(row)} {}

  std::vector<Finding> run() {
    unit();
    const election::Contest* const contest = shape();
    overflow();
    people();
    if (contest != nullptr) {
      cards(*contest);
      oddities(*contest);
    }
    tidy(out_);
    return std::move(out_);
  }

 private:
  void add(Rule rule, std::vector<Fact> facts) { out_.push_back({rule, std::move(facts)}); }

  void unit() {
    mesa_ = row_.unit.territory.level() == election::Level::centre ? listed() : nullptr;
    if (row_.unit.mesa.value() != 0) {
      if (mesa_ == nullptr) add(Rule::unknown_mesa, {{"unit", row_.unit.text()}});
      return;
    }
    const bool country = row_.unit.territory == election::TerritoryCode{};
    if (!country && context_.definition.territory(row_.unit.territory) == nullptr) {
      add(Rule::unknown_mesa, {{"unit", row_.unit.text()}});
    }
  }

  // The mesa of the definition; for a row of a whole centre its mesa 00 (imported definitions).
  const election::Mesa* listed() const {
    Unit probe = row_.unit;
    if (probe.mesa.value() == 0) probe.mesa = MesaNumber{1};
    std::optional<MesaId> id = probe.mesa_id();
    if (!id) return nullptr;
    id->mesa = row_.unit.mesa;
    return context_.definition.mesa(*id);
  }

  const election::Contest* shape() {
    const election::Definition& definition = context_.definition;
    if (row_.contest.value() >= definition.contests.size()) {
      add(Rule::wrong_shape, {{"got", std::to_string(row_.contest.value())},
                              {"expected", std::to_string(std::ssize(definition.contests))}});
      return nullptr;
    }
    const election::Contest& contest = definition.contest(row_.contest);
    bool votes_here = contest.territory.contains(row_.unit.territory);
    if (votes_here && mesa_ != nullptr) {
      const auto& own = definition.styles.at(mesa_->style).contests;
      votes_here = std::ranges::find(own, row_.contest) != own.end();
    }
    if (!votes_here) {
      add(Rule::wrong_shape, {{"got", contest.id.text()}, {"expected", ""}});
    } else if (row_.votes.size() != contest.cards.size()) {
      add(Rule::wrong_shape, {{"got", std::to_string(std::ssize(row_.votes))},
                              {"expected", std::to_string(std::ssize(contest.cards))}});
    } else {
      return &contest;
    }
    return nullptr;
  }

  void overflow() {
    if (sums_.all > Votes::kMax) add(Rule::bad_count, {{"value", std::to_string(sums_.all)}});
  }

  void people() {
    if (row_.ballots && row_.voters && *row_.ballots > *row_.voters) {
      add(Rule::ballots_over_voters, {{"ballots", std::to_string(row_.ballots->value())},
                                      {"voters", std::to_string(row_.voters->value())}});
    }
    if (row_.voters && row_.registered && *row_.voters > *row_.registered) {
      add(Rule::voters_over_electors, {{"voters", std::to_string(row_.voters->value())},
                                       {"registered", std::to_string(row_.registered->value())}});
    }
    if (mesa_ != nullptr && mesa_->electors_known && row_.registered &&
        *row_.registered != mesa_->electors) {
      add(Rule::electors_differ, {{"registered", std::to_string(row_.registered->value())},
                                  {"expected", std::to_string(mesa_->electors.value())}});
    }
    if (row_.voters && row_.registered &&
        at_or_over(row_.voters->value(), row_.registered->value(), context_.law.rows.turnout_max)) {
      add(Rule::high_turnout, {{"voters", std::to_string(row_.voters->value())},
                               {"registered", std::to_string(row_.registered->value())}});
    }
  }

  // How many people voted: the ballots, else (imports) the voters.
  std::optional<Persons> people_who_voted() const {
    return row_.ballots ? row_.ballots : row_.voters;
  }

  void cards(const election::Contest& contest) {
    if (row_.stated_valid && row_.stated_valid->value() != sums_.cards) {
      const std::int64_t stated = row_.stated_valid->value();
      add(Rule::cards_not_valid,
          {{"sum", std::to_string(sums_.cards)}, {"stated", std::to_string(stated)}});
      if (row_.trust != Trust::signed_acta && looks_mistyped(stated, sums_.cards)) {
        add(Rule::probably_mistyped,
            {{"sum", std::to_string(sums_.cards)}, {"stated", std::to_string(stated)}});
      }
    }
    const std::optional<Persons> people = people_who_voted();
    if (!people) return;
    const std::int64_t given =
        row_.stated_valid ? sums_.all - sums_.cards + row_.stated_valid->value() : sums_.all;
    const std::int64_t expected = people->value() * contest.votes_per_voter;
    if (given != expected) {
      add(Rule::sum_not_ballots,
          {{"sum", std::to_string(given)}, {"expected", std::to_string(expected)}});
    }
    // No option can pass the ballots when all of them together do not.
    if (sums_.cards > people->value()) over_ballots(contest, people->value());
  }

  void over_ballots(const election::Contest& contest, std::int64_t people) {
    for (std::size_t i = 0; i < row_.votes.size(); ++i) {
      std::int64_t votes = 0;
      for (std::size_t k = 0; k < row_.votes.size(); ++k) {
        if (contest.cards[k].option == contest.cards[i].option) votes += row_.votes[k].value();
      }
      if (votes <= people) continue;
      add(Rule::over_ballots, {{"option", contest.cards[i].option.text()},
                               {"votes", std::to_string(votes)},
                               {"ballots", std::to_string(people)}});
      return;
    }
  }

  // Two figures that a tired hand exchanges: digits in another order (the difference is divisible
  // by 9) or one digit wrong.
  static bool looks_mistyped(std::int64_t a, std::int64_t b) {
    if ((a - b) % 9 == 0) return true;
    const std::string x = std::to_string(a);
    const std::string y = std::to_string(b);
    if (x.size() != y.size()) return false;
    int different = 0;
    for (std::size_t i = 0; i < x.size(); ++i) different += x[i] != y[i] ? 1 : 0;
    return different == 1;
  }

  void oddities(const election::Contest& contest) {
    const election::RowLimits& limits = context_.law.rows;
    if (sums_.all == 0) add(Rule::no_votes, {});
    const std::int64_t null = row_.null.value() + row_.invalid.value();
    if (at_or_over(null, sums_.all, limits.null_max)) {
      add(Rule::high_null, {{"null", std::to_string(null)}, {"total", std::to_string(sums_.all)}});
    }
    const std::optional<Persons> people = people_who_voted();
    const std::int64_t ballots = people ? people->value() : sums_.all;
    if (limits.unanimous_min > 0 && ballots >= limits.unanimous_min) unanimous(contest);
  }

  void unanimous(const election::Contest& contest) {
    if (contest.options.size() < 2 || sums_.cards == 0) return;
    const election::OptionId* only = nullptr;
    for (std::size_t i = 0; i < row_.votes.size(); ++i) {
      if (row_.votes[i].value() == 0) continue;
      if (only != nullptr && *only != contest.cards[i].option) return;
      only = &contest.cards[i].option;
    }
    add(Rule::unanimous, {{"option", only->text()}, {"votes", std::to_string(sums_.cards)}});
  }

  const JudgeContext& context_;
  const Row& row_;
  RowSums sums_;
  const election::Mesa* mesa_ = nullptr;
  std::vector<Finding> out_;
};

}  // namespace

std::vector<Finding> judge_row(const JudgeContext& context, const Row& row) {
  return RowJudge{context, row}.run();
}

std::optional<Finding> judge_relay(const election::Package& package, const crypto::Kid& relay) {
  for (const election::RoleKey& known : package.manifest().keys) {
    if (known.key.kid() == relay) return std::nullopt;
  }
  return Finding{Rule::unknown_relay, {{"kid", relay.hex()}}};
}

std::optional<Finding> judge_revision(std::uint32_t current, std::uint32_t next) {
  if (next == std::uint64_t{current} + 1) return std::nullopt;
  return Finding{Rule::revision_gap,
                 {{"revision", std::to_string(next)},
                  {"expected", std::to_string(std::int64_t{current} + 1)}}};
}

std::optional<Finding> judge_printed(const acta::Acta& acta,
                                     const std::vector<std::string>& printed) {
  std::set<std::string> signed_codes;
  for (std::size_t i = 0; i < acta.contests.size(); ++i) {
    signed_codes.insert(acta::qr_a_text(acta::qr_a_of(acta, i)));
  }
  for (const std::string& code : printed) {
    if (!signed_codes.contains(code)) return Finding{Rule::printed_differs, {{"code", code}}};
  }
  return std::nullopt;
}

std::optional<Finding> judge_typed(const Row& first, const Row& second) {
  const auto differ = [](std::string_view field) {
    return Finding{Rule::typed_differ, {{"field", std::string{field}}}};
  };
  if (first.unit != second.unit) return differ("unit");
  if (first.contest != second.contest) return differ("contest");
  if (first.registered != second.registered) return differ("registered");
  if (first.voters != second.voters) return differ("voters");
  if (first.ballots != second.ballots) return differ("ballots");
  if (first.stated_valid != second.stated_valid) return differ("valid");
  if (first.null != second.null) return differ("null");
  if (first.invalid != second.invalid) return differ("invalid");
  if (first.actas != second.actas) return differ("actas");
  if (first.votes.size() != second.votes.size()) return differ("cards");
  for (std::size_t i = 0; i < first.votes.size(); ++i) {
    if (first.votes[i] != second.votes[i]) return differ("card " + std::to_string(i + 1));
  }
  return std::nullopt;
}

RowStatus status_after(const Row& row, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    const Severity severity = info(finding.rule).severity;
    // A refused record never becomes a row of a signed election; here it can only be held back.
    if (severity == Severity::quarantine || severity == Severity::refuse) {
      return RowStatus::quarantined;
    }
  }
  return row.status == RowStatus::quarantined ? RowStatus::counted : row.status;
}

}  // namespace sufragio::tally
