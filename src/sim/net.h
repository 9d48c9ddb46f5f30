#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "base/bytes.h"
#include "base/rng.h"

// The network of the simulated night: it loses, repeats, delays (and so reorders) and changes
// messages, and whole stretches of it fall silent.
namespace sufragio::sim {

struct NetFaults {  // shares in percent; all zero after the faults have healed
  std::uint32_t loss = 0;
  std::uint32_t duplicate = 0;
  std::uint32_t corrupt = 0;
  std::int64_t delay_max_ms = 2'000;
};

struct Message {
  std::size_t table = 0;  // whose line it travels on
  bool to_centre = true;
  Bytes bytes;
};

// One heap of everything that will happen, ordered by (time, sequence): nothing else moves time.
template <typename Event>
class Agenda {
 public:
  void at(std::int64_t time_ms, Event event) { heap_.push({time_ms, next_++, std::move(event)}); }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::int64_t next_time() const { return heap_.top().time_ms; }
  Event take() {
    Event out = heap_.top().event;
    heap_.pop();
    return out;
  }

 private:
  struct Item {
    std::int64_t time_ms;
    std::uint64_t sequence;
    Event event;
    bool operator<(const Item& other) const {  // the earliest on top
      if (time_ms != other.time_ms) return time_ms > other.time_ms;
      return sequence > other.sequence;
    }
  };
  std::priority_queue<Item> heap_;
  std::uint64_t next_ = 0;
};

class SimNet {
 public:
  explicit SimNet(Rng& rng) : rng_{rng} {}
  void set_faults(const NetFaults& faults) { faults_ = faults; }
  void cut(std::size_t table, std::int64_t until_ms);  // nothing passes on this line before

  struct Delivery {
    std::int64_t after_ms = 0;
    Message message;
  };
  // What becomes of a message sent now: no, one or several deliveries.
  [[nodiscard]] std::vector<Delivery> send(std::int64_t now_ms, const Message& message);

 private:
  [[nodiscard]] bool happens(std::uint32_t percent) { return rng_.below(100) < percent; }
  Rng& rng_;
  NetFaults faults_;
  std::vector<std::int64_t> cut_until_;
};

}  // namespace sufragio::sim
