// Plans, shards and prepared blocks of the duplicate search (docs/spec/duplicates.md).
#include "services/duplicates/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  if (const auto plan = services::decode_search_plan(bytes)) {
    if (!equal(services::encode(*plan), bytes)) __builtin_trap();
  }
  if (auto people = services::decode_shard(bytes)) {
    if (!equal(services::encode_shard(*people), bytes)) __builtin_trap();
    static_cast<void>(services::ShardPrints::open(std::move(*people)));
  }
  alignas(biometrics::kBlockAlignment) static std::uint8_t block[16 * 1'024];
  const std::size_t length = size < sizeof block ? size : sizeof block;
  for (std::size_t k = 0; k < length; ++k) block[k] = data[k];
  static_cast<void>(biometrics::view_block({block, length}));
  return 0;
}
