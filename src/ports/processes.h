#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "ports/workers.h"

namespace sufragio::ports {

// A calculation cut into numbered units that do not need each other.
class SplitWork {
 public:
  virtual ~SplitWork() = default;
  // What goes with the number to whoever calculates it. One call at a time, in the leading process.
  [[nodiscard]] virtual Bytes question(std::size_t unit) = 0;
  // A function of the number, of its question and of what every process can read: the same bytes
  // wherever and whenever it runs. Any process, any thread.
  [[nodiscard]] virtual Bytes answer(std::size_t unit, ByteView question) const = 0;
  // One call at a time, in the leading process, in any order of the units.
  virtual void take(std::size_t unit, Bytes answer) = 0;
};

// The processes that share one calculation; perhaps on several machines, perhaps only this one. All
// of them make the same calls in the same order.
class Processes {
 public:
  virtual ~Processes() = default;
  // Every unit of [0, units) once; `units` of the leading process counts. The leading process
  // returns when all answers are taken, the others when nothing is left to calculate.
  virtual void each(std::size_t units, SplitWork& work) = 0;
  [[nodiscard]] virtual bool leading() const = 0;       // true in exactly one of them
  [[nodiscard]] virtual std::size_t count() const = 0;  // how many share the work
};

class OneProcess : public Processes {  // with workers of its own
 public:
  explicit OneProcess(Workers& workers) : workers_{workers} {}
  void each(std::size_t units, SplitWork& work) override;
  [[nodiscard]] bool leading() const override { return true; }
  [[nodiscard]] std::size_t count() const override { return 1; }

 private:
  Workers& workers_;
};

}  // namespace sufragio::ports
