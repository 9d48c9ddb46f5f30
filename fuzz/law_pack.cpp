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
  if (election::parent_of(*doc)) {
    // As the child of itself and of nothing: refused or complete, never a crash.
    static_cast<void>(election::complete_law({text, *doc}, {text, *doc}));
    static_cast<void>(election::complete_law({text, *doc}, {"", {}}));
  }
  const auto pack = election::read_law_pack(text, *doc);
  if (!pack) return 0;
  CHECK(!pack->split.steps.empty() && pack->split.steps.front().total_from == 0);
  CHECK(pack->list.threshold.den > 0);
  const auto by_list = election::list_seats(*pack, 1'000'000);
  CHECK(by_list.has_value() == (pack->split.kind != election::SplitKind::given));
  CHECK(by_list.value_or(0) <= 1'000'000);
  return 0;
}
