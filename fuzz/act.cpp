// The payload of an act of award (docs/spec/award.md): what does not follow from the rows.
#include "services/award/act_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const auto given = services::decode_given({data, size});
  if (!given) return 0;
  services::Act act;
  act.plan = given->plan;
  act.nominations = given->nominations;
  // What was read is written the same way, and read again.
  const Bytes again = services::encode_act(act, {}, {});
  if (!services::decode_given(again)) __builtin_trap();
  return 0;
}
