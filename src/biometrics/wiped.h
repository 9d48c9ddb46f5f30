#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace sufragio::biometrics {

void wipe_memory(void* data, std::size_t bytes) noexcept;  // not optimised away

// What is derived from a finger is treated as the finger itself: its memory is wiped before it goes
// back to the heap. What must be locked in RAM too lives in a crypto::SecretBuffer (prepare.h).
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return std::allocator<T>{}.allocate(n); }
  void deallocate(T* data, std::size_t n) noexcept {
    wipe_memory(data, n * sizeof(T));
    std::allocator<T>{}.deallocate(data, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

template <typename T>
using Wiped = std::vector<T, WipingAllocator<T>>;

}  // namespace sufragio::biometrics
