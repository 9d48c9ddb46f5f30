#include <algorithm>
#include <tuple>

#include "biometrics/fmr_parts.h"

// ISO/IEC 19794-2:2011. A record may state frame and resolution per representation; a template has
// one frame, so representations of different frames are refused, not mixed.
namespace sufragio::biometrics::fmr {
namespace {

constexpr std::size_t kHeader = 15, kSmallest = 39, kTimeBytes = 9;
constexpr unsigned kNotReported = 254, kFailed = 255;
constexpr std::uint8_t kLongMinutiae = 0x60;  // 6 bytes each, endings at the valley's fork

bool impression_of_2011(unsigned value) {
  return value <= 9 || value == 24 || value == 28 || value == 29;
}

Result<void> need(const ByteReader& in, std::size_t bytes) {
  if (in.left() >= bytes) return {};
  return bad(kViewCount, in, "representation", static_cast<std::int64_t>(in.left()));
}

// The first block's score is the quality of the finger; 255 says that computing it failed.
Result<std::uint8_t> read_quality(ByteReader& in) {
  const std::size_t blocks = in.u8();
  TRY(need(in, 5 * blocks));
  std::uint8_t out = 0;
  for (std::size_t k = 0; k < blocks; ++k) {
    const std::uint8_t score = in.u8();
    in.u32();
    if (score > 100 && score != kFailed) return bad(kFieldRange, in, "quality", score);
    if (k == 0 && score != kFailed) out = score;
  }
  return out;
}

Result<void> read_frame(ByteReader& in, Template& finger, FingerView& view) {
  Template frame;
  frame.ppcm_x = in.u16();
  frame.ppcm_y = in.u16();
  view.impression = in.u8();
  frame.width = in.u16();
  frame.height = in.u16();
  if (!impression_of_2011(view.impression)) {
    return bad(kFieldRange, in, "impression", view.impression);
  }
  TRY(check_frame(frame, in));
  frame.device = finger.device;
  const bool first = finger.views.empty();
  if (!first && (frame.width != finger.width || frame.height != finger.height ||
                 frame.ppcm_x != finger.ppcm_x || frame.ppcm_y != finger.ppcm_y)) {
    return bad(kFrame, in, "representation", static_cast<std::int64_t>(finger.views.size()));
  }
  if (first) std::tie(finger.width, finger.height) = std::tuple{frame.width, frame.height};
  if (first) std::tie(finger.ppcm_x, finger.ppcm_y) = std::tuple{frame.ppcm_x, frame.ppcm_y};
  return {};
}

Result<void> read_minutiae(ByteReader& in, const Template& finger, FingerView& view) {
  const unsigned form = in.u8();
  const std::size_t size = form >> 4;
  if ((size != 5 && size != 6) || (form & 15) > 1) return bad(kFieldForm, in, "form", form);
  const std::size_t count = in.u8();
  if (count == 0) return bad(kFieldForm, in, "minutiae", 0);
  TRY(need(in, count * size));
  view.minutiae.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    Minutia minutia = TRY(read_place(in));
    TRY(check_minutia(minutia, finger, in));
    minutia.angle = in.u8();
    const unsigned quality = size == 6 ? in.u8() : kNotReported;
    if (quality > 100 && quality < kNotReported) return bad(kFieldRange, in, "quality", quality);
    minutia.quality = static_cast<std::uint8_t>(quality > 100 ? 0 : quality);
    view.minutiae.push_back(minutia);
  }
  return {};
}

Result<void> read_representation(ByteView bytes, bool certified, Template& finger) {
  ByteReader in{bytes};
  in.u32();
  in.take(kTimeBytes);  // times of capture are not kept
  in.u8();              // technology
  in.u16();             // vendor
  const std::uint16_t device = in.u16();
  if (finger.views.empty()) finger.device = device;
  FingerView view;
  view.quality = TRY(read_quality(in));
  if (certified) {
    TRY(need(in, 1));
    const std::size_t blocks = in.u8();
    TRY(need(in, 3 * blocks));
    in.take(3 * blocks);
  }
  TRY(need(in, 13));
  view.position = in.u8();
  view.view = in.u8();
  if (view.position > 10) return bad(kFieldRange, in, "position", view.position);
  TRY(read_frame(in, finger, view));
  TRY(need(in, 2));
  TRY(read_minutiae(in, finger, view));
  TRY(need(in, 2));
  view.extended = TRY(read_extended(in));
  if (in.left() != 0) return bad(kViewCount, in, "trailing", static_cast<std::int64_t>(in.left()));
  finger.views.push_back(std::move(view));
  return {};
}

Result<void> write_representation(ByteWriter& out, const FingerView& view, const Template& finger) {
  if (view.minutiae.empty()) return not_writable("minutiae", 0);
  if (!impression_of_2011(view.impression)) return not_writable("impression", view.impression);
  const std::size_t start = out.size();
  out.u32(0);
  for (std::size_t k = 0; k < kTimeBytes; ++k) out.u8(0xff);
  out.u8(0);
  out.u16(0);
  out.u16(finger.device);
  out.u8(view.quality == 0 ? 0 : 1);
  if (view.quality != 0) {
    out.u8(view.quality);
    out.u32(0);
  }
  out.u8(view.position);
  out.u8(view.view);
  out.u16(finger.ppcm_x);
  out.u16(finger.ppcm_y);
  out.u8(view.impression);
  out.u16(finger.width);
  out.u16(finger.height);
  out.u8(kLongMinutiae);
  out.u8(static_cast<unsigned>(view.minutiae.size()));
  for (const Minutia& m : view.minutiae) {
    write_place(out, m);
    out.u8(m.angle);
    out.u8(m.quality == 0 ? kNotReported : m.quality);
  }
  write_extended(out, view);
  out.put_u32(start, static_cast<std::uint32_t>(out.size() - start));
  return {};
}

}  // namespace

