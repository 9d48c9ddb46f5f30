#include "tally/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/seeded_rng.h"
#include "tests/world/world.h"

namespace sufragio::tally {
namespace {

using tests::codes;
using tests::persons;
using tests::small_world;
using tests::votes;
using tests::World;

JudgeContext context() { return {small_world().definition(), small_world().package().law()}; }

// A president's row of mesa 010101001.01 as an import gives it: 700 electors, 400 ballots.
Row presidential() {
  Row row;
  row.contest = election::ContestIndex{0};
  row.unit = Unit::of(small_world().mesa(0));
  row.trust = Trust::imported;
  row.registered = persons(700);
  row.voters = persons(400);
  row.ballots = persons(400);
  row.votes = {votes(150), votes(100), votes(60), votes(50), votes(30)};
  row.null = votes(9);
  row.invalid = votes(1);
  row.stated_valid = votes(390);
  return row;
}

// The two-seat circuit of the same mesa: 2 votes per voter.
Row circuit() {
  Row row = presidential();
  row.contest = election::ContestIndex{2};
  row.votes = {votes(390), votes(200), votes(190)};
  row.null = votes(20);
  row.invalid = votes(0);
  row.stated_valid = votes(780);
  return row;
}

struct RowCase {
  const char* name;
  std::function<void(Row&)> change;
  const char* codes;
  bool two_seats = false;
};

class RowTable : public testing::TestWithParam<RowCase> {};

// [R110] [R114] every rule of one row, just inside and just outside its limit
TEST_P(RowTable, has_exactly_these_codes) {
  Row row = GetParam().two_seats ? circuit() : presidential();
  GetParam().change(row);
  EXPECT_EQ(codes(judge_row(context(), row)), GetParam().codes);
}

const RowCase kRows[] = {
    {"a_sound_row", [](Row&) {}, ""},
    {"a_sound_row_of_two_votes_per_voter", [](Row&) {}, "", true},
    {"unknown_mesa", [](Row& r) { r.unit = Unit::of(*MesaId::parse("010101001.09")); }, "V111"},
    {"unknown_centre", [](Row& r) { r.unit = Unit::of(*MesaId::parse("010101009.01")); }, "V111"},
    {"a_whole_municipality_is_known",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0101"), MesaNumber{0}};
     },
     ""},
    {"the_whole_country_is_known",
     [](Row& r) {
       r.unit = {election::TerritoryCode{}, MesaNumber{0}};
     },
     ""},
    {"unknown_municipality",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0102"), MesaNumber{0}};
     },
     "V111"},
    {"one_card_too_few", [](Row& r) { r.votes.pop_back(); }, "V201"},
    {"one_card_too_many", [](Row& r) { r.votes.push_back(votes(0)); }, "V201"},
    {"no_such_contest", [](Row& r) { r.contest = election::ContestIndex{3}; }, "V201"},
    {"a_contest_that_the_mesa_does_not_have",
     [](Row& r) {
       r.unit = Unit::of(small_world().mesa(3));
       r.registered = persons(801);
     },
     "V201", true},
    {"a_contest_that_the_territory_does_not_have",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0201"), MesaNumber{0}};
     },
     "V201", true},
    {"a_unit_above_the_contest",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("01"), MesaNumber{0}};
     },
     "V201", true},
    {"counts_at_the_bound",
     [](Row& r) {
       r.votes = {votes(Votes::kMax - 10), votes(0), votes(0), votes(0), votes(0)};
       r.voters = r.ballots = r.registered = persons(Persons::kMax);
       r.unit = {election::TerritoryCode{}, MesaNumber{0}};
       r.stated_valid.reset();
     },
     "V302 V303"},
    {"counts_over_the_bound",
     [](Row& r) {
       r.votes = {votes(Votes::kMax - 9), votes(0), votes(0), votes(0), votes(0)};
       r.voters = r.ballots = r.registered = persons(Persons::kMax);
       r.unit = {election::TerritoryCode{}, MesaNumber{0}};
       r.stated_valid.reset();
     },
     "V202 V204 V302 V303"},
    {"cards_one_below_what_is_stated",
     [](Row& r) {
       r.stated_valid = votes(391);
       r.null = votes(8);
     },
     "V203 V312"},
    {"stated_and_sum_far_apart",
     [](Row& r) {
       r.stated_valid = votes(379);
       r.null = votes(20);
     },
     "V203"},
    {"digits_exchanged",
     [](Row& r) {
       r.votes[0] = votes(105);
       r.stated_valid = votes(390);
     },
     "V203 V312"},
    {"another_length_is_no_slip_of_one_digit",
     [](Row& r) {
       r.votes[0] = votes(760);
       r.voters = r.ballots = persons(700);
       r.stated_valid = votes(690);
       r.registered.reset();
     },
     "V203 V205"},
    {"a_machine_does_not_mistype",
     [](Row& r) {
       r.trust = Trust::signed_acta;
       r.stated_valid = votes(391);
       r.null = votes(8);
     },
     "V203"},
    {"nothing_stated", [](Row& r) { r.stated_valid.reset(); }, ""},
    {"one_null_vote_too_many", [](Row& r) { r.null = votes(10); }, "V204"},
    {"one_null_vote_too_few", [](Row& r) { r.null = votes(8); }, "V204"},
    {"an_invalid_vote_too_many", [](Row& r) { r.invalid = votes(2); }, "V204"},
    {"a_vote_missing_in_two_seats", [](Row& r) { r.null = votes(19); }, "V204", true},
    {"without_ballots_the_voters_stand_in",
     [](Row& r) {
       r.ballots.reset();
       r.voters = persons(401);
     },
     "V204"},
    {"without_people_nothing_is_compared",
     [](Row& r) {
       r.ballots.reset();
       r.voters.reset();
       r.null = votes(30);
     },
     ""},
    {"an_option_with_exactly_the_ballots_in_two_seats",
     [](Row& r) {
       r.votes = {votes(400), votes(200), votes(180)};
     },
     "", true},
    {"an_option_over_the_ballots_in_two_seats",
     [](Row& r) {
       r.votes = {votes(401), votes(199), votes(180)};
     },
     "V205", true},
    {"two_cards_of_one_option_over_the_ballots",
     [](Row& r) {
       r.votes = {votes(201), votes(0), votes(200), votes(0), votes(0)};
       r.stated_valid = votes(401);
       r.null = votes(0);
       r.invalid = votes(0);
     },
     "V204 V205 V302"},
    {"one_ballot_more_than_voters", [](Row& r) { r.voters = persons(399); }, "V206"},
    {"one_voter_more_than_electors",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0101"), MesaNumber{0}};
       r.registered = persons(399);
     },
     "V207 V303"},
    {"as_many_voters_as_electors",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0101"), MesaNumber{0}};
       r.registered = persons(400);
     },
     "V303"},
    {"electors_of_another_roll", [](Row& r) { r.registered = persons(701); }, "V209"},
    {"electors_not_stated", [](Row& r) { r.registered.reset(); }, ""},
    {"no_vote_at_all",
     [](Row& r) {
       r.votes.assign(5, votes(0));
       r.null = r.invalid = votes(0);
       r.voters = r.ballots = persons(0);
       r.stated_valid = votes(0);
     },
     "V301"},
    {"only_null_votes_are_votes",
     [](Row& r) {
       r.votes.assign(5, votes(0));
       r.null = votes(400);
       r.invalid = votes(0);
       r.stated_valid = votes(0);
     },
     "V304"},
    {"every_vote_for_the_two_cards_of_one_option",
     [](Row& r) {
       r.votes = {votes(300), votes(0), votes(90), votes(0), votes(0)};
     },
     "V302"},
    {"one_vote_for_somebody_else",
     [](Row& r) {
       r.votes = {votes(300), votes(0), votes(89), votes(0), votes(1)};
     },
     ""},
    {"unanimous_with_as_few_ballots_as_the_limit",
     [](Row& r) {
       r.votes = {votes(20), votes(0), votes(0), votes(0), votes(0)};
       r.null = r.invalid = votes(0);
       r.voters = r.ballots = persons(20);
       r.stated_valid = votes(20);
     },
     "V302"},
    {"unanimous_with_fewer_ballots_than_the_limit",
     [](Row& r) {
       r.votes = {votes(19), votes(0), votes(0), votes(0), votes(0)};
       r.null = r.invalid = votes(0);
       r.voters = r.ballots = persons(19);
       r.stated_valid = votes(19);
     },
     ""},
    {"turnout_at_the_limit",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0101"), MesaNumber{0}};
       r.registered = persons(421);  // 400 ÷ 421 = 0.95011…
     },
     "V303"},
    {"turnout_below_the_limit",
     [](Row& r) {
       r.unit = {*election::TerritoryCode::parse("0101"), MesaNumber{0}};
       r.registered = persons(422);  // 0.947…
     },
     ""},
    {"nulls_at_the_limit",
     [](Row& r) {
       r.votes[0] = votes(120);
       r.null = votes(39);
       r.stated_valid = votes(360);
     },
     "V304"},
    {"nulls_below_the_limit",
     [](Row& r) {
       r.votes[0] = votes(121);
       r.null = votes(38);
       r.stated_valid = votes(361);
     },
     ""},
};

