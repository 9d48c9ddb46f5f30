#include "tally/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "tally/bulletin.h"
#include "tally/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/world/world.h"

namespace sufragio::tally {
namespace {

using acta::SignedActa;
using tests::codes;
using tests::persons;
using tests::SeededRng;
using tests::small_world;
using tests::votes;
using tests::World;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() : registry{small_world().package()}, ledger{registry} {
    small_world().equip(registry);
  }

  // What the reception and the codes are, in one text: "counted", "quarantined V113" …
  std::string add(const SignedActa& acta) {
    static constexpr const char* kNames[] = {"counted", "quarantined", "known", "refused"};
    const Outcome before = ledger.judge(acta, next);
    const Outcome outcome = ledger.add(acta, next);
    EXPECT_EQ(before.reception, outcome.reception);
    EXPECT_EQ(before.findings, outcome.findings);
    if (outcome.reception != Reception::refused) next += 1;
    const std::string found = codes(outcome.findings);
    const std::string name = kNames[static_cast<std::size_t>(outcome.reception)];
    return found.empty() ? name : name + " " + found;
  }

  std::string add(std::size_t mesa, const std::function<void(acta::Acta&)>& change) {
    acta::Acta sheet = small_world().sheet(mesa);
    change(sheet);
    return add(World::sign(sheet, mesa));
  }

  std::string statuses(const MesaId& mesa) const {
    std::string out;
    for (const JudgedRow& judged : ledger.rows()) {
      if (judged.row.unit != Unit::of(mesa)) continue;
      out += std::to_string(static_cast<int>(judged.row.status));
    }
    return out;
  }

  std::int64_t counted_rows() const {
    return ledger.totals().at(election::ContestIndex{0}, election::TerritoryCode{})->counted;
  }

  acta::MachineRegistry registry;
  Ledger ledger;
  std::uint64_t next = 100;
};

// [R110] [R113]
TEST_F(LedgerTest, counts_a_sound_acta_once_in_every_contest) {
  const SignedActa acta = small_world().acta(0);
  EXPECT_EQ(add(acta), "counted");
  EXPECT_EQ(ledger.rows().size(), 3u);
  EXPECT_EQ(counted_rows(), 1);
  EXPECT_TRUE(ledger.counted(small_world().mesa(0)));
  EXPECT_FALSE(ledger.counted(small_world().mesa(1)));
  EXPECT_EQ(ledger.missing().size(), 4u);
  EXPECT_EQ(ledger.missing().front(), small_world().mesa(1));
  const ActaRecord* const record = ledger.find(acta.id());
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->log_index, 100u);
  EXPECT_EQ(record->mesa, small_world().mesa(0));
  EXPECT_EQ(record->row_count, 3u);
}

TEST_F(LedgerTest, the_same_acta_again_changes_nothing_and_is_counted) {
  const SignedActa acta = small_world().acta(0);
  EXPECT_EQ(add(acta), "counted");
  const std::vector<JudgedRow> before = ledger.rows();
  EXPECT_EQ(add(acta), "known V112");
  EXPECT_EQ(add(acta), "known V112");
  EXPECT_EQ(ledger.rows().size(), before.size());
  EXPECT_EQ(statuses(small_world().mesa(0)), "000");
  EXPECT_EQ(ledger.repeats(), 2);
  EXPECT_EQ(counted_rows(), 1);
}

// [R110] a forged digit is detected
TEST_F(LedgerTest, one_flipped_bit_in_the_signature_refuses_the_acta) {
  const SignedActa good = small_world().acta(0);
  for (std::size_t back = 1; back <= 64; back += 9) {
    Bytes forged = good.record();
    forged[forged.size() - back] ^= 1;
    EXPECT_EQ(add(acta::parse(forged).value()), "refused V104");
  }
  EXPECT_EQ(ledger.refusals().at(Rule::bad_signature), 8);
  EXPECT_TRUE(ledger.rows().empty());
  EXPECT_TRUE(ledger.actas().empty());
  EXPECT_EQ(add(good), "counted");
}

TEST_F(LedgerTest, a_key_without_certificate_is_refused) {
  EXPECT_EQ(add(World::sign(small_world().sheet(0), 77)), "refused V105");
  // The key of another machine cannot speak for the machine that the acta names.
  EXPECT_EQ(add(World::sign(small_world().sheet(0), 1)), "refused V105");
}

