#include "services/encrypted/duplicates.h"

#include <algorithm>
#include <mutex>

#include "services/encrypted/codes.h"

namespace sufragio::services {

namespace {

constexpr std::size_t kBuckets = 256;

// 32 bytes of the coordinate would double the memory; two of 2^64 pairs agree in 16 bytes by
// chance, never in an election.
struct PadKey {
  std::array<std::uint8_t, 16> key{};
  MesaId mesa;
  friend auto operator<=>(const PadKey&, const PadKey&) = default;
};

}  // namespace

struct DuplicateFinder::State {
  struct Bucket {
    std::mutex mutex;
    std::vector<PadKey> keys;
  };
  std::array<Bucket, kBuckets> buckets;
};

DuplicateFinder::DuplicateFinder() : state_{std::make_unique<State>()} {}
DuplicateFinder::~DuplicateFinder() = default;

void DuplicateFinder::add(const MesaId& mesa, std::span<const Bytes> pads) {
  for (const Bytes& pad : pads) {
    if (pad.size() != 33) continue;  // no element: its ballot is refused for that
    PadKey key{{}, mesa};
    std::copy_n(pad.begin() + 1, key.key.size(), key.key.begin());
    State::Bucket& bucket = state_->buckets[pad[1]];
    const std::scoped_lock lock{bucket.mutex};
    bucket.keys.push_back(key);
  }
}

std::vector<Error> DuplicateFinder::find() {
  std::vector<Error> out;
  for (State::Bucket& bucket : state_->buckets) {
    std::ranges::sort(bucket.keys);
    for (std::size_t i = 1; i < bucket.keys.size(); ++i) {
      if (bucket.keys[i - 1].key != bucket.keys[i].key) continue;
      out.push_back(Error{kDuplicate}
                        .with("mesa", std::string_view{bucket.keys[i - 1].mesa.text()})
                        .with("other", std::string_view{bucket.keys[i].mesa.text()}));
    }
    bucket.keys.clear();
  }
  return out;
}

}  // namespace sufragio::services
