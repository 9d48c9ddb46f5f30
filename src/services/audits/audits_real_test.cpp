#include <gtest/gtest.h>

#include <numeric>

#include "audit/batches.h"
#include "audit/codes.h"
#include "audit/recount.h"
#include "audit/sample_rule.h"
#include "crypto/hash.h"
#include "ports/memory_store.h"
#include "services/audits/audited.h"
#include "services/audits/quick_count_report.h"
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

// A mesa is recounted by the register: also the 43 whose cards do not add up are in the order.
TEST(RecountOf2017, TheBoxesOfRowsInQuarantineAreInTheOrder) {
  SKIP_WITHOUT_SHARED("data/governors-2017/mesas.csv.xz");
  const Workspace& w = real("ve-2017-mesas", "governors-2017/mesas.csv.xz");
  std::size_t held = 0;
  std::size_t quarantined = 0;
  for (const tally::JudgedRow& judged : w.rows) {
    quarantined += judged.row.status == tally::RowStatus::quarantined ? 1 : 0;
  }
  for (std::uint16_t c = 0; c < w.definition.contests.size(); ++c) {
    const auto frame = frame_of(audited_of(w), election::ContestIndex{c});
    ASSERT_TRUE(frame) << frame.error().debug();
    for (const audit::HeldMesa& mesa : frame->held) {
      ++held;
      EXPECT_EQ(audit::acta_of(*frame, mesa.mesa).votes, mesa.votes);
    }
    EXPECT_TRUE(audit::recount(*frame, {}));
  }
  EXPECT_GE(quarantined, 43u);
  EXPECT_EQ(held, quarantined);
}

// [R168] A public draw of 2024 by state, with the figures of the drawn rows: the interval holds the
// share of all rows, and a missing mesa widens it instead of leaving the sample.
TEST(QuickCountOf2024, ItsIntervalHoldsTheShareOfAllRows) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const Workspace& w = second_edition();
  const Audited audited = audited_of(w);
  auto key = *crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 7));
  ports::MemoryStore files, log;
  audit::Announcement announced;
  announced.purpose = "quick-count";
  announced.rule = "states:1/50";
  announced.draws = 1;
  const auto universe = universe_of(audited, election::ContestIndex{0});
  ASSERT_TRUE(AuditFolder::begin({files, log}, {&key}, audited.handle, w.definition.id, *universe,
                                 nullptr, {}, announced));
  auto folder = *AuditFolder::open(files, log, {});
  const QuickQuestion early{election::ContestIndex{0}, "", 0.95};
  EXPECT_EQ(quick_count_report(folder, audited, early).error().code, audit::kOutOfOrder);
  ASSERT_TRUE(folder.throw_seed({files, log}, {&key}, {kDice, "Plaza", {"ana"}}));

  const auto frame = *frame_of(audited, election::ContestIndex{0});
  std::string text = "mesa,valid";
  for (const std::string& option : frame.options) text += "," + option;
  std::string first;
  for (const MesaId& mesa : folder.dossier().drawn()) {
    const std::size_t m = *frame.find(mesa);
    std::int64_t valid = 0;
    std::string votes;
    for (const auto& column : frame.votes) {
      valid += column[m];
      votes += "," + std::to_string(column[m]);
    }
    const std::string line = "\n" + mesa.text() + "," + std::to_string(valid) + votes;
    if (first.empty()) first = line;
    text += line;
  }
  const auto share_of = [&](const std::string& results) {
    return quick_count_report(folder, audited, {election::ContestIndex{0}, results, 0.95});
  };
  const auto whole = share_of(text);
  ASSERT_TRUE(whole) << whole.error().debug();
  const auto& row = whole->sections[0].tables[0].rows[0];
  const auto units = [&](std::size_t i) { return std::get<statement::Decimal>(row[i]).units; };
  const std::vector<std::int64_t> totals = frame.totals();
  const std::int64_t all = std::accumulate(totals.begin(), totals.end(), std::int64_t{0});
  EXPECT_LE(units(2), totals[0] * 10'000 / all);
  EXPECT_GE(units(3), totals[0] * 10'000 / all);
  EXPECT_LT(units(3) - units(2), 400);
  EXPECT_EQ(statement::class_of(whole->sections[0].statements[0]), statement::Class::draw);

  std::string part = text;
  part.erase(part.find(first), first.size());
  const auto missing = share_of(part);
  ASSERT_TRUE(missing) << missing.error().debug();
  EXPECT_EQ(statement::class_of(missing->sections[0].statements[0]), statement::Class::bound);

  EXPECT_EQ(share_of(text + first).error().code, audit::kResultTwice);
  std::string negative = text;
  negative.replace(negative.find(first) + 14, 1, "-");
  EXPECT_EQ(share_of(negative).error().code, audit::kBadResults);
  std::string other = first;
  other.replace(1, 12, "990101001.01");
  EXPECT_EQ(share_of(text + other).error().code, audit::kNotDrawn);
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
