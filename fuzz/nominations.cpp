// What is read as a history is written again the same; its fold and its acts never break.
#include <cstdlib>

#include "crypto/cose.h"
#include "election/nominations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sufragio;
  const ByteView bytes{data, size};
  if (const auto history = election::read_nominations(as_text(bytes))) {
    const auto again = election::read_nominations(election::write_nominations(*history));
    if (!again || *again != *history) std::abort();
    const election::NominationState state =
        election::state_at(*history, LocalMinute{std::int64_t{1} << 40});
    for (const auto& [key, card] : state.cards) (void)state.ballot(std::get<0>(key));
  }
  // The key is a point of the curve (its generator); no signature of it will verify.
  crypto::PublicKey key;
  key.algorithm = crypto::Algorithm::es256;
  key.bytes =
      from_hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").value();
  const auto verifier = crypto::Verifier::from(key);
  if (verifier && election::open_nominations("e", bytes, *verifier)) {
    if (size > 1) std::abort();  // only the empty list has no signature
  }
  return 0;
}
