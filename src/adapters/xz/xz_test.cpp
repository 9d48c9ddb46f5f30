#include "adapters/xz/xz.h"

#include <gtest/gtest.h>
#include <lzma.h>

#include "adapters/xz/codes.h"
#include "tests/support/support.h"

namespace sufragio::adapters {
namespace {

constexpr std::size_t kPlenty = std::size_t{64} << 20;

Bytes pack(ByteView plain) {
  Bytes out(lzma_stream_buffer_bound(plain.size()));
  std::size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, plain.data(), plain.size(),
                                    out.data(), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

TEST(Xz, GivesBackWhatWasPacked) {
  const Bytes plain = to_bytes(as_bytes("CENTRO,MESA\n010101001,1\n"));
  const Bytes packed = pack(plain);
  EXPECT_TRUE(looks_like_xz(packed));
  EXPECT_FALSE(looks_like_xz(plain));
  EXPECT_EQ(unpack_xz(packed, kPlenty), plain);
  EXPECT_EQ(unpack_xz(pack({}), 0), Bytes{});
}

TEST(Xz, ReadsStreamsOneAfterTheOther) {
  Bytes both = pack(as_bytes("one,"));
  const Bytes second = pack(as_bytes("two"));
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(unpack_xz(both, kPlenty), to_bytes(as_bytes("one,two")));
}

TEST(Xz, StopsAtTheLimitOfTheUnpackedSize) {
  const Bytes zeros(10'000'000);
  const Bytes packed = pack(zeros);  // a few kilobytes
  EXPECT_EQ(unpack_xz(packed, zeros.size()).value().size(), zeros.size());
  const Result<Bytes> over = unpack_xz(packed, zeros.size() - 1);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, xz_codes::kTooLarge);
  EXPECT_EQ(over.error().fact("limit"), "9999999");
}

TEST(Xz, RefusesADamagedACutAndAForeignFile) {
  const Bytes packed = pack(as_bytes(std::string(5000, 'a') + "b"));
  for (std::size_t i = 0; i < packed.size(); ++i) {
    Bytes damaged = packed;
    damaged[i] ^= 0x10;
    EXPECT_FALSE(unpack_xz(damaged, kPlenty)) << "byte " << i;
    EXPECT_FALSE(unpack_xz(ByteView{packed}.first(i), kPlenty)) << "cut at " << i;
  }
  EXPECT_EQ(unpack_xz(as_bytes("CENTRO,MESA\n"), kPlenty).error().code, xz_codes::kNotXz);
}

TEST(Xz, RefusesBytesAfterTheEnd) {
  Bytes packed = pack(as_bytes("rows"));
  packed.insert(packed.end(), {'t', 'a', 'i', 'l', 'a', 'n', 'd', ' ', 'm', 'o', 'r', 'e'});
  const Result<Bytes> out = unpack_xz(packed, kPlenty);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, xz_codes::kNotXz);
}

TEST(Xz, UnpacksTheRealFiles) {
  const std::string name = "data/presidential-2024/mesas_v2.csv.xz";
  SKIP_WITHOUT_SHARED(name);
  const std::string packed = tests::read_file(*tests::shared_path(name));
  const Result<Bytes> plain = unpack_xz(as_bytes(packed), kPlenty);
  ASSERT_TRUE(plain);
  EXPECT_TRUE(as_text(*plain).starts_with("COD_EDO,EDO,"));
}

}  // namespace
}  // namespace sufragio::adapters
