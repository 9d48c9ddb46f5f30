#include <algorithm>
#include <numeric>

#include "biometrics/fmr_parts.h"

// Headless records of cards (ISO/IEC 19794-2, on-card formats). Rounding is half up.
namespace sufragio::biometrics {
namespace {

constexpr unsigned kNormalUnits = 1'000, kCompactUnits = 100;  // per cm
constexpr std::size_t kMostOfACard = 255;

unsigned to_card(unsigned px, unsigned units, unsigned ppcm) {
  return (2 * units * px + ppcm) / (2 * ppcm);
}

unsigned from_card(unsigned value, unsigned units, unsigned ppcm) {
  return (2 * ppcm * value + units) / (2 * units);
}

Wiped<Minutia> chosen(const FingerView& view, const CardRequest& request) {
  Wiped<Minutia> out = view.minutiae;
  if (out.size() > request.most) {
    std::vector<std::size_t> order(out.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return view.minutiae[a].quality > view.minutiae[b].quality;
    });
    order.resize(request.most);
    std::sort(order.begin(), order.end());
    out.clear();
    for (const std::size_t k : order) out.push_back(view.minutiae[k]);
  }
  if (request.order == CardOrder::by_y_then_x) {
    std::stable_sort(out.begin(), out.end(), [](const Minutia& a, const Minutia& b) {
      return a.y != b.y ? a.y < b.y : a.x < b.x;
    });
  }
  return out;
}

}  // namespace

Result<Bytes> encode_card(const Template& finger, const FingerView& view,
                          const CardRequest& request) {
  const bool compact = request.format == CardFormat::compact;
  const unsigned units = compact ? kCompactUnits : kNormalUnits;
  const unsigned last = compact ? 0xff : 0x3fff;
  ByteReader none{{}};
  TRY(fmr::check_frame(finger, none));
  ByteWriter out;
  for (const Minutia& m : chosen(view, request)) {
    const unsigned x = to_card(m.x, units, finger.ppcm_x);
    const unsigned y = to_card(m.y, units, finger.ppcm_y);
    if (x > last || y > last) return fail(Error{kCardPosition}.with("x", m.x).with("y", m.y));
    const auto type = static_cast<unsigned>(m.type);
    if (compact) {
      out.u8(x);
      out.u8(y);
      out.u8(type << 6 | (m.angle + 2U) / 4 % 64);
    } else {
      out.u16(type << 14 | x);
      out.u16(y);
      out.u8(m.angle);
    }
  }
  return out.take();
}

Result<Template> decode_card(CardFormat format, std::uint16_t ppcm, ByteView record) {
  ByteReader in{record};
  const bool compact = format == CardFormat::compact;
  const std::size_t size = compact ? 3 : 5;
  const unsigned units = compact ? kCompactUnits : kNormalUnits;
  if (ppcm < kMinPpcm || ppcm > kMaxPpcm) return fmr::bad(kResolution, in, "resolution", ppcm);
  if (record.size() % size != 0 || record.size() > size * kMostOfACard) {
    return fmr::bad(kCardRecord, in, "record", static_cast<std::int64_t>(record.size()));
  }
  Template out;
  out.width = out.height = 1;
  out.ppcm_x = out.ppcm_y = ppcm;
  FingerView view;
  view.minutiae.reserve(record.size() / size);
  while (in.left() > 0) {
    Minutia m;
    if (compact) {
      m.x = in.u8();
      m.y = in.u8();
      const unsigned both = in.u8();
      if (both >> 6 == 3) return fmr::bad(kBadMinutiaType, in, "type", 3);
      m.type = static_cast<MinutiaType>(both >> 6);
      m.angle = static_cast<std::uint8_t>(4 * (both & 63));
    } else {
      m = TRY(fmr::read_place(in));
      m.angle = in.u8();
    }
    const unsigned x = from_card(m.x, units, ppcm);
    const unsigned y = from_card(m.y, units, ppcm);
    if (x >= kMaxFrame || y >= kMaxFrame) {
      return fmr::bad(kRecordLimit, in, "x", std::max(x, y));
    }
    m.x = static_cast<std::uint16_t>(x);
    m.y = static_cast<std::uint16_t>(y);
    out.width = std::max(out.width, static_cast<std::uint16_t>(x + 1));
    out.height = std::max(out.height, static_cast<std::uint16_t>(y + 1));
    view.minutiae.push_back(m);
  }
  out.views.push_back(std::move(view));
  return out;
}

}  // namespace sufragio::biometrics
