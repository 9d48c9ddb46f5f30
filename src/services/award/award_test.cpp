#include "services/award/award.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "codec/cbor.h"
#include "crypto/codes.h"
#include "crypto/cose.h"
#include "seats/codes.h"
#include "services/award/codes.h"
#include "services/totalization/centre.h"
#include "sim/disk.h"
#include "sim/rng.h"
#include "tests/world/world.h"

namespace sufragio::services {
namespace {

using namespace award_codes;
using election::ContestIndex;
using tests::World;

constexpr ContestIndex kPresident{0};
constexpr ContestIndex kList{1};
constexpr ContestIndex kNominal{2};

class AwardTest : public testing::Test {
 protected:
  AwardTest() {
    centre = *Centre::open({world.package(), world.root_keys(), store, world.log, workers});
    std::vector<crypto::SignaturePart> parts;
    const Bytes mesas = encode_expected_mesas(world.package());
    for (crypto::SoftwareKey& root : world.roots) {
      parts.push_back(*crypto::sign_part(crypto::RecordKind::statement, mesas, root));
    }
    EXPECT_TRUE(centre->begin(world.manifest_record(), *crypto::assemble(mesas, parts)));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (std::size_t i = 0; i < world.definition().mesas.size(); ++i) {
      certificates.push_back(world.certificate(i));
      assignments.push_back(world.assignment(world.mesa(i), i));
    }
    EXPECT_TRUE(centre->add_certificates(certificates));
    EXPECT_TRUE(centre->add_assignments(assignments));
  }

  // Parts in hundredths of the votes of the cards; the last card takes what is left.
  static void set(acta::ContestCount& count, const std::vector<std::int64_t>& parts) {
    std::int64_t total = 0;
    for (const Votes& card : count.cards) total += card.value();
    std::int64_t left = total;
    for (std::size_t i = 0; i < count.cards.size(); ++i) {
      const bool last = i + 1 == count.cards.size();
      const std::int64_t votes = last ? left : total * parts[i] / 100;
      count.cards[i] = tests::votes(votes);
      left -= votes;
    }
  }
  // Shares of ana, luis (rosa takes the rest) and, of the council's circuit, whether c2 = c3.
  void count(std::size_t mesa, std::int64_t ana, std::int64_t luis, bool tie = false) {
    acta::Acta sheet = world.sheet(mesa);
    set(sheet.contests[0], {ana - 10, luis - 10, 10, 10});
    if (sheet.contests.size() == 3) {
      set(sheet.contests[1], {40, 30});
      std::vector<Votes>& cards = sheet.contests[2].cards;
      set(sheet.contests[2], {40, 33});
      if (tie) {  // what makes the two unequal goes to the first
        const Votes least = std::min(cards[1], cards[2]);
        const std::int64_t rest = cards[1].value() + cards[2].value() - 2 * least.value();
        cards[0] = tests::votes(cards[0].value() + rest);
        cards[1] = cards[2] = least;
      }
    }
    const auto reply = centre->receive(World::sign(sheet, mesa).record);
    ASSERT_TRUE(reply) << reply.error().debug();
    ASSERT_EQ(reply->reception, tally::Reception::counted) << reply->findings.size();
  }
  void count_all(std::int64_t ana, std::int64_t luis, bool tie = false) {
    for (std::size_t i = 0; i < world.definition().mesas.size(); ++i) count(i, ana, luis, tie);
  }
  tally::Bulletin publish() {
    const std::vector<crypto::Signer*> signers{&world.bulletin[0], &world.bulletin[1],
                                               &world.bulletin[2]};
    auto out = centre->publish(signers);
    EXPECT_TRUE(out) << out.error().debug();
    return std::move(out->bulletin);
  }
  Result<Bytes> signed_act(const Bytes& payload, std::size_t signers) {
    std::vector<crypto::SignaturePart> parts;
    for (std::size_t i = 0; i < signers; ++i) {
      crypto::SignaturePart part = TRY(sign_act(payload, centre->night(), world.bulletin[i]));
      parts.push_back(std::move(part));
    }
    return crypto::assemble(payload, std::move(parts));
  }
  Code refusal(const ActPlan& plan) {
    const auto act = make_act(centre->night(), plan);
    EXPECT_FALSE(act);
    return act ? Code{} : act.error().code;
  }
  static ActPlan plan_of(std::vector<ContestIndex> contests) {
    ActPlan out;
    out.contests = std::move(contests);
    return out;
  }

