// A law pack as text: TOML, then the schema (docs/spec/law-pack.md).
#include "election/law_pack.h"
#include "adapters/toml/toml.h"
#include "base/bytes.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const std::string_view text = as_text({data, size});
  const auto doc = adapters::parse_toml(text);
  if (!doc) return 0;
  const auto pack = election::read_law_pack(text, *doc);
  if (!pack) return 0;
  CHECK(!pack->split.empty() && pack->split.front().total_from == 0);
  CHECK(pack->list.threshold.den > 0);
  CHECK(election::list_seats(*pack, UINT32_MAX) == pack->split.back().seats);
  return 0;
}
