// The messages between the processes of the machine: what decodes encodes to the same bytes.
#include "base/check.h"
#include "machine/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  if (const auto m = machine::decode_to_auth(bytes)) CHECK(equal(machine::encode(*m), bytes));
  if (const auto m = machine::decode_booth_asks(bytes)) CHECK(equal(machine::encode(*m), bytes));
  if (const auto m = machine::decode_auth_asks(bytes)) CHECK(equal(machine::encode(*m), bytes));
  if (const auto m = machine::decode_vault_reply(bytes)) CHECK(equal(machine::encode(*m), bytes));
  if (const auto m = machine::decode_vault_to_booth(bytes)) {
    CHECK(equal(machine::encode(*m), bytes));
  }
  return 0;
}
