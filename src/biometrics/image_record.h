#pragma once

#include <vector>

#include "biometrics/grey.h"

// Image records ISO/IEC 19794-4:2005 (docs/spec/fingerprint-images.md, part 2): what a national
// bank holds, so that its prints can be extracted again. Never at a mesa.
namespace sufragio::biometrics {

enum class ImageCoding : std::uint8_t { raw, packed, wsq, jpeg, jpeg_2000, png };
enum class ImageUnit : std::uint8_t { per_inch = 1, per_cm = 2 };

struct FingerImage {
  std::uint8_t position = 0;    // as in FingerView, or 11 … 14 for several fingers
  std::uint8_t views = 1;       // of this finger, in the record
  std::uint8_t view = 1;        // 1 … views
  std::uint8_t quality = 254;   // 254: undefined
  std::uint8_t impression = 0;  // as in FingerView
  std::uint16_t width = 0, height = 0;
  Bytes data;  // coded as the record says; raw: width x height bytes
  friend bool operator==(const FingerImage&, const FingerImage&) = default;
};

struct ImageRecord {
  std::uint16_t device = 0;
  std::uint16_t level = 31;  // image acquisition level: 31 = 500 dpi, 8 bits
  ImageUnit unit = ImageUnit::per_cm;
  std::uint16_t scan_x = 197, scan_y = 197;    // resolution of the sensor
  std::uint16_t image_x = 197, image_y = 197;  // of the image
  std::uint8_t depth = 8;                      // bits a pixel, 1 … 16
  ImageCoding coding = ImageCoding::raw;
  std::vector<FingerImage> images;  // those of one finger stand together, numbered from 1
  friend bool operator==(const ImageRecord&, const ImageRecord&) = default;
};

inline constexpr std::size_t kMaxImageRecord = std::size_t{64} << 20;
inline constexpr std::size_t kMaxImages = 16;

// Checked in this order: Y055 magic or version; Y056 lengths that do not fit the bytes, or no
// image or over 16; Y057 a field outside its range (with the fact "field").
[[nodiscard]] Result<ImageRecord> decode_image_record(ByteView bytes);
// The same checks on the value: what is written is read back equal.
[[nodiscard]] Result<Bytes> encode_image_record(const ImageRecord& record);

// The image `index` (Y057 where there is none) as grey values with its resolution. Raw with 8 bits
// is read here; for PNG `decoded` holds what the adapter made of `data` (Y059: not of the stated
// size). Y058: another coding or depth. Y050, Y051 as check_grey.
[[nodiscard]] Result<GreyImage> grey_of(const ImageRecord& record, std::size_t index,
                                        const GreyImage* decoded = nullptr);
// One finger's image as a raw record at its own resolution. Y050, Y051.
[[nodiscard]] Result<ImageRecord> raw_record(const GreyImage& image, std::uint8_t position);

// Y054 for a file in WSQ or JPEG 2000, which banks of prints use: it is said by name what it is.
[[nodiscard]] Result<void> refuse_coded(ByteView file);

}  // namespace sufragio::biometrics
