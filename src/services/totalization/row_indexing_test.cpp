#include "services/totalization/row_indexing.h"

#include <gtest/gtest.h>

#include "tests/world/world.h"

namespace sufragio::services {
namespace {

using tests::World;

std::vector<ports::IndexedRow> all(const ports::RowIndex& index) {
  return *index.list(ports::RowQuery{});
}

// Dropped and built again, the index says the same as when it grew with the night.
TEST(RowIndexing, an_index_built_again_equals_the_one_that_grew) {
  World world;
  acta::MachineRegistry machines{world.package()};
  world.equip(machines);
  tally::Ledger ledger{machines};
  ports::MemoryRowIndex grown;
  ASSERT_TRUE(grown.clear(row_index_schema(world.package())));
  std::uint64_t index = 0;
  for (const auto& [mesa, seed] : {std::pair{0u, 1u}, {3u, 1u}, {0u, 2u}, {1u, 1u}}) {
    (void)ledger.add_verified(world.acta(mesa, seed), index++);
    ASSERT_TRUE(index_mesa(ledger, world.mesa(mesa), grown));
    ports::MemoryRowIndex again;
    ASSERT_TRUE(rebuild_index(ledger, again));
    EXPECT_EQ(all(again), all(grown));
    EXPECT_EQ(*again.schema(), *grown.schema());
  }
  EXPECT_EQ(all(grown).size(), 7u);
  // The mesa that contradicts itself stands there once, quarantined; a decision brings its row in.
  ports::RowQuery first;
  first.territory = "010101001";
  first.contest = 0;
  EXPECT_EQ((*grown.list(first))[0].status, 2);
  const Hash32 second = world.acta(0, 2).id();
  EXPECT_EQ((*grown.list(first))[0].source, world.acta(0, 1).id());
  ASSERT_TRUE(ledger.decide({second, true, "x"}));
  ASSERT_TRUE(index_mesa(ledger, world.mesa(0), grown));
  const ports::IndexedRow row = (*grown.list(first))[0];
  EXPECT_EQ(row.status, 0);
  EXPECT_EQ(row.source, second);
  const acta::Acta sheet = world.sheet(0, 2);
  EXPECT_EQ(row.registered, sheet.registered.value());
  EXPECT_EQ(row.voters, sheet.voters.value());
  EXPECT_EQ(row.ballots, sheet.ballots.value());
  EXPECT_EQ(row.null_votes, sheet.contests[0].null.value());
  ASSERT_EQ(row.votes.size(), sheet.contests[0].cards.size());
  EXPECT_EQ(row.votes[4], sheet.contests[0].cards[4].value());
}

}  // namespace
}  // namespace sufragio::services