INSTANTIATE_TEST_SUITE_P(JudgeTest, RowTable, testing::ValuesIn(kRows),
                         [](const auto& param) { return std::string{param.param.name}; });

struct ActaCase {
  const char* name;
  std::function<void(acta::Acta&)> change;
  const char* codes;
};

class ActaTable : public testing::TestWithParam<ActaCase> {};

// [R90] [R92] [R109] what only the whole sheet shows
TEST_P(ActaTable, has_exactly_these_codes) {
  acta::Acta sheet = small_world().sheet(0);
  GetParam().change(sheet);
  EXPECT_EQ(codes(judge_acta(context(), sheet)), GetParam().codes);
}

Persons plus(Persons value, std::int64_t more) { return persons(value.value() + more); }

const ActaCase kActas[] = {
    {"a_sound_sheet", [](acta::Acta&) {}, ""},
    {"an_unknown_mesa", [](acta::Acta& a) { a.mesa = *MesaId::parse("010101001.09"); }, "V111"},
    {"a_contest_is_missing", [](acta::Acta& a) { a.contests.pop_back(); }, "V201"},
    {"a_contest_too_many", [](acta::Acta& a) { a.contests.push_back(a.contests[0]); }, "V201"},
    {"a_card_is_missing", [](acta::Acta& a) { a.contests[1].cards.pop_back(); }, "V201"},
    {"no_opening_hour", [](acta::Acta& a) { a.opening_s = 0; }, "V114 V311"},
    {"closed_in_the_minute_of_opening", [](acta::Acta& a) { a.time_s = a.opening_s; }, "V308"},
    {"closed_before_it_opened", [](acta::Acta& a) { a.time_s = a.opening_s - 60; }, "V114 V311"},
    {"a_voter_left",
     [](acta::Acta& a) {
       a.voters = a.gate.match = plus(a.voters, 1);
       a.counters.abandoned = persons(1);
     },
     ""},
    {"a_ballot_is_missing",
     [](acta::Acta& a) {
       a.voters = a.gate.match = plus(a.voters, 2);
       a.counters.abandoned = persons(1);
     },
     "V208"},
    {"outcomes_of_all_four_kinds",
     [](acta::Acta& a) {
       a.gate.match = plus(a.gate.match, -6);
       a.gate.no_match = persons(1);
       a.gate.no_prints = persons(2);
       a.gate.no_hands = persons(3);
     },
     ""},
    {"one_outcome_too_many", [](acta::Acta& a) { a.gate.no_hands = persons(1); }, "V210"},
    {"one_outcome_too_few", [](acta::Acta& a) { a.gate.match = plus(a.gate.match, -1); }, "V210"},
    {"a_receipt_is_missing",
     [](acta::Acta& a) {
       a.counters.valid_receipts = plus(a.counters.valid_receipts, -1);
       a.counters.void_prints = persons(5);
     },
     "V211"},
    {"a_receipt_too_many",
     [](acta::Acta& a) { a.counters.valid_receipts = plus(a.counters.valid_receipts, 1); }, "V211"},
    {"a_receipt_too_many_that_was_voided",
     [](acta::Acta& a) {
       a.counters.valid_receipts = plus(a.counters.valid_receipts, 1);
       a.counters.void_prints = persons(1);
     },
     ""},
    {"as_many_incidents_as_the_limit",
     [](acta::Acta& a) {
       a.counters.unblocks = persons(9);
       a.counters.void_prints = persons(20);
       a.counters.minutes_suspended = persons(45);
     },
     ""},
    {"one_incident_over_the_limit",
     [](acta::Acta& a) {
       a.counters.unblocks = persons(10);
       a.counters.void_prints = persons(20);
       a.counters.minutes_suspended = persons(45);
     },
     "V307"},
    {"closed_a_minute_early", [](acta::Acta& a) { a.time_s -= 60; }, "V308"},
    {"closed_two_hours_late", [](acta::Acta& a) { a.time_s += 120 * 60; }, ""},
    {"closed_later_without_tokens", [](acta::Acta& a) { a.time_s += 121 * 60; }, "V308"},
    {"closed_later_with_tokens",
     [](acta::Acta& a) {
       a.time_s += 121 * 60;
       a.counters.queue_tokens = persons(8);
     },
     ""},
    {"opened_two_hours_late", [](acta::Acta& a) { a.opening_s += 120 * 60; }, ""},
    {"opened_later", [](acta::Acta& a) { a.opening_s += 121 * 60; }, "V309"},
    {"opened_at_midnight", [](acta::Acta& a) { a.opening_s = tests::kOpening - 360 * 60; }, ""},
    {"opened_the_day_before", [](acta::Acta& a) { a.opening_s = tests::kOpening - 361 * 60; },
     "V311"},
    {"opened_the_day_after",
     [](acta::Acta& a) {
       a.opening_s = tests::kOpening + 18 * 3600;
       a.time_s = a.opening_s + 60;
     },
     "V311"},
    {"closed_two_days_after", [](acta::Acta& a) { a.time_s = tests::kOpening + 42 * 3600; },
     "V311"},
};

