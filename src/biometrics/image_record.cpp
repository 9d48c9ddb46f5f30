#include "biometrics/image_record.h"

#include <algorithm>

#include "biometrics/byte_reader.h"
#include "biometrics/image_codes.h"

namespace sufragio::biometrics {

namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kImageHeader = 14;
constexpr std::uint32_t kMagic = 0x46495200;    // "FIR\0"
constexpr std::uint32_t kVersion = 0x30313000;  // "010\0"

tl::unexpected<Error> bad(std::string_view field, std::int64_t value) {
  return fail(Error{kImageRecordField}.with("field", field).with("value", value));
}

bool impression_known(std::uint8_t value) { return value <= 8; }

Result<void> check_header(const ImageRecord& record) {
  const auto unit = static_cast<int>(record.unit);
  if (unit != 1 && unit != 2) return bad("unit", unit);
  if (record.scan_x == 0 || record.scan_y == 0) return bad("scan_resolution", 0);
  if (record.image_x == 0 || record.image_y == 0) return bad("image_resolution", 0);
  if (record.depth < 1 || record.depth > 16) return bad("depth", record.depth);
  if (record.coding > ImageCoding::png) return bad("coding", static_cast<int>(record.coding));
  return {};
}

Result<void> check_image(const ImageRecord& record, const FingerImage& image) {
  if (image.position > 14) return bad("position", image.position);
  if (image.quality > 100 && image.quality != 254) return bad("quality", image.quality);
  if (!impression_known(image.impression)) return bad("impression", image.impression);
  if (image.width == 0 || image.height == 0) return bad("size", 0);
  if (image.width > kMaxSide) return bad("width", image.width);
  if (image.height > kMaxSide) return bad("height", image.height);
  const std::size_t pixels = std::size_t{image.width} * image.height;
  const std::size_t bits = pixels * record.depth;
  if (record.coding == ImageCoding::raw &&
      image.data.size() != pixels * (record.depth > 8 ? 2U : 1U)) {
    return fail(Error{kImageRecordCut}.with("expected", static_cast<std::int64_t>(pixels)));
  }
  if (record.coding == ImageCoding::packed && image.data.size() != (bits + 7) / 8) {
    return fail(Error{kImageRecordCut}.with("expected", static_cast<std::int64_t>(bits / 8)));
  }
  if (image.data.empty()) return fail(kImageRecordCut);
  return {};
}

// Images of one finger stand together and are numbered 1 … views.
Result<std::size_t> count_fingers(const std::vector<FingerImage>& images) {
  std::size_t fingers = 0;
  for (std::size_t i = 0; i < images.size(); ++fingers) {
    const FingerImage& first = images[i];
    if (first.views == 0) return bad("views", 0);
    for (unsigned view = 1; view <= first.views; ++view, ++i) {
      if (i >= images.size()) return fail(Error{kImageRecordCut}.with("views", first.views));
      if (images[i].view != view) return bad("view", images[i].view);
      if (images[i].views != first.views) return bad("views", images[i].views);
      if (images[i].position != first.position) return bad("position", images[i].position);
    }
  }
  return fingers;
}

Result<void> check_record(const ImageRecord& record) {
  TRY(check_header(record));
  if (record.images.empty() || record.images.size() > kMaxImages) {
    return fail(
        Error{kImageRecordCut}.with("images", static_cast<std::int64_t>(record.images.size())));
  }
  for (const FingerImage& image : record.images) TRY(check_image(record, image));
  return {};
}

ImageRecord read_header(ByteReader& in, std::uint8_t& fingers, std::uint16_t& reserved) {
  ImageRecord out;
  out.device = in.u16();
  out.level = in.u16();
  fingers = in.u8();
  out.unit = static_cast<ImageUnit>(in.u8());
  out.scan_x = in.u16();
  out.scan_y = in.u16();
  out.image_x = in.u16();
  out.image_y = in.u16();
  out.depth = in.u8();
  out.coding = static_cast<ImageCoding>(in.u8());
  reserved = in.u16();
  return out;
}

Result<FingerImage> read_image(ByteReader& in) {
  if (in.left() < kImageHeader) return fail(kImageRecordCut);
  const std::size_t length = in.u32();
  if (length < kImageHeader || length - 4 > in.left()) {
    return fail(Error{kImageRecordCut}.with("length", static_cast<std::int64_t>(length)));
  }
  FingerImage out;
  out.position = in.u8();
  out.views = in.u8();
  out.view = in.u8();
  out.quality = in.u8();
  out.impression = in.u8();
  out.width = in.u16();
  out.height = in.u16();
  const std::uint8_t reserved = in.u8();
  if (reserved != 0) return bad("reserved", reserved);
  out.data = to_bytes(in.take(length - kImageHeader));
  return out;
}

std::uint32_t ppcm_of(ImageUnit unit, std::uint32_t resolution) {
  return unit == ImageUnit::per_cm ? resolution : (resolution * 100 + 127) / 254;
}

}  // namespace

