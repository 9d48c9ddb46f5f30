#include "adapters/xz/xz.h"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <memory>

#include "adapters/xz/codes.h"

namespace sufragio::adapters {

namespace {

constexpr std::array<std::uint8_t, 6> kMagic{0xfd, '7', 'z', 'X', 'Z', 0x00};
constexpr std::uint64_t kMemoryLimit = std::uint64_t{128} << 20;
constexpr std::size_t kStep = std::size_t{1} << 20;

tl::unexpected<Error> failed(lzma_ret status, std::size_t offset) {
  Code code = xz_codes::kNotXz;
  if (status == LZMA_MEMLIMIT_ERROR || status == LZMA_MEM_ERROR) code = xz_codes::kMemory;
  return fail(code, {{"offset", std::to_string(offset)}});
}

struct End {
  void operator()(lzma_stream* stream) const { lzma_end(stream); }
};

}  // namespace

bool looks_like_xz(ByteView bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Result<Bytes> unpack_xz(ByteView packed, std::size_t max_size) {
  if (!looks_like_xz(packed)) return failed(LZMA_FORMAT_ERROR, 0);
  lzma_stream stream = LZMA_STREAM_INIT;
  const std::unique_ptr<lzma_stream, End> guard{&stream};
  const std::uint32_t flags = LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK;
  const lzma_ret started = lzma_stream_decoder(&stream, kMemoryLimit, flags);
  if (started != LZMA_OK) return failed(started, 0);
  stream.next_in = packed.data();
  stream.avail_in = packed.size();
  Bytes out;
  for (;;) {
    // One byte more than the limit shows that there is more.
    const std::size_t room = std::min(kStep, max_size + 1 - out.size());
    const std::size_t before = out.size();
    out.resize(before + room);
    stream.next_out = out.data() + before;
    stream.avail_out = room;
    const lzma_ret status = lzma_code(&stream, LZMA_FINISH);
    out.resize(before + room - stream.avail_out);
    if (out.size() > max_size) {
      return fail(xz_codes::kTooLarge, {{"limit", std::to_string(max_size)}});
    }
    const std::size_t offset = packed.size() - stream.avail_in;
    if (status == LZMA_STREAM_END) return out;
    if (status == LZMA_OK) continue;
    return failed(status, offset);
  }
}

}  // namespace sufragio::adapters
