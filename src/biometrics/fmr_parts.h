#pragma once

#include "biometrics/byte_reader.h"
#include "biometrics/codes.h"
#include "biometrics/fmr.h"

// What the two families of records share (fmr.cpp: 2005 and ANSI; fmr_2011.cpp).
namespace sufragio::biometrics::fmr {

[[nodiscard]] tl::unexpected<Error> bad(Code code, const ByteReader& at, std::string_view field,
                                        std::int64_t value);
[[nodiscard]] Result<void> check_frame(const Template& finger, const ByteReader& at);
[[nodiscard]] Result<void> check_minutia(const Minutia& minutia, const Template& finger,
                                         const ByteReader& at);
// Type, x, y as all records write them: 2 + 14, 2 + 14 bits.
[[nodiscard]] Result<Minutia> read_place(ByteReader& in);
void write_place(ByteWriter& out, const Minutia& minutia);
[[nodiscard]] Result<Wiped<std::uint8_t>> read_extended(ByteReader& in);
void write_extended(ByteWriter& out, const FingerView& view);

[[nodiscard]] Result<Template> decode_2011(ByteView record);
[[nodiscard]] Result<Bytes> encode_2011(const Template& finger);
[[nodiscard]] tl::unexpected<Error> not_writable(std::string_view field, std::int64_t value);

}  // namespace sufragio::biometrics::fmr