// [R174]
TEST_F(LedgerTest, an_acta_of_another_election_or_ballot_is_refused) {
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.election.data[0] ^= 1; }), "refused V102");
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.ballot.data[7] ^= 1; }), "refused V102");
  EXPECT_EQ(add(3, [&](acta::Acta& a) { a.ballot = small_world().sheet(0).ballot; }),
            "refused V102");
  EXPECT_EQ(ledger.refusals().at(Rule::other_election), 3);
}

// TP-04: the mock day never enters the real count
TEST_F(LedgerTest, an_acta_of_a_drill_is_told_apart_by_name) {
  World real{election::ElectionKind::real};
  acta::MachineRegistry machines{real.package()};
  real.equip(machines);
  Ledger night{machines};
  const SignedActa drill = small_world().acta(0);
  ASSERT_NE(small_world().package().handle(), real.package().handle());
  EXPECT_EQ(codes(night.add(drill, 1).findings), "V102");
  night.knows(small_world().package().handle(), election::ElectionKind::drill);
  EXPECT_EQ(codes(night.add(drill, 1).findings), "V103");
  EXPECT_EQ(night.add(real.acta(0), 1).reception, Reception::counted);
  // The reverse, and an older package of the same kind.
  ledger.knows(real.package().handle(), election::ElectionKind::real);
  EXPECT_EQ(add(real.acta(0)), "refused V103");
  ledger.knows(real.package().handle(), election::ElectionKind::drill);
  EXPECT_EQ(add(real.acta(0)), "refused V102");
  EXPECT_TRUE(ledger.rows().empty());
}

// [R54]
TEST_F(LedgerTest, revocation_acts_by_place_in_the_log) {
  EXPECT_EQ(add(small_world().acta(0)), "counted");
  ASSERT_TRUE(registry.add_revocation(small_world().revocation({0, 1}), next));
  next += 1;
  EXPECT_EQ(statuses(small_world().mesa(0)), "000");  // what stood before stays
  EXPECT_EQ(add(small_world().acta(1)), "quarantined V106");
  EXPECT_EQ(add(small_world().acta(2)), "counted");
  // A later acta of the revoked machine cannot throw out the one that counts.
  EXPECT_EQ(add(small_world().acta(0, 2)), "quarantined V106");
  EXPECT_EQ(statuses(small_world().mesa(0)), "000222");
  EXPECT_EQ(counted_rows(), 2);
}

TEST_F(LedgerTest, only_the_machine_in_force_may_speak_for_a_mesa) {
  ASSERT_TRUE(registry.add_certificate(small_world().certificate(9)));
  acta::Acta spare = small_world().sheet(0);
  spare.machine = World::machine_id(9);
  EXPECT_EQ(add(World::sign(spare, 9)), "quarantined V107");
  ASSERT_TRUE(
      registry.add_assignment(small_world().assignment(small_world().mesa(0), 9, true), next++));
  EXPECT_EQ(add(small_world().acta(0)), "quarantined V107");
  spare.voters = spare.ballots;  // the same figures again: the same bytes
  EXPECT_EQ(add(World::sign(spare, 9)), "known V112");
  spare.time_s += 60;
  EXPECT_EQ(add(World::sign(spare, 9)), "counted");
}

TEST_F(LedgerTest, an_unknown_mesa_is_kept_without_rows) {
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.mesa = *MesaId::parse("010101001.09"); }),
            "quarantined V107 V111");
  EXPECT_TRUE(ledger.rows().empty());
  EXPECT_EQ(ledger.actas().size(), 1u);
  EXPECT_EQ(ledger.decide({ledger.actas()[0].id, true, "x"}).error().code, kCannotCount);
  EXPECT_TRUE(ledger.decide({ledger.actas()[0].id, false, "x"}));
}

// [R132]
TEST_F(LedgerTest, unpublished_software_quarantines) {
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.software_root.data[31] ^= 1; }), "quarantined V116");
  EXPECT_EQ(add(small_world().acta(0)), "counted");  // and contradicts nothing
}

