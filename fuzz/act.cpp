// The payload of an act of award (docs/spec/award.md): what does not follow from the rows.
#include "services/award/act_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const auto plan = services::decode_plan({data, size});
  if (!plan) return 0;
  services::Act act;
  act.plan = *plan;
  // What was read is written the same way, and read again.
  const Bytes again = services::encode_act(act, {}, {});
  if (!services::decode_plan(again)) __builtin_trap();
  return 0;
}