INSTANTIATE_TEST_SUITE_P(JudgeActaTest, ActaTable, testing::ValuesIn(kActas),
                         [](const auto& param) { return std::string{param.param.name}; });

// [R108] the zero acta says that nothing was in the machine
TEST(JudgeActaTest, a_zero_acta_says_only_zeros) {
  EXPECT_EQ(codes(judge_acta(context(), small_world().zero_sheet(0))), "");
  const std::vector<std::function<void(acta::Acta&)>> changes{
      [](acta::Acta& a) { a.contests[0].cards[3] = votes(1); },
      [](acta::Acta& a) { a.contests[2].null = votes(1); },
      [](acta::Acta& a) { a.contests[1].invalid = votes(1); },
      [](acta::Acta& a) { a.voters = persons(1); },
      [](acta::Acta& a) { a.ballots = persons(1); },
      [](acta::Acta& a) { a.gate.no_prints = persons(1); },
      [](acta::Acta& a) { a.opening_s = tests::kOpening; },
  };
  for (const auto& change : changes) {
    acta::Acta sheet = small_world().zero_sheet(0);
    change(sheet);
    EXPECT_EQ(codes(judge_acta(context(), sheet)), "V114");
  }
}

TEST(JudgeActaTest, arrival_is_judged_by_hours_after_closing) {
  const acta::Acta sheet = small_world().sheet(0);
  EXPECT_FALSE(judge_arrival(context(), sheet, sheet.time_s + 24 * 3600 - 1));
  const auto late = judge_arrival(context(), sheet, sheet.time_s + 24 * 3600);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->rule, Rule::arrived_late);
  EXPECT_EQ(late->facts, (std::vector<Fact>{{"hours", "24"}, {"limit", "24"}}));
  EXPECT_FALSE(judge_arrival(context(), small_world().zero_sheet(0), sheet.time_s + 1'000'000));
}

