#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "crypto/secrets.h"

// Lists whose content is a vote or a finger: their memory is overwritten before it goes back to the
// heap. What must be locked in RAM too lives in a SecretBuffer.
namespace sufragio::crypto {

template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  [[nodiscard]] T* allocate(std::size_t n) { return std::allocator<T>{}.allocate(n); }
  void deallocate(T* at, std::size_t n) noexcept {
    wipe({reinterpret_cast<std::uint8_t*>(at), n * sizeof(T)});
    std::allocator<T>{}.deallocate(at, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) = default;
};

template <typename T>
using Wiped = std::vector<T, WipingAllocator<T>>;

}  // namespace sufragio::crypto
