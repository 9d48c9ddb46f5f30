// Bytes of encrypted ballots and bundles: refused or read, never anything else.
#include "crypto/hash.h"
#include "e2e/bundle.h"

using namespace sufragio;

namespace {

const e2e::Key& key() {
  static const e2e::Key made{crypto::P256Base::generator().element(),
                             crypto::sha256(as_bytes("fuzz"))};
  return made;
}

e2e::Shape shape() {
  e2e::Shape out;
  out.contests = {{1, {1, 2}, 1, 1}};
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  if (const auto ballot = e2e::decode_ballot(bytes, shape(), key())) {
    if (e2e::encode_ballot(*ballot) != to_bytes(bytes)) __builtin_trap();
    crypto::P256Work work;
    const auto verdict = e2e::verify_ballot(ballot->ballot, shape(), key(), work, nullptr);
    (void)verdict;
  }
  e2e::BundleReader reader{bytes};
  for (;;) {
    const auto next = reader.next();
    if (!next || !*next) break;
  }
  return 0;
}