Result<Template> decode_2011(ByteView record) {
  ByteReader in{record};
  in.take(8);
  if (in.left() < kHeader - 8) {
    return bad(kRecordShort, in, "header", static_cast<std::int64_t>(in.left()));
  }
  const std::size_t length = in.u32();
  if (length != record.size()) {
    return bad(length > record.size() ? kRecordShort : kRecordLong, in, "length",
               static_cast<std::int64_t>(length));
  }
  const std::size_t count = in.u16();
  const unsigned flag = in.u8();
  if (count == 0 || count * kSmallest > in.left()) {
    return bad(kViewCount, in, "views", static_cast<std::int64_t>(count));
  }
  if (count > kMaxViews) return bad(kRecordLimit, in, "views", static_cast<std::int64_t>(count));
  if (flag > 1) return bad(kFieldForm, in, "flag", flag);
  Template out;
  for (std::size_t k = 0; k < count; ++k) {
    ByteReader ahead = in;
    TRY(need(in, kSmallest));
    const std::size_t size = ahead.u32();
    if (size < kSmallest || size > in.left()) {
      return bad(kViewCount, in, "representation", static_cast<std::int64_t>(size));
    }
    TRY(read_representation(in.take(size), flag == 1, out));
  }
  if (in.left() != 0) return bad(kViewCount, in, "trailing", static_cast<std::int64_t>(in.left()));
  return out;
}

Result<Bytes> encode_2011(const Template& finger) {
  ByteWriter out;
  out.u32(0x464D5200);
  out.u32(0x30333000);
  out.u32(0);
  out.u16(static_cast<unsigned>(finger.views.size()));
  out.u8(0);
  for (const FingerView& view : finger.views) TRY(write_representation(out, view, finger));
  if (out.size() >= kMaxRecordBytes) {
    return not_writable("record", static_cast<std::int64_t>(out.size()));
  }
  out.put_u32(8, static_cast<std::uint32_t>(out.size()));
  return out.take();
}

}  // namespace sufragio::biometrics::fmr
