// The wrapped secrets in the private folder of a guardian, as whoever held the medium left them:
// read or refused, encoded to the same bytes, opened with and without a card; a guardian's steps
// from whatever lay inside the wrapping; and the nonces that wait there for the second round.
#include "base/check.h"
#include "crypto/secrets.h"
#include "e2e/tally.h"
#include "ports/memory_store.h"
#include "services/ceremony/guardian.h"
#include "services/ceremony/wrapped.h"
#include "tests/support/software_card.h"

using namespace sufragio;

namespace {

using tests::SoftwareCard;

services::GuardianSelf self_with(ports::KeyToken* card) {
  services::GuardianSelf out;
  out.number = 1;
  out.name = "g";
  out.passphrase = "una frase de paso";
  out.cost = services::WrapCost::test;
  out.token = card;
  return out;
}

// A file names the cost of opening it, up to a gibibyte: only cheap ones are opened here.
void opened(ByteView bytes, SoftwareCard& card) {
  const auto wrapped = services::read_wrapped(bytes);
  if (!wrapped) return;
  CHECK(equal(services::encode(*wrapped), bytes));
  if (wrapped->passes > 2 || wrapped->memory_kib > 64) return;
  (void)services::unwrap(bytes, self_with(nullptr));
  (void)services::unwrap(bytes, self_with(&card));
}

// A true file with some of its bytes changed and its end cut off or grown.
void damaged(ByteView bytes, SoftwareCard& card) {
  static const Bytes files[] = {
      [] {
        crypto::SystemRng rng;
        return services::wrap(Bytes(40, 7), self_with(nullptr), rng).value();
      }(),
      [&] {
        crypto::SystemRng rng;
        return services::wrap(Bytes(40, 7), self_with(&card), rng).value();
      }()};
  if (bytes.size() < 2) return;
  Bytes file = files[bytes[0] % 2];
  file.resize(file.size() + bytes[1] % 5 - 2);
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    file[bytes[i] % file.size()] ^= bytes[i + 1];
  }
  opened(file, card);
}

void inside(ByteView bytes, SoftwareCard& card) {
  crypto::SystemRng rng;
  const services::GuardianSelf self = self_with(&card);
  const Bytes wrapped = services::wrap(bytes, self, rng).value();
  CHECK(equal(services::unwrap(wrapped, self).value(), bytes));
  ports::MemoryStore exchange;
  ports::MemoryStore own;
  CHECK(services::prepare_ceremony(exchange, {{2, 1, {}}, 10, {}}).has_value());
  CHECK(own.write("guardian.key", wrapped, false).has_value());
  (void)services::advance_ceremony(exchange, own, self, rng);
}

void nonces(ByteView bytes) {
  const auto read = e2e::OpeningSecret::load(bytes);
  if (read) CHECK(equal(read->save(), bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static crypto::SystemRng rng;
  static SoftwareCard card{rng};
  const ByteView bytes{data, size};
  opened(bytes, card);
  damaged(bytes, card);
  nonces(bytes);
  if (size > 0 && data[0] % 8 == 5) inside(bytes, card);  // an array: what a private file may be
  return 0;
}
