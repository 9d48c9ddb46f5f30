// The JSON files of a foreign election record.
#include "adapters/json/json.h"
#include "e2e/egk_write.h"

using namespace sufragio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const auto file = adapters::parse_json(text);
  if (!file) return 0;
  if (const auto ballot = e2e::read_egk_ballot(*file)) {
    const std::string again = e2e::write_egk_ballot(*ballot, "d", 0);
    if (e2e::read_egk_ballot(adapters::parse_json(again).value())->ballot != ballot->ballot) {
      __builtin_trap();
    }
  }
  (void)e2e::read_egk_constants(*file);
  (void)e2e::read_egk_manifest({data, size}, *file);
  (void)e2e::read_egk_config(*file);
  (void)e2e::read_egk_keys(*file);
  (void)e2e::read_egk_tally(*file);
  (void)e2e::read_egk_decryption(*file);
  (void)e2e::read_egk_chain(*file);
  return 0;
}
