#include "adapters/threads/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace sufragio::adapters {

namespace {
thread_local bool inside_work = false;
}

Threads::Threads(std::size_t width)
    : width_{width != 0 ? width : std::max<std::size_t>(1, std::thread::hardware_concurrency())} {}

void Threads::each(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&]() noexcept {
    const bool before = inside_work;
    inside_work = true;
    for (std::size_t i = next++; i < count; i = next++) work(i);
    inside_work = before;
  };
  std::vector<std::jthread> helpers;
  const std::size_t wanted = inside_work ? 1 : std::min(width_, count);
  for (std::size_t i = 1; i < wanted; ++i) helpers.emplace_back(run);
  run();
}

}  // namespace sufragio::adapters