TEST(JudgeTest, a_relay_must_stand_in_the_package) {
  EXPECT_FALSE(judge_relay(small_world().package(), small_world().ops.public_key().kid()));
  const auto unknown =
      judge_relay(small_world().package(), World::machine_key(0).public_key().kid());
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->rule, Rule::unknown_relay);
}

TEST(JudgeTest, revisions_follow_each_other) {
  EXPECT_FALSE(judge_revision(0, 1));
  EXPECT_FALSE(judge_revision(6, 7));
  for (const auto& [current, next] : {std::pair{0u, 0u}, {0u, 2u}, {7u, 6u}, {UINT32_MAX, 0u}}) {
    const auto gap = judge_revision(current, next);
    ASSERT_TRUE(gap) << current << " " << next;
    EXPECT_EQ(gap->rule, Rule::revision_gap);
  }
}

// [R109] print = payload
TEST(JudgeTest, printed_codes_must_say_what_was_signed) {
  const acta::Acta sheet = small_world().sheet(0);
  std::vector<acta::QrA> printed;
  for (std::size_t i = 0; i < sheet.contests.size(); ++i) {
    printed.push_back(acta::qr_a_of(sheet, i));
  }
  const auto judged = [&](const std::vector<acta::QrA>& codes) {
    std::vector<std::string> texts;
    for (const acta::QrA& code : codes) texts.push_back(acta::qr_a_text(code));
    return judge_printed(sheet, texts);
  };
  EXPECT_FALSE(judged(printed));
  EXPECT_FALSE(judged({printed[1], printed[0]}));  // any order, and some may be out of the picture
  const std::vector<std::function<void(std::vector<acta::QrA>&)>> changes{
      [](auto& p) { p[2].count.cards[1] = votes(p[2].count.cards[1].value() + 1); },
      [](auto& p) { p[0].count.null = votes(p[0].count.null.value() + 1); },
      [](auto& p) { p[1].mesa.mesa = MesaNumber{2}; },
      [](auto& p) { p[1].x = 2; },
  };
  for (const auto& change : changes) {
    std::vector<acta::QrA> other = printed;
    change(other);
    const auto differs = judged(other);
    ASSERT_TRUE(differs);
    EXPECT_EQ(differs->rule, Rule::printed_differs);
  }
}

