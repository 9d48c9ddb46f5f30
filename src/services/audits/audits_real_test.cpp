#include <gtest/gtest.h>

#include "audit/batches.h"
#include "audit/recount.h"
#include "audit/sample_rule.h"
#include "crypto/hash.h"
#include "services/audits/audited.h"
#include "tests/support/import_fixture.h"

namespace sufragio::services {

namespace {

using importing_tests::real;

constexpr const char* kDice = "83561029471156203984";

Audited audited_of(const Workspace& w) {
  return {w.definition, w.law, w.rows, handle_of_tables(w.definition), std::nullopt};
}

const Workspace& second_edition() {
  return real("ve-2024-mesas", "presidential-2024/mesas_v2.csv.xz");
}

// [R130] [R140]
TEST(TheDrawOf2024, TakesTheMesasThatAnybodyTakes) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const Workspace& w = second_edition();
  const auto universe = universe_of(audited_of(w));
  ASSERT_TRUE(universe);
  EXPECT_EQ(universe->size(), 25'073);
  EXPECT_EQ(universe->hash().hex(),
            "bcee724084538613a25d148ea8a82e4d97355eec89183bc91366975a27987d3a");

  const auto rule = audit::statutory_rule(w.law);
  const auto drawn = audit::draw_by_rule(*rule, *universe, *audit::draw_seed(kDice, "statutory"));
  std::vector<std::string> ids;
  for (const audit::TicketDraw& draw : *drawn) ids.push_back(universe->mesas()[draw.index].text());
  std::ranges::sort(ids);
  ASSERT_EQ(ids.size(), 13'749u);
  EXPECT_EQ(ids[0] + " " + ids[1] + " " + ids[2], "010101001.03 010101002.02 010101003.02");
  EXPECT_EQ(crypto::sha256(as_bytes(audit::joined(ids))).hex(),
            "f7739bd92a316c413505f84a84a0303d7125a514b6c6614a81c72447230b1cd6");

  const auto half = audit::sample_parts(*audit::parse_rule("half"), *universe);
  std::int64_t of_half = 0;
  for (const audit::Part& part : *half) of_half += part.drawn;
  EXPECT_EQ(of_half, 14'941);
}

TEST(TheDrawOf2024, PerCentreIsFarWeakerThanItsShare) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const Workspace& w = second_edition();
  const auto universe = universe_of(audited_of(w));
  const auto parts = audit::sample_parts(*audit::statutory_rule(w.law), *universe);
  const std::vector<double> table = {0.75, 0.5625, 0.421875, 0.31640625, 0.2373046875};
  for (std::size_t k = 1; k <= table.size(); ++k) {
    EXPECT_NEAR(audit::worst_miss(*parts, static_cast<std::int64_t>(k)).value(), table[k - 1],
                1e-12);
  }
  EXPECT_EQ(audit::altered_at_most(*parts, 0.05), 10);
  EXPECT_EQ(audit::altered_at_most(*parts, 0.01), 16);
  EXPECT_EQ(audit::altered_at_most(*parts, 0.001), 24);
  const auto half = audit::sample_parts(*audit::parse_rule("half"), *universe);
  EXPECT_EQ(audit::altered_at_most(*half, 0.05), 7);
  EXPECT_EQ(audit::altered_at_most(*half, 0.01), 11);
  EXPECT_EQ(audit::altered_at_most(*half, 0.001), 17);
}

// [R143]
TEST(TheDrawOf2024, ByErrorBoundOpensTenMesas) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const auto frame = frame_of(audited_of(second_edition()), election::ContestIndex{0});
  ASSERT_TRUE(frame);
  const auto assertions = audit::assertions_of(*frame);
  const auto bounds = audit::error_bounds(*frame, *assertions);
  EXPECT_EQ(audit::decimal(bounds->total), "4113212779108");
  // Each of the 25,073 weights is rounded up to 2^-40: the sum is at most so much above the exact
  // 3.740945219.
  EXPECT_GE(bounds->u(), 3.740945219 - 5e-10);
  EXPECT_LE(bounds->u(), 3.740945219 + 5e-10 + 25'073 * 0x1p-40);
  EXPECT_EQ(audit::draws_needed(bounds->u(), 0, 0.05, {}), 10);
  EXPECT_EQ(audit::draws_needed(bounds->u(), 0, 0.01, {}), 15);
  EXPECT_EQ(audit::draws_needed(bounds->u(), 0, 0.001, {}), 23);
  EXPECT_EQ(audit::fewest_mesas(*frame, *assertions), 4'556);

  const auto urn = audit::WeightedUrn::of(bounds->weights);
  std::string first;
  for (const auto& draw : urn->draw(*audit::draw_seed(kDice, "ppeb:presidente"), 1, 5)) {
    first += frame->mesas[draw.index].text() + " ";
  }
  EXPECT_EQ(first, "050401006.05 210507019.03 071001006.01 130701012.02 131801001.02 ");
}

TEST(TheDrawOf2024, FewestMesasOfTheFirstEdition) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v1.csv.xz");
  const Workspace& w = real("ve-2024-mesas", "presidential-2024/mesas_v1.csv.xz");
  auto frame = frame_of(audited_of(w), election::ContestIndex{0});
  ASSERT_TRUE(frame);
  EXPECT_EQ(audit::fewest_mesas(*frame, *audit::assertions_of(*frame)), 4'472);
  for (std::size_t m = 0; m < frame->size(); ++m) {  // the same with electors in place of ballots
    frame->ballots[m] = w.definition.mesa(frame->mesas[m])->electors.value();
  }
  EXPECT_EQ(audit::fewest_mesas(*frame, *audit::assertions_of(*frame)), 3'066);
}

// [R121]
TEST(RecountOf2017, BolivarIsWithinTheTriggerByBothSources) {
  SKIP_WITHOUT_SHARED("data/governors-2017/mesas.csv.xz");
  const Workspace& w = real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  const audit::ContestRule rule;
  const auto announced = audit::recount_trigger(rule, {276'655, 275'184}, w.law.recount_margin);
  EXPECT_EQ(announced->margin(), 1'471);
  EXPECT_TRUE(announced->ordered);
  bool seen = false;
  for (std::uint16_t c = 0; c < w.definition.contests.size(); ++c) {
    if (w.definition.contests[c].territory.text() != "06") continue;  // Bolívar
    const tally::Totals totals = fold(w, Which::as_published);
    std::vector<std::int64_t> votes;
    for (const auto& share : tally::by_option(
             w.definition.contests[c],
             totals.at(election::ContestIndex{c}, w.definition.contests[c].territory)->votes)) {
      votes.push_back(share.votes);
    }
    const auto rows = audit::recount_trigger(rule, votes, w.law.recount_margin);
    EXPECT_EQ(rows->margin(), 1'306);
    EXPECT_TRUE(rows->ordered);
    seen = true;
  }
  EXPECT_TRUE(seen);
}

}  // namespace

}  // namespace sufragio::services