// [R113] nothing replaces an acta in silence
TEST_F(LedgerTest, a_second_valid_acta_quarantines_both) {
  EXPECT_EQ(add(small_world().acta(0)), "counted");
  EXPECT_EQ(add(small_world().acta(1)), "counted");
  EXPECT_EQ(add(small_world().acta(0, 2)), "quarantined V113");
  EXPECT_EQ(statuses(small_world().mesa(0)), "222222");
  for (const JudgedRow& judged : ledger.rows()) {
    EXPECT_EQ(judged.has(Rule::conflicting_acta),
              judged.row.unit == Unit::of(small_world().mesa(0)));
  }
  EXPECT_EQ(counted_rows(), 1);
  EXPECT_FALSE(ledger.counted(small_world().mesa(0)));
  EXPECT_EQ(add(small_world().acta(0, 3)), "quarantined V113");
  EXPECT_EQ(statuses(small_world().mesa(0)), "222222222");
  EXPECT_EQ(ledger.of_mesa(small_world().mesa(0)).size(), 3u);
}

TEST_F(LedgerTest, a_replacement_machine_contradicts_an_earlier_result) {
  EXPECT_EQ(add(small_world().acta(0)), "counted");
  ASSERT_TRUE(registry.add_certificate(small_world().certificate(9)));
  ASSERT_TRUE(
      registry.add_assignment(small_world().assignment(small_world().mesa(0), 9, true), next++));
  acta::Acta second = small_world().sheet(0);
  second.machine = World::machine_id(9);
  second.former_machines = {World::machine_id(0)};
  EXPECT_EQ(add(World::sign(second, 9)), "quarantined V113");
  EXPECT_EQ(statuses(small_world().mesa(0)), "222222");
}

// [R108]
TEST_F(LedgerTest, a_zero_acta_after_the_result_is_quarantined) {
  EXPECT_EQ(add(World::sign(small_world().zero_sheet(0), 0)), "counted");
  EXPECT_TRUE(ledger.rows().empty());
  EXPECT_FALSE(ledger.counted(small_world().mesa(0)));
  EXPECT_EQ(add(small_world().acta(0)), "counted");
  acta::Acta late = small_world().zero_sheet(0);
  late.time_s += 60;
  EXPECT_EQ(add(World::sign(late, 0)), "quarantined V114");
  EXPECT_TRUE(ledger.counted(small_world().mesa(0)));
  // Two zero actas before the result contradict each other, and no result.
  EXPECT_EQ(add(World::sign(small_world().zero_sheet(1), 1)), "counted");
  acta::Acta again = small_world().zero_sheet(1);
  again.time_s += 60;
  EXPECT_EQ(add(World::sign(again, 1)), "quarantined V113");
  EXPECT_EQ(add(small_world().acta(1)), "counted");
  EXPECT_EQ(ledger.decide({World::sign(again, 1).id(), true, "x"}).error().code, kCannotCount);
}

TEST_F(LedgerTest, figures_that_break_a_locked_rule_hold_back_the_whole_acta) {
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.contests[1].null = votes(0); }), "quarantined V204");
  EXPECT_EQ(statuses(small_world().mesa(0)), "222");
  EXPECT_EQ(codes(ledger.rows()[0].findings), "");
  EXPECT_EQ(codes(ledger.rows()[1].findings), "V204");
  EXPECT_EQ(add(1, [](acta::Acta& a) { a.registered = persons(711); }), "quarantined V209");
  EXPECT_EQ(add(2, [](acta::Acta& a) { a.gate.match = persons(1); }), "counted V210");
  EXPECT_EQ(add(3, [](acta::Acta& a) { a.contests[0].cards[0] = votes(Votes::kMax); }),
            "refused V202");
  EXPECT_EQ(ledger.refusals().at(Rule::bad_count), 1);
}

TEST_F(LedgerTest, a_wrong_shape_asks_nothing_about_the_figures) {
  EXPECT_EQ(add(0,
                [](acta::Acta& a) {
                  a.contests[2].cards.pop_back();
                  a.contests[0].null = votes(0);
                }),
            "quarantined V201");
  for (const JudgedRow& judged : ledger.rows()) EXPECT_EQ(codes(judged.findings), "V201");
  EXPECT_EQ(ledger.decide({ledger.actas()[0].id, true, "x"}).error().code, kCannotCount);
  EXPECT_EQ(add(1, [](acta::Acta& a) { a.contests.pop_back(); }), "quarantined V201");
  EXPECT_EQ(statuses(small_world().mesa(1)), "22");
}

