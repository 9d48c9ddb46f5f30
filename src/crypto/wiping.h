#pragma once

#include <memory>

#include "crypto/secrets.h"

// Memory that is overwritten before it is given back: for lists whose content is a vote.
namespace sufragio::crypto {

template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  explicit WipingAllocator(const WipingAllocator<U>&) {}
  [[nodiscard]] T* allocate(std::size_t n) { return std::allocator<T>{}.allocate(n); }
  void deallocate(T* at, std::size_t n) {
    wipe({reinterpret_cast<std::uint8_t*>(at), n * sizeof(T)});
    std::allocator<T>{}.deallocate(at, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) = default;
};

}  // namespace sufragio::crypto
