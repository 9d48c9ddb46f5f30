#pragma once

#include <cstddef>
#include <functional>

namespace sufragio::ports {

class Workers {  // the only way to threads
 public:
  virtual ~Workers() = default;
  // Calls work(i) once for each i in [0, count), in any order, perhaps at the same time; returns
  // when all are done.
  virtual void each(std::size_t count, const std::function<void(std::size_t)>& work) = 0;
  [[nodiscard]] virtual std::size_t width() const = 0;  // how many run at the same time
};

class Inline : public Workers {  // one after the other, in order: tests and the simulator
 public:
  void each(std::size_t count, const std::function<void(std::size_t)>& work) override {
    for (std::size_t i = 0; i < count; ++i) work(i);
  }
  [[nodiscard]] std::size_t width() const override { return 1; }
};

}  // namespace sufragio::ports