// [R120] [R122]
TEST_F(LedgerTest, two_persons_decide_and_the_last_decision_holds) {
  const SignedActa first = small_world().acta(0);
  const SignedActa second = small_world().acta(0, 2);
  EXPECT_EQ(add(first), "counted");
  EXPECT_EQ(ledger.decide({first.id(), false, "x"}).error().code, kNoSuchActa);  // not contested
  EXPECT_EQ(add(second), "quarantined V113");
  EXPECT_EQ(ledger.decide({small_world().acta(1).id(), true, "x"}).error().code, kNoSuchActa);

  ASSERT_TRUE(ledger.decide({second.id(), true, "boxes opened"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "222000");
  ASSERT_TRUE(ledger.decide({first.id(), false, "boxes opened"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "333000");
  EXPECT_EQ(counted_rows(), 1);

  ASSERT_TRUE(ledger.decide({first.id(), true, "recount"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "000111");
  EXPECT_EQ(counted_rows(), 1);
  // A third acta finds a settled mesa: it alone is held back.
  EXPECT_EQ(add(small_world().acta(0, 3)), "quarantined V113");
  EXPECT_EQ(statuses(small_world().mesa(0)), "000111222");
  ASSERT_TRUE(ledger.decide({second.id(), true, "again"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "111000222");
  ASSERT_TRUE(ledger.decide({second.id(), true, "again"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "111000222");
  ASSERT_TRUE(ledger.decide({second.id(), false, "none"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "111333222");
  EXPECT_FALSE(ledger.counted(small_world().mesa(0)));
}

TEST_F(LedgerTest, a_decision_can_count_what_a_locked_rule_held_back) {
  EXPECT_EQ(add(0, [](acta::Acta& a) { a.contests[1].null = votes(0); }), "quarantined V204");
  ASSERT_TRUE(ledger.decide({ledger.actas()[0].id, true, "the paper says the same"}));
  EXPECT_EQ(statuses(small_world().mesa(0)), "000");
  EXPECT_EQ(ledger.rows_by_rule().at(Rule::sum_not_ballots), 1);
}

// The invariants of the night, over random deliveries: repeats, conflicts, broken figures,
// decisions. [R113]
TEST_F(LedgerTest, an_acta_counts_at_most_once_and_totals_are_the_counted_rows) {
  SeededRng rng{2026};
  std::vector<SignedActa> pool;
  for (std::size_t mesa = 0; mesa < 5; ++mesa) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) pool.push_back(small_world().acta(mesa, seed));
    acta::Acta broken = small_world().sheet(mesa, 4);
    broken.contests[0].null = votes(0);
    pool.push_back(World::sign(broken, mesa));
    pool.push_back(World::sign(small_world().zero_sheet(mesa), mesa));
  }
  for (int round = 0; round < 60; ++round) {
    Ledger night{registry};
    Ledger again{registry};
    for (std::uint64_t step = 0; step < 40; ++step) {
      const SignedActa& acta = pool[rng.below(pool.size())];
      if (rng.below(4) == 0) {
        const Decision decision{acta.id(), rng.below(2) == 0, "x"};
        EXPECT_EQ(night.decide(decision).has_value(), again.decide(decision).has_value());
      } else {
        EXPECT_EQ(night.add_verified(acta, step).findings, again.add_verified(acta, step).findings);
      }
      Totals expected{small_world().definition()};
      std::set<std::pair<std::string, std::uint16_t>> counted;
      for (const JudgedRow& judged : night.rows()) {
        if (judged.row.status != RowStatus::counted) continue;
        expected.add(judged.row);
        EXPECT_TRUE(counted.emplace(judged.row.unit.text(), judged.row.contest.value()).second)
            << "a mesa counts twice";
      }
      for (std::uint16_t c = 0; c < 3; ++c) {
        ASSERT_EQ(night.totals().of(election::ContestIndex{c}),
                  expected.of(election::ContestIndex{c}));
      }
    }
    // Same log, same ledger: rows, statuses and codes.
    ASSERT_EQ(night.rows().size(), again.rows().size());
    for (std::size_t i = 0; i < night.rows().size(); ++i) {
      EXPECT_EQ(night.rows()[i].row, again.rows()[i].row);
      EXPECT_EQ(night.rows()[i].findings, again.rows()[i].findings);
    }
  }
}

// Without conflicts the order of arrival does not matter for what is counted.
TEST_F(LedgerTest, arrival_in_any_order_with_any_repeats_gives_the_same_totals) {
  SeededRng rng{9};
  std::vector<SignedActa> actas;
  for (std::size_t mesa = 0; mesa < 5; ++mesa) actas.push_back(small_world().acta(mesa));
  for (const SignedActa& acta : actas) EXPECT_EQ(add(acta), "counted");
  for (int round = 0; round < 50; ++round) {
    std::vector<SignedActa> order = actas;
    for (int i = 0; i < 10; ++i) order.push_back(actas[rng.below(actas.size())]);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
    Ledger night{registry};
    std::uint64_t index = 0;
    for (const SignedActa& acta : order) (void)night.add_verified(acta, index++);
    EXPECT_EQ(night.repeats(), 10);
    EXPECT_TRUE(night.missing().empty());
    for (std::uint16_t c = 0; c < 3; ++c) {
      EXPECT_EQ(night.totals().of(election::ContestIndex{c}),
                ledger.totals().of(election::ContestIndex{c}));
    }
  }
}

// [R114] 10,000 fuzzed rows: no row that breaks a locked rule is counted
TEST_F(LedgerTest, of_ten_thousand_fuzzed_sheets_none_that_breaks_a_locked_rule_is_counted) {
  SeededRng rng{77};
  std::int64_t counted = 0;
  for (int i = 0; i < 3'500; ++i) {
    Ledger night{registry};
    const std::size_t mesa = rng.below(5);
    acta::Acta sheet = small_world().sheet(mesa, 1 + rng.below(50));
    const auto nudge = [&](auto& figure) {
      const std::int64_t value = figure.value() + static_cast<std::int64_t>(rng.below(5)) - 2;
      figure = *std::decay_t<decltype(figure)>::from(std::max<std::int64_t>(value, 0));
    };
    for (std::uint64_t changes = rng.below(4); changes > 0; --changes) {
      acta::ContestCount& count = sheet.contests[rng.below(sheet.contests.size())];
      switch (rng.below(8)) {
        case 0:
          nudge(sheet.voters);
          break;
        case 1:
          nudge(sheet.ballots);
          break;
        case 2:
          nudge(sheet.registered);
          break;
        case 3:
          nudge(count.null);
          break;
        case 4:
          nudge(count.cards[rng.below(count.cards.size())]);
          break;
        case 5:
          sheet.software_root.data[0] ^= static_cast<std::uint8_t>(rng.below(2));
          break;
        case 6:
          sheet.opening_s = rng.below(2) == 0 ? 0 : sheet.opening_s;
          break;
        default:
          if (rng.below(4) == 0) count.cards.push_back(votes(0));
      }
    }
    const Result<SignedActa> acta = acta::parse(
        crypto::assemble1(acta::encode(sheet), crypto::Algorithm::es256, {}, Bytes(64)));
    (void)night.add_verified(*acta, 1);
    for (const JudgedRow& judged : night.rows()) {
      const Row& row = judged.row;
      if (row.status != RowStatus::counted) continue;
      counted += 1;
      const election::Contest& contest = small_world().definition().contest(row.contest);
      std::int64_t sum = row.null.value() + row.invalid.value();
      for (const Votes card : row.votes) sum += card.value();
      // The locked identities, written here once more.
      ASSERT_EQ(row.votes.size(), contest.cards.size());
      ASSERT_EQ(sum, row.ballots->value() * contest.votes_per_voter);
      ASSERT_LE(*row.ballots, *row.voters);
      ASSERT_LE(*row.voters, *row.registered);
      ASSERT_EQ(*row.registered, small_world().definition().mesa(sheet.mesa)->electors);
      ASSERT_TRUE(small_world().package().released(sheet.software_root));
    }
  }
  EXPECT_GT(counted, 1'000);  // and the sound ones do count
}

}  // namespace
}  // namespace sufragio::tally