TEST(JudgeTest, two_typists_must_agree_on_every_figure) {
  const Row first = presidential();
  Row same = first;
  same.status = RowStatus::quarantined;
  same.origin = "other:2";
  EXPECT_FALSE(judge_typed(first, same));
  const std::vector<std::pair<std::string, std::function<void(Row&)>>> changes{
      {"unit", [](Row& r) { r.unit = Unit::of(small_world().mesa(1)); }},
      {"contest", [](Row& r) { r.contest = election::ContestIndex{1}; }},
      {"registered", [](Row& r) { r.registered.reset(); }},
      {"voters", [](Row& r) { r.voters = persons(401); }},
      {"ballots", [](Row& r) { r.ballots = persons(401); }},
      {"valid", [](Row& r) { r.stated_valid = votes(391); }},
      {"null", [](Row& r) { r.null = votes(8); }},
      {"invalid", [](Row& r) { r.invalid = votes(0); }},
      {"actas", [](Row& r) { r.actas = 2; }},
      {"cards", [](Row& r) { r.votes.push_back(votes(0)); }},
      {"card 5", [](Row& r) { r.votes[4] = votes(31); }},
  };
  for (const auto& [field, change] : changes) {
    Row second = first;
    change(second);
    const auto differ = judge_typed(first, second);
    ASSERT_TRUE(differ) << field;
    EXPECT_EQ(differ->rule, Rule::typed_differ);
    EXPECT_EQ(differ->facts, (std::vector<Fact>{{"field", field}}));
  }
}

TEST(JudgeTest, limits_of_zero_switch_warnings_off) {
  election::LawPack law = small_world().package().law();
  law.rows = {};
  Row row = presidential();
  row.unit = {election::TerritoryCode{}, MesaNumber{0}};
  row.registered = row.voters;
  row.votes = {votes(100), votes(0), votes(0), votes(0), votes(0)};
  row.null = votes(299);
  row.stated_valid = votes(100);
  EXPECT_EQ(codes(judge_row(context(), row)), "V302 V303 V304");
  EXPECT_EQ(codes(judge_row({small_world().definition(), law}, row)), "");
}

TEST(JudgeTest, a_row_is_held_back_exactly_when_a_finding_is_not_a_warning) {
  for (const RuleInfo& rule : all_rules()) {
    const RowStatus expected =
        rule.severity == Severity::quarantine || rule.severity == Severity::refuse
            ? RowStatus::quarantined
            : RowStatus::counted;
    EXPECT_EQ(status_after(presidential(), {{rule.rule, {}}}), expected)
        << code_of(rule.rule).text();
    EXPECT_EQ(rule.locked, code_of(rule.rule).number < 300 && rule.severity != Severity::warn);
    EXPECT_EQ(rule_of(code_of(rule.rule).text()), rule.rule);
    EXPECT_EQ(&info(rule.rule), &rule);
  }
  EXPECT_EQ(std::ssize(all_rules()), 39);
  EXPECT_TRUE(std::ranges::is_sorted(all_rules(), {}, &RuleInfo::rule));
  EXPECT_FALSE(rule_of("V109"));
  EXPECT_FALSE(rule_of("T101"));
  Row annulled = presidential();
  annulled.status = RowStatus::annulled;
  EXPECT_EQ(status_after(annulled, {}), RowStatus::annulled);
  Row released = presidential();
  released.status = RowStatus::quarantined;
  EXPECT_EQ(status_after(released, {}), RowStatus::counted);
}

