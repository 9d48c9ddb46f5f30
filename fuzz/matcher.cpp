// Two prints of any minutiae: no score leaves its bounds, is another when they are swapped, or
// depends on the width of registers.
#include "biometrics/compare.h"

namespace {

using namespace sufragio;
using namespace sufragio::biometrics;

constexpr std::size_t kHead = 3, kEach = 5;

// 1 byte number of minutiae of the first print, 2 bytes resolutions; 5 bytes a minutia.
Prepared print_of(ByteView minutiae, std::uint8_t resolution) {
  Template finger;
  finger.width = finger.height = 2'048;
  finger.ppcm_x = static_cast<std::uint16_t>(98 + 32 * (resolution >> 4));
  finger.ppcm_y = static_cast<std::uint16_t>(98 + 32 * (resolution & 15));
  FingerView view;
  for (; minutiae.size() >= kEach && view.minutiae.size() < 255;
       minutiae = minutiae.subspan(kEach)) {
    Minutia m;
    m.x = static_cast<std::uint16_t>((minutiae[0] << 8 | minutiae[1]) & 2'047);
    m.y = static_cast<std::uint16_t>((minutiae[2] << 8 | minutiae[3]) & 2'047);
    m.angle = minutiae[4];
    m.quality = minutiae[0] >> 3;
    view.minutiae.push_back(m);
  }
  finger.views.push_back(std::move(view));
  auto out = prepare(finger, finger.views[0], crypto::SecretBuffer::Kind::plain);
  if (!out) __builtin_trap();
  return std::move(*out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  const ByteView minutiae{data + kHead, size - kHead};
  const std::size_t first = std::min(kEach * data[0], minutiae.size());
  const Prepared a = print_of(minutiae.first(first), data[1]);
  const Prepared b = print_of(minutiae.subspan(first), data[2]);
  static Matcher portable = *Matcher::make(crypto::SecretBuffer::Kind::plain, Lanes::portable);
  static Matcher wide = *Matcher::make(crypto::SecretBuffer::Kind::plain);
  const Scores there = portable.compare(a.view(), b.view());
  const auto pairs = portable.pairs(a.view(), b.view());
  const Scores back = wide.compare(b.view(), a.view());
  const bool same = there.relaxation == back.relaxation &&
                    there.verification == back.verification && there.raw == back.raw;
  const bool bounded = there.relaxation <= 1U << 24 && there.verification <= 11U << 15;
  if (!same || !bounded || pairs.size() > kMaxMinutiae) __builtin_trap();
  if (portable.first_stage(a.view(), b.view()) != wide.first_stage(b.view(), a.view())) {
    __builtin_trap();
  }
  return 0;
}
