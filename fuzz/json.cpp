// JSON of strangers: no crash, no deep recursion.
#include "adapters/json/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto doc =
      sufragio::adapters::parse_json(std::string_view{reinterpret_cast<const char*>(data), size});
  if (doc) (void)doc->find("key");
  return 0;
}