  World world;
  sim::SimRng rng{43};
  sim::SimDisk store{rng};
  adapters::Threads workers{1};
  std::unique_ptr<Centre> centre;
};

TEST_F(AwardTest, is_made_from_the_rows_and_signed_by_k_of_n) {  // [R175] [R9] [R13]
  count_all(60, 30);
  publish();
  ActPlan plan = plan_of({kPresident, kList, kNominal});
  plan.term_from = "2027-01-10";
  plan.term_to = "2033-01-10";
  plan.next_election = "2032-12-05";
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  ASSERT_EQ(act->awards.size(), 3u);
  EXPECT_EQ(act->awards[0].contenders[act->awards[0].allocation.awards[0].contender].id, "ana");
  EXPECT_EQ(act->awards[1].allocation.awards.size(), 3u);
  EXPECT_GT(act->awards[1].margins[2]->can_lose, 0);

  const auto record = signed_act(act->payload, 3);
  ASSERT_TRUE(record) << record.error().debug();
  const auto read = read_act(*record, centre->night());
  ASSERT_TRUE(read) << read.error().debug();
  EXPECT_EQ(read->payload, act->payload);
  EXPECT_EQ(read->plan.next_election, "2032-12-05");
  EXPECT_EQ(read_act(*signed_act(act->payload, 2), centre->night()).error().code,
            crypto::kTooFewSigners);
}

TEST_F(AwardTest, nobody_signs_or_believes_another_winner) {
  count_all(60, 30);
  publish();
  const auto act = make_act(centre->night(), plan_of({kPresident}));
  ASSERT_TRUE(act);
  std::size_t signed_other = 0;
  for (std::size_t i = 0; i < act->payload.size(); ++i) {
    Bytes other = act->payload;
    other[i] ^= 1;
    signed_other += sign_act(other, centre->night(), world.bulletin[0]) ? 1 : 0;
  }
  EXPECT_EQ(signed_other, 0u);
  // Three keys that do not look: the reader does.
  Bytes other = act->payload;
  const auto ana = std::search(other.begin(), other.end(), std::begin("ana"), std::end("ana") - 1);
  ASSERT_NE(ana, other.end());
  *ana = 'b';
  std::vector<crypto::SignaturePart> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    parts.push_back(*crypto::sign_part(crypto::RecordKind::statement, other, world.bulletin[i]));
  }
  EXPECT_EQ(read_act(*crypto::assemble(other, parts), centre->night()).error().code, kActDiffers);
}

TEST_F(AwardTest, is_refused_while_the_contest_is_open) {  // [R175]
  count(0, 60, 30);
  EXPECT_EQ(refusal(plan_of({kPresident})), kOldBulletin);
  publish();
  EXPECT_EQ(refusal(plan_of({kPresident})), kNotComplete);
  for (std::size_t i = 1; i < world.definition().mesas.size(); ++i) count(i, 60, 30);
  EXPECT_EQ(refusal(plan_of({kPresident})), kOldBulletin);  // the rows changed since
  publish();
  ActPlan plan = plan_of({kPresident});
  EXPECT_TRUE(make_act(centre->night(), plan));
  plan.recounts = {{kPresident, true, "Res. 1"}};
  EXPECT_EQ(refusal(plan), kRecountOpen);
  plan.recounts[0].open = false;
  EXPECT_TRUE(make_act(centre->night(), plan));
  plan.recounts = {{kList, true, "Res. 2"}};
  EXPECT_TRUE(make_act(centre->night(), plan));  // of another contest
  // A second acta of a mesa with other votes: both wait for a decision of two persons.
  ASSERT_TRUE(centre->receive(world.acta(1, 2).record));
  publish();
  EXPECT_EQ(refusal(plan_of({kPresident})), kInQuarantine);
}

TEST_F(AwardTest, a_close_contest_needs_a_recount_that_has_ended) {
  count_all(45, 45);
  publish();
  ActPlan plan = plan_of({kPresident});
  const auto act = make_act(centre->night(), plan);
  ASSERT_FALSE(act);
  EXPECT_TRUE(act.error().code == kInMargin || act.error().code == kTieOpen) << act.error().debug();
  if (act.error().code != kInMargin) return;
  plan.recounts = {{kPresident, false, "Res. 3"}};
  EXPECT_TRUE(make_act(centre->night(), plan));
}

TEST_F(AwardTest, a_tie_waits_for_its_lot_and_the_act_carries_it) {  // [R7] docs/rules/S106.md
  count_all(60, 30, true);
  publish();
  ActPlan plan = plan_of({kNominal});
  const auto open = make_act(centre->night(), plan);
  ASSERT_FALSE(open);
  ASSERT_EQ(open.error().code, kTieOpen) << open.error().debug();
  EXPECT_EQ(open.error().fact("options"), "c2, c3");

  plan.recounts = {{kNominal, false, "Res. 4"}};
  plan.lots = {{kNominal, {{"c2", "c3"}, "c3"}, "bolillas", "Sala", "2026-12-08", {"llano"}}};
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  EXPECT_EQ(act->awards[0].allocation.awards[1].decided_by, seats::DecidedBy::lot);
  EXPECT_TRUE(read_act(*signed_act(act->payload, 3), centre->night()));

  ActPlan other = plan;
  other.lots[0].lot.among = {"c1", "c3"};
  EXPECT_EQ(refusal(other), seats::kOtherLot);
  other = plan;
  other.lots.push_back(plan.lots[0]);
  EXPECT_EQ(refusal(other), seats::kIdleLot);
  other = plan;
  other.lots[0].witnesses = {"Juan Pérez"};  // a person, not an organisation
  EXPECT_EQ(refusal(other), kBadPlan);
}

// The early leader loses on the last rows: no bulletin said decided before, and each bulletin still
// says what it said.
TEST_F(AwardTest, an_early_leader_was_never_called_decided) {  // [R176]
  std::vector<Bytes> totals;
  const std::size_t mesas = world.definition().mesas.size();
  for (std::size_t i = 0; i + 1 < mesas; ++i) {
    count(i, 46, 45);
    totals.push_back(publish().totals_blob());
    const std::string text = *codec::cbor_diagnostic(totals.back());
    const std::string seats = text.substr(text.find(", 5: "));
    EXPECT_EQ(seats.find("\"ana\""), std::string::npos);
    EXPECT_EQ(seats.find("\"luis\""), std::string::npos);
    EXPECT_EQ(refusal(plan_of({kPresident})), kNotComplete);
  }
  count(mesas - 1, 10, 90);
  const tally::Bulletin last = publish();
  ActPlan plan = plan_of({kPresident});
  plan.recounts = {{kPresident, false, "Res. 5"}};  // a few votes apart: the law pack asks for one
  const auto act = make_act(centre->night(), plan);
  ASSERT_TRUE(act) << act.error().debug();
  const auto& winner = act->awards[0].allocation.awards[0];
  EXPECT_EQ(act->awards[0].contenders[winner.contender].id, "luis");
  EXPECT_NE(*codec::cbor_diagnostic(last.totals_blob()).map([](const std::string& text) {
    return text.find("[0, 1, \"luis\", 1, ");
  }),
            std::string::npos);
  // Replayed, the night has the same bulletins, each over the rows of its time.
  Night again{world.package(), world.root_keys()};
  ASSERT_TRUE(replay(log::LogReader{store, centre->log().size()}, again, Signatures::verify));
  ASSERT_EQ(again.bulletins().size(), mesas);
  for (const BulletinRecord& bulletin : again.bulletins()) EXPECT_TRUE(bulletin.recomputed);
}

TEST_F(AwardTest, the_plan_is_read_from_text_and_bad_plans_are_named) {
  const char* good =
      "contests = [\"concejo-c1\", \"presidencia\"]\nterm_from = \"2027-01-10\"\n"
      "[[recounts]]\ncontest = \"presidencia\"\nopen = true\nreference = \"Res. 1\"\n"
      "[[lots]]\ncontest = \"concejo-c1\"\namong = [\"c2\", \"c3\"]\nwinner = \"c2\"\n"
      "method = \"bolillas\"\nplace = \"Sala\"\ndate = \"2026-12-08\"\nwitnesses = [\"llano\"]\n";
  const auto plan = read_plan(*adapters::parse_toml(good), world.definition());
  ASSERT_TRUE(plan) << plan.error().debug();
  EXPECT_EQ(plan->contests, (std::vector<ContestIndex>{kPresident, kNominal}));
  EXPECT_EQ(plan->lots[0].lot.winner, "c2");
  EXPECT_TRUE(plan->recounts[0].open);
  const char* bad[] = {"contests = [\"nobody\"]", "contests = [1]",
                       "contests = []\nwinner = \"ana\"",
                       "contests = [\"presidencia\"]\n[[lots]]\ncontest = \"presidencia\"\n"};
  for (const char* text : bad) {
    EXPECT_FALSE(read_plan(*adapters::parse_toml(text), world.definition())) << text;
  }
  EXPECT_EQ(refusal(plan_of({})), kBadPlan);
  EXPECT_EQ(refusal(plan_of({ContestIndex{7}})), kBadPlan);
  EXPECT_EQ(refusal(plan_of({kList, kPresident})), kBadPlan);
  ActPlan dated = plan_of({kPresident});
  dated.term_to = "10/01/2033";
  EXPECT_EQ(refusal(dated), kBadPlan);
}

}  // namespace
}  // namespace sufragio::services
