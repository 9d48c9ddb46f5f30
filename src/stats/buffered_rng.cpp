#include "stats/buffered_rng.h"

namespace sufragio::stats {

void BufferedRng::refill() {
  source_.fill(block_);
  at_ = 0;
}

}  // namespace sufragio::stats
