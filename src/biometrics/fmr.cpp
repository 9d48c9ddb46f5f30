#include "biometrics/fmr.h"

#include "biometrics/fmr_parts.h"

namespace sufragio::biometrics {
namespace fmr {

constexpr std::uint32_t kMagic = 0x464D5200;        // "FMR\0"
constexpr std::uint32_t kVersion2005 = 0x20323000;  // " 20\0"
constexpr std::uint32_t kVersion2011 = 0x30333000;  // "030\0"
constexpr std::size_t kViewHeader = 4, kExtended = 2, kMinutia = 6;

tl::unexpected<Error> bad(Code code, const ByteReader& at, std::string_view field,
                          std::int64_t value) {
  return fail(Error{code}
                  .with("at", static_cast<std::int64_t>(at.at()))
                  .with("field", field)
                  .with("value", value));
}

tl::unexpected<Error> not_writable(std::string_view field, std::int64_t value) {
  return fail(Error{kNotWritable}.with("field", field).with("value", value));
}

Result<void> check_frame(const Template& finger, const ByteReader& at) {
  if (finger.width == 0) return bad(kFrame, at, "width", 0);
  if (finger.height == 0) return bad(kFrame, at, "height", 0);
  if (finger.width > kMaxFrame) return bad(kRecordLimit, at, "width", finger.width);
  if (finger.height > kMaxFrame) return bad(kRecordLimit, at, "height", finger.height);
  for (const std::uint16_t ppcm : {finger.ppcm_x, finger.ppcm_y}) {
    if (ppcm < kMinPpcm || ppcm > kMaxPpcm) return bad(kResolution, at, "resolution", ppcm);
  }
  return {};
}

Result<void> check_minutia(const Minutia& minutia, const Template& finger, const ByteReader& at) {
  if (minutia.x >= finger.width) return bad(kFrame, at, "x", minutia.x);
  if (minutia.y >= finger.height) return bad(kFrame, at, "y", minutia.y);
  return {};
}

Result<Minutia> read_place(ByteReader& in) {
  const unsigned first = in.u16();
  const unsigned second = in.u16();
  if (first >> 14 == 3) return bad(kBadMinutiaType, in, "type", 3);
  if (second >> 14 != 0) return bad(kReservedBits, in, "y", second);
  Minutia out;
  out.type = static_cast<MinutiaType>(first >> 14);
  out.x = static_cast<std::uint16_t>(first & 0x3fff);
  out.y = static_cast<std::uint16_t>(second);
  return out;
}

void write_place(ByteWriter& out, const Minutia& minutia) {
  out.u16(static_cast<unsigned>(minutia.type) << 14 | minutia.x);
  out.u16(minutia.y);
}

Result<Wiped<std::uint8_t>> read_extended(ByteReader& in) {
  if (in.left() < kExtended) return bad(kRecordLong, in, "view", 0);
  const std::size_t length = in.u16();
  if (length > in.left()) {
    return bad(kExtendedData, in, "length", static_cast<std::int64_t>(length));
  }
  const ByteView data = in.take(length);
  for (ByteReader items{data}; items.left() > 0;) {
    if (items.left() < 4) return bad(kExtendedData, in, "item", 0);
    items.u16();
    const std::size_t item = items.u16();
    if (item < 4 || item - 4 > items.left()) {
      return bad(kExtendedData, in, "item", static_cast<std::int64_t>(item));
    }
    items.take(item - 4);
  }
  return Wiped<std::uint8_t>(data.begin(), data.end());
}

void write_extended(ByteWriter& out, const FingerView& view) {
  out.u16(static_cast<unsigned>(view.extended.size()));
  out.bytes(view.extended);
}

namespace {

Result<Decoded> of_format(FmrFormat format, Result<Template> finger) {
  if (!finger) return fail(std::move(finger).error());
  return Decoded{format, *std::move(finger)};
}

bool impression_listed(unsigned value) { return value <= 8; }

Result<Minutia> read_minutia(ByteReader& in, const Template& finger, bool ansi) {
  Minutia out = TRY(read_place(in));
  TRY(check_minutia(out, finger, in));
  out.angle = in.u8();
  if (ansi) {
    if (out.angle > 179) return bad(kFieldForm, in, "angle", out.angle);
    out.angle = angle_from_ansi(out.angle);
  }
  out.quality = in.u8();
  if (out.quality > 100) return bad(kFieldRange, in, "quality", out.quality);
  return out;
}

Result<FingerView> read_view(ByteReader& in, const Template& finger, bool ansi) {
  if (in.left() < kViewHeader) return bad(kRecordLong, in, "view", 0);
  FingerView out;
  out.position = in.u8();
  const unsigned both = in.u8();
  out.view = static_cast<std::uint8_t>(both >> 4);
  out.impression = static_cast<std::uint8_t>(both & 15);
  out.quality = in.u8();
  const std::size_t count = in.u8();
  if (out.position > 10) return bad(kFieldRange, in, "position", out.position);
  if (!impression_listed(out.impression)) {
    return bad(kFieldRange, in, "impression", out.impression);
  }
  if (out.quality > 100) return bad(kFieldRange, in, "quality", out.quality);
  if (count * kMinutia > in.left()) {
    return bad(kRecordLong, in, "minutiae", static_cast<std::int64_t>(count));
  }
  out.minutiae.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    const Minutia minutia = TRY(read_minutia(in, finger, ansi));
    out.minutiae.push_back(minutia);
  }
  out.extended = TRY(read_extended(in));
  return out;
}

// After the length (and, in ANSI, the product): equipment … reserved byte, then the views.
Result<Template> read_body(ByteReader& in, bool ansi) {
  Template out;
  if (in.left() < 12) return bad(kRecordShort, in, "header", static_cast<std::int64_t>(in.left()));
  out.device = in.u16();
  out.width = in.u16();
  out.height = in.u16();
  out.ppcm_x = in.u16();
  out.ppcm_y = in.u16();
  const std::size_t views = in.u8();
  const unsigned reserved = in.u8();
  if (views == 0 || views * (kViewHeader + kExtended) > in.left()) {
    return bad(kViewCount, in, "views", static_cast<std::int64_t>(views));
  }
  if (views > kMaxViews) return bad(kRecordLimit, in, "views", static_cast<std::int64_t>(views));
  TRY(check_frame(out, in));
  if (reserved != 0) return bad(kReservedBits, in, "header", reserved);
  for (std::size_t k = 0; k < views; ++k) {
    FingerView view = TRY(read_view(in, out, ansi));
    out.views.push_back(std::move(view));
  }
  if (in.left() != 0) {
    return bad(kRecordLong, in, "trailing", static_cast<std::int64_t>(in.left()));
  }
  return out;
}

Result<void> check_length(std::size_t stated, const ByteReader& in, std::size_t size) {
  if (stated == size) return {};
  return bad(stated > size ? kRecordShort : kRecordLong, in, "length",
             static_cast<std::int64_t>(stated));
}

// ISO counts its length in 4 bytes, ANSI in 2, or in 4 behind two zero bytes. No record is longer
// than 64 KiB, so the two first bytes say which it is.
Result<Decoded> decode_2005(ByteView record, ByteReader& in) {
  if (in.left() < 4) return bad(kRecordShort, in, "length", static_cast<std::int64_t>(in.left()));
  const std::size_t high = in.u16();
  const std::size_t low = in.u16();
  const std::size_t size = record.size();
  if (high == 0 && low == size) return of_format(FmrFormat::iso_2005, read_body(in, false));
  ByteReader ansi{record};
  ansi.take(high == 0 ? 10 : 8);
  if (high == 0) {
    const bool long_length = ansi.left() >= 4 && ansi.u32() == size;
    if (!long_length) return fail(std::move(check_length(low, in, size)).error());
  } else {
    ansi.u16();
    const std::size_t stated = high == 0xffff ? high << 16 | low : high;
    if (const auto length = check_length(stated, in, size); !length) return fail(length.error());
  }
  if (ansi.left() < 4) return bad(kRecordShort, ansi, "header", 0);
  ansi.u32();  // owner and type of the product
  return of_format(FmrFormat::ansi_2004, read_body(ansi, true));
}

Result<void> check_view(const FingerView& view, const Template& finger) {
  if (view.position > 10) return not_writable("position", view.position);
  if (view.quality > 100) return not_writable("quality", view.quality);
  if (view.minutiae.size() > 255) {
    return not_writable("minutiae", static_cast<std::int64_t>(view.minutiae.size()));
  }
  for (const Minutia& m : view.minutiae) {
    if (m.x >= finger.width) return not_writable("x", m.x);
    if (m.y >= finger.height) return not_writable("y", m.y);
    if (m.quality > 100) return not_writable("quality", m.quality);
    if (m.type > MinutiaType::bifurcation) return not_writable("type", 3);
  }
  const Bytes extended = [&] {
    ByteWriter out;
    write_extended(out, view);
    return out.take();
  }();
  ByteReader in{extended};
  if (view.extended.size() > 0xffff || !read_extended(in)) {
    return not_writable("extended", static_cast<std::int64_t>(view.extended.size()));
  }
  return {};
}

Result<void> check_template(const Template& finger) {
  ByteReader none{{}};
  if (const auto frame = check_frame(finger, none); !frame) {
    return not_writable(frame.error().fact("field"), 0);
  }
  if (finger.views.empty() || finger.views.size() > kMaxViews) {
    return not_writable("views", static_cast<std::int64_t>(finger.views.size()));
  }
  for (const FingerView& view : finger.views) TRY(check_view(view, finger));
  return {};
}

Result<void> write_view(ByteWriter& out, const FingerView& view, bool ansi) {
  if (view.view > 15) return not_writable("view", view.view);
  if (!impression_listed(view.impression)) return not_writable("impression", view.impression);
  out.u8(view.position);
  out.u8(static_cast<unsigned>(view.view) << 4 | view.impression);
  out.u8(view.quality);
  out.u8(static_cast<unsigned>(view.minutiae.size()));
  for (const Minutia& m : view.minutiae) {
    write_place(out, m);
    out.u8(ansi ? angle_to_ansi(m.angle) : m.angle);
    out.u8(m.quality);
  }
  write_extended(out, view);
  return {};
}

Result<Bytes> encode_2005(const Template& finger, bool ansi, AnsiProduct product) {
  ByteWriter out;
  out.u32(kMagic);
  out.u32(kVersion2005);
  if (ansi) {
    if (product.owner == 0) return not_writable("owner", 0);
    out.u16(0);
    out.u16(product.owner);
    out.u16(product.type);
  } else {
    out.u32(0);
  }
  out.u16(finger.device);
  out.u16(finger.width);
  out.u16(finger.height);
  out.u16(finger.ppcm_x);
  out.u16(finger.ppcm_y);
  out.u8(static_cast<unsigned>(finger.views.size()));
  out.u8(0);
  for (const FingerView& view : finger.views) TRY(write_view(out, view, ansi));
  if (out.size() >= kMaxRecordBytes) {
    return not_writable("record", static_cast<std::int64_t>(out.size()));
  }
  const auto size = static_cast<std::uint32_t>(out.size());
  if (!ansi) {
    out.put_u32(8, size);
    return out.take();
  }
  out.put_u32(8, size << 16 | product.owner);
  return out.take();
}

}  // namespace
}  // namespace fmr