Result<ImageRecord> decode_image_record(ByteView bytes) {
  ByteReader in{bytes};
  if (bytes.size() < 8 || in.u32() != kMagic || in.u32() != kVersion) {
    return fail(kNotAnImageRecord);
  }
  if (bytes.size() < kHeader || bytes.size() > kMaxImageRecord) return fail(kImageRecordCut);
  const std::uint64_t length = std::uint64_t{in.u16()} << 32 | in.u32();
  if (length != bytes.size()) {
    return fail(Error{kImageRecordCut}.with("bytes", static_cast<std::int64_t>(bytes.size())));
  }
  std::uint8_t fingers = 0;
  std::uint16_t reserved = 0;
  ImageRecord out = read_header(in, fingers, reserved);
  while (in.left() > 0 && out.images.size() < kMaxImages) {
    FingerImage image = TRY(read_image(in));
    out.images.push_back(std::move(image));
  }
  if (in.left() > 0) return fail(kImageRecordCut);
  if (reserved != 0) return bad("reserved", reserved);
  TRY(check_record(out));
  const std::size_t found = TRY(count_fingers(out.images));
  if (found != fingers) return bad("fingers", fingers);
  return out;
}

Result<Bytes> encode_image_record(const ImageRecord& record) {
  TRY(check_record(record));
  const std::size_t fingers = TRY(count_fingers(record.images));
  ByteWriter out;
  out.u32(kMagic);
  out.u32(kVersion);
  out.u16(0);
  const std::size_t length_at = out.size();
  out.u32(0);
  out.u16(record.device);
  out.u16(record.level);
  out.u8(static_cast<unsigned>(fingers));
  out.u8(static_cast<unsigned>(record.unit));
  for (const unsigned v : {record.scan_x, record.scan_y, record.image_x, record.image_y})
    out.u16(v);
  out.u8(record.depth);
  out.u8(static_cast<unsigned>(record.coding));
  out.u16(0);
  for (const FingerImage& image : record.images) {
    out.u32(static_cast<std::uint32_t>(kImageHeader + image.data.size()));
    out.u8(image.position);
    out.u8(image.views);
    out.u8(image.view);
    out.u8(image.quality);
    out.u8(image.impression);
    out.u16(image.width);
    out.u16(image.height);
    out.u8(0);
    out.bytes(image.data);
  }
  if (out.size() > kMaxImageRecord) return fail(kImageRecordCut);
  out.put_u32(length_at, static_cast<std::uint32_t>(out.size()));
  return out.take();
}

namespace {

std::string_view name_of(ImageCoding coding) {
  constexpr std::string_view kNames[] = {"raw", "packed", "WSQ", "JPEG", "JPEG 2000", "PNG"};
  return kNames[static_cast<std::size_t>(coding)];
}

bool starts_with(ByteView file, std::initializer_list<std::uint8_t> bytes) {
  return file.size() >= bytes.size() && std::equal(bytes.begin(), bytes.end(), file.begin());
}

}  // namespace

Result<void> refuse_coded(ByteView file) {
  const auto refuse = [](ImageCoding coding) {
    return fail(Error{kCodedImage}.with("coding", name_of(coding)));
  };
  if (starts_with(file, {0xff, 0xa0, 0xff})) return refuse(ImageCoding::wsq);
  // The box that begins a JP2 file, or a bare code stream.
  if (starts_with(file, {0, 0, 0, 12, 'j', 'P', ' ', ' '})) return refuse(ImageCoding::jpeg_2000);
  if (starts_with(file, {0xff, 0x4f, 0xff, 0x51})) return refuse(ImageCoding::jpeg_2000);
  return {};
}

Result<GreyImage> grey_of(const ImageRecord& record, std::size_t index, const GreyImage* decoded) {
  if (index >= record.images.size()) return bad("image", static_cast<std::int64_t>(index));
  const FingerImage& image = record.images[index];
  const bool raw = record.coding == ImageCoding::raw;
  if (record.depth != 8 || !(raw || (record.coding == ImageCoding::png && decoded != nullptr))) {
    return fail(Error{kImageRecordCoding}
                    .with("coding", name_of(record.coding))
                    .with("depth", record.depth));
  }
  if (!raw && (decoded->width != image.width || decoded->height != image.height)) {
    return fail(
        Error{kPngOfAnotherSize}.with("width", decoded->width).with("height", decoded->height));
  }
  if (record.image_x != record.image_y) return bad("image_resolution", record.image_y);
  const std::uint32_t ppcm = ppcm_of(record.unit, record.image_x);
  if (ppcm < kLeastPpcm || ppcm > kMostPpcm) return fail(Error{kBadResolution}.with("ppcm", ppcm));
  GreyImage out{image.width, image.height, static_cast<std::uint16_t>(ppcm),
                raw ? image.data : decoded->pixels};
  TRY(check_grey(out));
  return out;
}

Result<ImageRecord> raw_record(const GreyImage& image, std::uint8_t position) {
  TRY(check_grey(image));
  if (image.ppcm == 0) return fail(Error{kBadResolution}.with("ppcm", 0));
  ImageRecord out;
  out.scan_x = out.scan_y = out.image_x = out.image_y = image.ppcm;
  FingerImage finger;
  finger.position = position;
  finger.width = static_cast<std::uint16_t>(image.width);
  finger.height = static_cast<std::uint16_t>(image.height);
  finger.data = image.pixels;
  out.images.push_back(std::move(finger));
  return out;
}

}  // namespace sufragio::biometrics
