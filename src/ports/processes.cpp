#include "ports/processes.h"

#include <mutex>

namespace sufragio::ports {

void OneProcess::each(std::size_t units, SplitWork& work) {
  std::mutex mutex;
  workers_.each(units, [&](std::size_t unit) {
    Bytes question;
    {
      const std::scoped_lock lock{mutex};
      question = work.question(unit);
    }
    Bytes answer = work.answer(unit, question);
    const std::scoped_lock lock{mutex};
    work.take(unit, std::move(answer));
  });
}

}  // namespace sufragio::ports