std::uint8_t angle_from_ansi(std::uint8_t two_degrees) {
  return static_cast<std::uint8_t>((256U * two_degrees + 90) / 180);
}

std::uint8_t angle_to_ansi(std::uint8_t angle) {
  return static_cast<std::uint8_t>((360U * angle + 256) / 512 % 180);
}

Result<Decoded> decode_fmr(ByteView record) {
  ByteReader in{record};
  if (record.size() >= kMaxRecordBytes) {
    return fmr::bad(kRecordLimit, in, "record", static_cast<std::int64_t>(record.size()));
  }
  if (in.left() < 8) {
    return fmr::bad(kRecordShort, in, "header", static_cast<std::int64_t>(in.left()));
  }
  if (const auto magic = in.u32(); magic != fmr::kMagic) {
    return fmr::bad(kNotMinutiae, in, "magic", magic);
  }
  const auto version = in.u32();
  if (version == fmr::kVersion2005) return fmr::decode_2005(record, in);
  if (version != fmr::kVersion2011) return fmr::bad(kRecordVersion, in, "version", version);
  return fmr::of_format(FmrFormat::iso_2011, fmr::decode_2011(record));
}

Result<Bytes> encode_fmr(const Template& finger, FmrFormat format, AnsiProduct product) {
  TRY(fmr::check_template(finger));
  if (format == FmrFormat::iso_2011) return fmr::encode_2011(finger);
  return fmr::encode_2005(finger, format == FmrFormat::ansi_2004, product);
}

}  // namespace sufragio::biometrics
