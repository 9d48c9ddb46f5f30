#include <algorithm>
#include <string>
#include <utility>

#include "base/numbers.h"
#include "tally/judge.h"

namespace sufragio::tally {

namespace {

constexpr std::int64_t kMinutesOfDay = 1'440;

std::string clock_text(std::int64_t minute) {  // "18:05"; after midnight it goes on: "25:10"
  return zero_padded(static_cast<std::uint64_t>(minute / 60), 2) + ":" +
         zero_padded(static_cast<std::uint64_t>(minute % 60), 2);
}

// Days since 1970-01-01 of a Gregorian date (H. Hinnant, days_from_civil); the year starts in
// March.
std::int64_t day_number(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = y / 400;
  const std::int64_t year_of_era = y % 400;
  const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

std::int64_t digits(std::string_view date, std::size_t from, std::size_t count) {
  std::int64_t out = 0;
  for (const char c : date.substr(from, count)) out = out * 10 + (c - '0');
  return out;
}

// Minutes of a moment after midnight, local time, of the day of the vote.
std::int64_t local_minute(const JudgeContext& context, std::int64_t time_s) {
  const std::string_view date = context.definition.date;
  const std::int64_t midnight_s =
      day_number(digits(date, 0, 4), digits(date, 5, 2), digits(date, 8, 2)) * kMinutesOfDay * 60 -
      std::int64_t{context.law.day.utc_offset_min} * 60;
  const std::int64_t difference = time_s - midnight_s;
  return difference >= 0 ? difference / 60 : -((59 - difference) / 60);
}

class ActaJudge {
 public:
  ActaJudge(const JudgeContext& context, const acta::Acta& sheet)
      : context_{context}, sheet_{sheet} {}

  std::vector<Finding> run() {
    shape();
    type();
    if (sheet_.type != acta::ActaType::zero) {
      people();
      incidents();
      times();
    }
    tidy(out_);
    return std::move(out_);
  }

 private:
  void add(Rule rule, std::vector<Fact> facts) { out_.push_back({rule, std::move(facts)}); }

  void shape() {
    const election::Mesa* const mesa = context_.definition.mesa(sheet_.mesa);
    if (mesa == nullptr) {
      add(Rule::unknown_mesa, {{"unit", sheet_.mesa.text()}});
      return;
    }
    const auto& contests = context_.definition.styles.at(mesa->style).contests;
    if (contests.size() != sheet_.contests.size()) {
      add(Rule::wrong_shape, {{"got", std::to_string(std::ssize(sheet_.contests))},
                              {"expected", std::to_string(std::ssize(contests))}});
      return;
    }
    for (std::size_t i = 0; i < contests.size(); ++i) {
      const std::size_t cards = context_.definition.contest(contests[i]).cards.size();
      if (sheet_.contests[i].cards.size() != cards) {
        add(Rule::wrong_shape, {{"got", std::to_string(std::ssize(sheet_.contests[i].cards))},
                                {"expected", std::to_string(static_cast<std::int64_t>(cards))}});
        return;
      }
    }
  }

  // docs/rules/V114.md: a zero acta says only zeros; a result has an opening before its close.
  void type() {
    if (sheet_.type == acta::ActaType::zero) {
      if (!all_zero()) add(Rule::acta_type, {{"type", "0"}, {"reason", "not_zero"}});
    } else if (sheet_.opening_s <= 0 || sheet_.time_s < sheet_.opening_s) {
      add(Rule::acta_type, {{"type", std::to_string(static_cast<std::int64_t>(sheet_.type))},
                            {"reason", "before_close"}});
    }
  }

  bool all_zero() const {
    const auto empty = [](const acta::ContestCount& count) {
      return count.null == Votes{} && count.invalid == Votes{} &&
             std::ranges::all_of(count.cards, [](Votes v) { return v == Votes{}; });
    };
    return sheet_.opening_s == 0 && sheet_.voters == Persons{} && sheet_.ballots == Persons{} &&
           sheet_.gate == acta::GateOutcomes{} && std::ranges::all_of(sheet_.contests, empty);
  }

  void people() {
    const std::int64_t voters = sheet_.voters.value();
    const std::int64_t ballots = sheet_.ballots.value();
    const std::int64_t left = sheet_.counters.abandoned.value();
    if (ballots + left < voters) {
      add(Rule::ballots_under_voters, {{"ballots", std::to_string(ballots)},
                                       {"voters", std::to_string(voters)},
                                       {"explained", std::to_string(left)}});
    }
    const acta::GateOutcomes& gate = sheet_.gate;
    const std::int64_t outcomes =
        gate.match.value() + gate.no_match.value() + gate.no_prints.value() + gate.no_hands.value();
    if (outcomes != voters) {
      add(Rule::gate_sum, {{"sum", std::to_string(outcomes)}, {"voters", std::to_string(voters)}});
    }
    // A receipt more than ballots can be a print that was voided after it counted as complete; a
    // receipt less never has an innocent code.
    const std::int64_t receipts = sheet_.counters.valid_receipts.value();
    if (receipts < ballots || receipts > ballots + sheet_.counters.void_prints.value()) {
      add(Rule::receipts_differ,
          {{"receipts", std::to_string(receipts)}, {"ballots", std::to_string(ballots)}});
    }
  }

  void incidents() {
    const acta::Counters& counters = sheet_.counters;
    const std::int64_t incidents = counters.unblocks.value() + counters.void_prints.value() +
                                   (counters.minutes_suspended.value() > 0 ? 1 : 0);
    const std::int64_t limit = context_.law.rows.incidents_max;
    if (limit > 0 && incidents > limit) {
      add(Rule::many_incidents,
          {{"incidents", std::to_string(incidents)}, {"limit", std::to_string(limit)}});
    }
  }

  void times() {
    const std::int64_t opened = local_minute(context_, sheet_.opening_s);
    const std::int64_t closed = local_minute(context_, sheet_.time_s);
    if (opened < 0 || opened >= kMinutesOfDay || closed < opened || closed >= 2 * kMinutesOfDay) {
      add(Rule::clock_unreliable, {{"opening", std::to_string(sheet_.opening_s)},
                                   {"closing", std::to_string(sheet_.time_s)}});
      return;  // nothing can be said about the hours of such a clock
    }
    const election::DayRule& day = context_.law.day;
    const std::int64_t tolerance = context_.law.rows.open_late_min;
    if (closed < day.close_min ||
        (closed > day.close_min + tolerance && sheet_.counters.queue_tokens.value() == 0)) {
      add(Rule::closed_oddly,
          {{"closed", clock_text(closed)}, {"hour", clock_text(day.close_min)}});
    }
    if (opened > day.open_min + tolerance) {
      add(Rule::opened_late, {{"opened", clock_text(opened)}, {"hour", clock_text(day.open_min)}});
    }
  }

  const JudgeContext& context_;
  const acta::Acta& sheet_;
  std::vector<Finding> out_;
};

}  // namespace

std::vector<Finding> judge_acta(const JudgeContext& context, const acta::Acta& acta) {
  return ActaJudge{context, acta}.run();
}

std::optional<Finding> judge_arrival(const JudgeContext& context, const acta::Acta& acta,
                                     std::int64_t arrival_s) {
  const std::int64_t limit_h = context.law.rows.late_hours;
  if (limit_h <= 0 || acta.type == acta::ActaType::zero) return std::nullopt;
  const std::int64_t late_s = arrival_s - acta.time_s;
  if (late_s < limit_h * 3'600) return std::nullopt;
  return Finding{Rule::arrived_late,
                 {{"hours", std::to_string(late_s / 3'600)}, {"limit", std::to_string(limit_h)}}};
}

}  // namespace sufragio::tally
