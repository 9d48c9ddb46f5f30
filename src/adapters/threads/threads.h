#pragma once

#include "ports/workers.h"

namespace sufragio::adapters {

// Threads that live for one `each`: fork, share the numbers, join. Starting them costs some tens of
// microseconds, so give them batches. A call from inside the work runs on the thread that makes it.
class Threads : public ports::Workers {
 public:
  explicit Threads(std::size_t width);  // 0 = as many as the machine has cores
  // `work` must not throw.
  void each(std::size_t count, const std::function<void(std::size_t)>& work) override;
  [[nodiscard]] std::size_t width() const override { return width_; }

 private:
  std::size_t width_;
};

}  // namespace sufragio::adapters
