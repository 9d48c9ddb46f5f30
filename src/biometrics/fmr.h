#pragma once

#include <cstdint>
#include <string_view>

#include "biometrics/template.h"

namespace sufragio::biometrics {

// Records of minutiae: ISO/IEC 19794-2:2005 and :2011, ANSI/INCITS 378-2004, and the headless
// records of cards. Byte by byte in docs/spec/fingerprints.md, part 2.
enum class FmrFormat : std::uint8_t { iso_2005, iso_2011, ansi_2004 };
enum class CardFormat : std::uint8_t { normal, compact };

inline constexpr std::size_t kMaxRecordBytes = 64 * 1'024;
inline constexpr std::size_t kMaxViews = 16;
inline constexpr std::uint16_t kMaxFrame = 2'048;  // px; the matcher's integers need it
inline constexpr std::uint16_t kMinPpcm = 98, kMaxPpcm = 590;

struct Decoded {
  FmrFormat format = FmrFormat::iso_2005;
  Template finger;
};

// Tells the three formats apart by magic, version and length; never guesses. Y001 … Y013. No
// minutiae is no error: it is a finger that could not be acquired, and matches nothing.
// What it accepts it gives back: decode(encode(d, format)) == d; for ISO 2005 also byte by byte.
[[nodiscard]] Result<Decoded> decode_fmr(ByteView record);

struct AnsiProduct {  // who wrote the record (CBEFF); ANSI 378 wants an owner
  std::uint16_t owner = 0, type = 0;
};

// Y014: the format has no place for what the template holds (named by the fact `field`), or the
// template holds what no record may. Quality 0 is written to 2011 as "not reported"; times never.
[[nodiscard]] Result<Bytes> encode_fmr(const Template& finger, FmrFormat format,
                                       AnsiProduct product = {});

enum class CardOrder : std::uint8_t { record, by_y_then_x };

struct CardRequest {
  CardFormat format = CardFormat::compact;
  std::size_t most = 60;  // the card takes so many; the best by quality stay
  CardOrder order = CardOrder::by_y_then_x;
};

// Minutiae for a card, without header: 5 bytes each (1/100 mm) or 3 bytes (1/10 mm). Y016: a
// minutia lies outside of the 25.5 mm (compact) or 163.83 mm (normal) that a card can say.
[[nodiscard]] Result<Bytes> encode_card(const Template& finger, const FingerView& view,
                                        const CardRequest& request);
// The frame of the result is the smallest that holds the minutiae. Y006, Y008, Y010, Y013, Y015.
[[nodiscard]] Result<Template> decode_card(CardFormat format, std::uint16_t ppcm, ByteView record);

[[nodiscard]] std::uint8_t angle_from_ansi(std::uint8_t two_degrees);  // 0 … 179
[[nodiscard]] std::uint8_t angle_to_ansi(std::uint8_t angle);

}  // namespace sufragio::biometrics
