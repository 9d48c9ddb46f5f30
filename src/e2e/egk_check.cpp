#include "e2e/egk_check.h"

#include <algorithm>

namespace sufragio::e2e {

EgkReport check_egk_record(const EgkRecord& record) {
  return EgkCheck<crypto::P256>{record}.run(
      [](const Hash32& hash) { return crypto::P256::challenge(hash); });
}

Result<Bytes> open_contest_data(const ContestData& data, ByteView beta, ByteView joint,
                                std::string_view contest_id, const Hash32& extended) {
  if (data.c1.size() % 32 != 0 || data.c1.size() > 32 * 1'000) return fail(kContestData);
  const Hash32 secret = crypto::KeyedHash{extended}
                            .message()
                            .byte(0x22)
                            .bytes(joint)
                            .bytes(data.c0)
                            .bytes(beta)
                            .finish();
  const crypto::KeyedHash keyed{secret};
  const auto block_key = [&](std::uint32_t i) {
    crypto::KeyedHash::Message message = keyed.message();
    message.uint32(i).bytes(as_bytes("share_enc_keys")).byte(0);
    message.bytes(as_bytes("contest_data")).bytes(as_bytes(contest_id)).uint32(8 * data.size);
    return message.finish();
  };
  const Hash32 mac =
      crypto::KeyedHash{block_key(0)}.message().bytes(data.c0).bytes(data.c1).finish();
  if (mac != data.c2) return fail(kContestData);
  Bytes out = data.c1;
  for (std::size_t at = 0; at < out.size(); at += 32) {
    const Hash32 pad = block_key(static_cast<std::uint32_t>(at / 32 + 1));
    for (std::size_t i = 0; i < 32; ++i) out[at + i] ^= pad.data[i];
  }
  out.resize(std::min<std::size_t>(out.size(), data.size));
  return out;
}

}  // namespace sufragio::e2e