// Rows of several mesas: `first` and `second` votes for ana and luis, the rest for rosa.
JudgedRow mesa_row(std::size_t mesa, std::int64_t ana, std::int64_t luis, std::int64_t rosa) {
  JudgedRow out;
  out.row.contest = election::ContestIndex{0};
  out.row.unit = Unit::of(small_world().mesa(mesa));
  out.row.votes = {votes(ana / 2), votes(luis), votes(ana - ana / 2), votes(0), votes(rosa)};
  return out;
}

// The law pack's limits: 35/100 from 50 votes on; the rest must have 500.
TEST(NeighboursTest, a_mesa_far_from_its_municipality_is_named_exactly_at_the_limit) {
  // The rest of the municipality: 300 of 500 for ana, that is 60 %.
  std::vector<JudgedRow> rows{mesa_row(0, 95, 5, 0), mesa_row(1, 150, 100, 0),
                              mesa_row(2, 150, 100, 0), mesa_row(3, 0, 400, 0)};
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "V305");  // 95 − 60 = 35 points: at the limit
  EXPECT_EQ(rows[0].findings[0].facts, (std::vector<Fact>{{"option", "ana"},
                                                          {"votes", "95"},
                                                          {"valid", "100"},
                                                          {"rest_votes", "300"},
                                                          {"rest_valid", "500"}}));
  // Nothing to compare with: 350 and 400 votes in the rest of their territories are too few.
  EXPECT_EQ(codes(rows[1].findings), "");
  EXPECT_EQ(codes(rows[3].findings), "");
  rows[0] = mesa_row(0, 94, 6, 0);
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
  rows[0] = mesa_row(0, 49, 0, 0);  // under 50 votes: not asked
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
  rows[0] = mesa_row(0, 50, 0, 0);
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "V305");
  rows[1].row.status = RowStatus::quarantined;  // then the rest has only 250 votes
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
}

TEST(NeighboursTest, two_exchanged_options_are_named) {
  // The other mesa of the centre: ana 70 %, luis 30 %.
  std::vector<JudgedRow> rows{mesa_row(0, 30, 70, 0), mesa_row(1, 140, 60, 0)};
  judge_neighbours(context(), rows);
  ASSERT_EQ(codes(rows[0].findings), "V306");
  EXPECT_EQ(
      rows[0].findings[0].facts,
      (std::vector<Fact>{
          {"first", "ana"}, {"second", "luis"}, {"first_votes", "30"}, {"second_votes", "70"}}));
  // A quarter of the lead of 40 points away from the other's place: still; a vote more: no more.
  rows[0] = mesa_row(0, 40, 60, 0);
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "V306");
  rows[0] = mesa_row(0, 41, 59, 0);
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
  // Like its neighbour: nothing.
  rows[0] = mesa_row(0, 70, 30, 0);
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
  // A lead under the deviation of 35 points tells nothing.
  rows = {mesa_row(0, 33, 67, 0), mesa_row(1, 67, 33, 0)};
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
  // Only one of the two is in the other's place.
  rows = {mesa_row(0, 30, 30, 40), mesa_row(1, 140, 60, 0)};
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
}

TEST(NeighboursTest, the_parish_stands_in_for_a_centre_with_too_few_votes) {
  std::vector<JudgedRow> rows{mesa_row(0, 30, 70, 0), mesa_row(1, 30, 10, 0),
                              mesa_row(2, 110, 40, 0)};
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "V306");
  rows.pop_back();
  judge_neighbours(context(), rows);
  EXPECT_EQ(codes(rows[0].findings), "");
}

TEST(NeighboursTest, the_order_of_rows_never_matters_and_judging_again_changes_nothing) {
  tests::SeededRng rng{7};
  for (int round = 0; round < 200; ++round) {
    std::vector<JudgedRow> rows;
    for (std::size_t i = 0; i < 5; ++i) {
      const auto draw = [&] { return static_cast<std::int64_t>(rng.below(300)); };
      rows.push_back(mesa_row(i, draw(), draw(), draw()));
    }
    std::vector<JudgedRow> reversed{rows.rbegin(), rows.rend()};
    judge_neighbours(context(), rows);
    judge_neighbours(context(), reversed);
    judge_neighbours(context(), reversed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].findings, reversed[rows.size() - 1 - i].findings);
      EXPECT_EQ(rows[i].row.status, RowStatus::counted);
    }
  }
}

}  // namespace
}  // namespace sufragio::tally
