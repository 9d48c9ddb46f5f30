// The duplicate search: planted duplicates found, work resumed, the same bytes for everybody.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/threads/threads.h"
#include "ports/memory_store.h"
#include "services/duplicates/codes.h"
#include "services/duplicates/search.h"
#include "sim/fingers.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::services {
namespace {

constexpr std::size_t kShards = 3, kPeopleOfShard = 30;
const sim::InventedBank kBank{kShards * kPeopleOfShard, 6, 5};

ports::MemoryStore small_bank() {
  ports::MemoryStore out;
  for (std::size_t shard = 0; shard < kShards; ++shard) {
    std::vector<PersonRecords> people;
    for (std::size_t k = 0; k < kPeopleOfShard; ++k) {
      people.push_back(kBank.records(shard * kPeopleOfShard + k));
    }
    EXPECT_TRUE(out.write(shard_name(shard), encode_shard(people), false));
  }
  return out;
}

const ports::MemoryStore& bank() {
  static const ports::MemoryStore store = small_bank();
  return store;
}

const SearchPlan& plan() {
  static const SearchPlan made = [] {
    SearchPlan out = *make_search_plan(bank(), 0, 1'500);
    out.params.second = biometrics::Score{100};  // 1,500 pairs measure two decades
    out.params.total = biometrics::Score{600};
    return out;
  }();
  return made;
}

// In two processes that share the units by turns: one after the other, in another order.
class TurnedProcesses : public ports::Processes {
 public:
  void each(std::size_t units, ports::SplitWork& work) override {
    for (std::size_t k = units; k-- > 0;) work.take(k, work.answer(k, work.question(k)));
  }
  [[nodiscard]] bool leading() const override { return true; }
  [[nodiscard]] std::size_t count() const override { return 2; }
};

SearchResult searched(const SearchPlan& search_plan, ports::Processes& processes,
                      ports::Store& kept) {
  const DuplicateSearch search{search_plan, bank()};
  EXPECT_TRUE(run_units(search, processes, kept, nullptr));
  const auto out = gather(search, kept);
  EXPECT_TRUE(out) << out.error().debug();
  return *out;
}

TEST(DuplicateSearch, PlantedDuplicatesAreFoundAndNobodyElse) {
  TurnedProcesses processes;
  ports::MemoryStore kept;

  const SearchResult result = searched(plan(), processes, kept);

  EXPECT_EQ(result.counts.people, 90U);
  EXPECT_EQ(result.counts.pairs, 90U * 89 / 2);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found, planted;
  for (const DuplicateCase& c : result.cases) found.emplace_back(c.first, c.second);
  for (std::uint64_t p = 0; p < kBank.people; ++p) {
    if (kBank.original(p) != p) planted.emplace_back(kBank.original(p), p);
  }
  std::ranges::sort(planted);
  EXPECT_EQ(found, planted);
}

TEST(DuplicateSearch, ProbesAreSearchedInAllOthersOnly) {
  SearchPlan probes = plan();
  probes.probes = 1;
  TurnedProcesses processes;
  ports::MemoryStore kept;

  const SearchResult result = searched(probes, processes, kept);

  EXPECT_EQ(result.counts.pairs, 30U * 60 + 30 * 29 / 2);
  EXPECT_EQ(result.cases.size(), 6U);
}

TEST(DuplicateSearch, InterruptedSearchGoesOnAndGivesTheSameBytesInAnyOrderAndOnAnyThreads) {
  const DuplicateSearch search{plan(), bank()};
  TurnedProcesses turned;
  adapters::Threads workers{2};
  ports::OneProcess threads{workers};
  ports::MemoryStore one, two;
  const SearchResult whole = searched(plan(), turned, one);
  ASSERT_TRUE(run_units(search, threads, two, nullptr));

  ASSERT_TRUE(two.remove(search.name(1)));                              // never finished
  ASSERT_TRUE(two.write(search.name(2), as_bytes("torn off"), false));  // cut by a power failure
  Bytes flipped = **two.read(search.name(3));
  flipped.back() ^= 1;
  ASSERT_TRUE(two.write(search.name(3), flipped, false));
  const auto again = run_units(search, threads, two, nullptr);

  ASSERT_TRUE(again);
  EXPECT_EQ(std::ranges::count(again->again, false), 3);
  const auto resumed = gather(search, two);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->tiles, whole.tiles);
  EXPECT_EQ(resumed->cases, whole.cases);
  EXPECT_EQ(resumed->counts, whole.counts);
}

TEST(DuplicateSearch, ChangedShardOrMissingTileIsSeen) {
  ports::MemoryStore other = small_bank();
  Bytes shard = **other.read(shard_name(1));
  shard[shard.size() / 2] ^= 1;
  ASSERT_TRUE(other.write(shard_name(1), shard, false));
  const DuplicateSearch search{plan(), other};
  TurnedProcesses processes;
  ports::MemoryStore kept;

  const auto run = run_units(search, processes, kept, nullptr);

  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, kBadShard);
  EXPECT_FALSE(gather(search, kept));
}

TEST(DuplicateSearch, PlanIsOneFormOfBytesAndRefusesOthers) {
  const Bytes bytes = encode(plan());

  const auto read = decode_search_plan(bytes);

  ASSERT_TRUE(read);
  EXPECT_EQ(encode(*read), bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode_search_plan(ByteView{bytes}.first(n)));
  }
  ports::MemoryStore empty;
  EXPECT_EQ(make_search_plan(empty, 0, 1'000).error().code, kSmallBank);
}

TEST(DuplicateSearch, OnlyItsExaminerOpensAWorkListAndOnlyCountsAreInTheOpen) {
  tests::SeededRng rng{3};
  const auto first = crypto::box_key_pair(rng), second = crypto::box_key_pair(rng);
  TurnedProcesses processes;
  ports::MemoryStore kept, out;
  const SearchResult result = searched(plan(), processes, kept);
  const std::array keys{first.public_key, second.public_key};

  ASSERT_TRUE(write_result(result, plan(), keys, out));

  const auto open = [&](std::string_view file, const crypto::BoxKeyPair& key) {
    return open_cases(**out.read(file), key);
  };
  auto mine = open("cases-1.sealed", first), theirs = open("cases-2.sealed", second);
  ASSERT_TRUE(mine && theirs);
  EXPECT_FALSE(open("cases-1.sealed", second));
  EXPECT_NE(mine->cases, theirs->cases);  // each in an order of its own
  const auto by_people = [](const DuplicateCase& c) { return std::pair{c.first, c.second}; };
  std::ranges::sort(mine->cases, {}, by_people);
  EXPECT_EQ(mine->cases, result.cases);
  const std::string counts{as_text(**out.read("counts.csv"))};
  EXPECT_NE(counts.find("\ncases,6\n"), std::string::npos);
  const std::array same{first.public_key, first.public_key};
  EXPECT_EQ(write_result(result, plan(), same, out).error().code, kExaminers);
}

}  // namespace
}  // namespace sufragio::services
