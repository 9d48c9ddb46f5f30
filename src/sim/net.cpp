#include "sim/net.h"

namespace sufragio::sim {

void SimNet::cut(std::size_t table, std::int64_t until_ms) {
  if (cut_until_.size() <= table) cut_until_.resize(table + 1, 0);
  cut_until_[table] = until_ms;
}

std::vector<SimNet::Delivery> SimNet::send(std::int64_t now_ms, const Message& message) {
  std::vector<Delivery> out;
  if (message.table < cut_until_.size() && now_ms < cut_until_[message.table]) return out;
  int copies = happens(faults_.loss) ? 0 : 1;
  while (copies > 0 && copies < 4 && happens(faults_.duplicate)) ++copies;
  for (int i = 0; i < copies; ++i) {
    Delivery delivery{
        static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(faults_.delay_max_ms) + 1)),
        message};
    if (happens(faults_.corrupt) && !delivery.message.bytes.empty()) {
      const std::size_t byte = rng_.below(delivery.message.bytes.size());
      delivery.message.bytes[byte] ^= static_cast<std::uint8_t>(1U << rng_.below(8));
    }
    out.push_back(std::move(delivery));
  }
  return out;
}

}  // namespace sufragio::sim
