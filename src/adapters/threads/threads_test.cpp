#include "adapters/threads/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace sufragio::adapters {
namespace {

TEST(Threads, DoEachNumberExactlyOnce) {
  Threads workers{4};
  std::vector<std::atomic<int>> done(10'000);
  workers.each(done.size(), [&](std::size_t i) { ++done[i]; });
  for (const std::atomic<int>& count : done) EXPECT_EQ(count, 1);
}

TEST(Threads, HaveDoneAllTheirWorkWhenTheCallReturns) {
  Threads workers{3};
  for (int round = 0; round < 100; ++round) {
    std::vector<int> out(7, 0);  // plain integers: the join makes them visible
    workers.each(out.size(), [&](std::size_t i) { out[i] = static_cast<int>(i) + 1; });
    EXPECT_EQ(out, (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
  }
}

TEST(Threads, RunAtTheSameTime) {
  Threads workers{2};
  std::atomic<int> arrived{0};
  workers.each(2, [&](std::size_t) {  // each waits for the other
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 2);
}

TEST(Threads, RunWorkInsideWorkWithoutWaitingForThemselves) {
  Threads workers{2};
  std::atomic<int> count{0};
  workers.each(8, [&](std::size_t) { workers.each(8, [&](std::size_t) { ++count; }); });
  EXPECT_EQ(count, 64);
}

TEST(Threads, AcceptNoWorkAndTakeTheWidthOfTheMachine) {
  Threads workers{0};
  EXPECT_GE(workers.width(), 1U);
  workers.each(0, [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace sufragio::adapters
