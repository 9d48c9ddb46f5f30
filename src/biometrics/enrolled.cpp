#include "biometrics/enrolled.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "biometrics/byte_reader.h"
#include "biometrics/compare.h"
#include "biometrics/extract.h"
#include "biometrics/fmr.h"
#include "biometrics/image_codes.h"

namespace sufragio::biometrics {

namespace {

constexpr std::string_view kSealLabel = "sufragio/enrolled/1";
constexpr std::string_view kSealContext = "finger/1";
constexpr std::uint32_t kSealMagic = 0x53464731;  // "SFG1"
constexpr std::size_t kSealHeader = 64;
// A finger: its length and an ISO record of 120 minutiae. The place of an elector holds four.
constexpr std::size_t kFingerPlace = 2 + 24 + 4 + 6 * kStoredMinutiae + 2;
constexpr std::size_t kPlain = 4 + kEnrolledFingers * kFingerPlace;
constexpr std::size_t kPlace = 24 + kPlain + crypto::kAeadTag;

// Two captures are of one finger from this raw score on: above every score of different fingers of
// the given images (13,606; docs/spec/fingerprint-images.md, part 4).
constexpr std::uint32_t kConfirms = 14'000;
constexpr std::uint8_t kEnrolQuality = 30;

struct Extracted {
  Template finger;
  Prepared prepared;
};

Result<bool> confirmed(const Extracted& one, const std::vector<Extracted>& all, Matcher& matcher) {
  for (const Extracted& other : all) {
    if (&other == &one) continue;
    const Scores scores = matcher.compare(one.prepared.view(), other.prepared.view());
    if (static_cast<std::uint32_t>(scores.raw) >= kConfirms) return true;
  }
  return false;
}

Bytes header_of(const EnrolledOf& of) {
  ByteWriter out;
  out.u32(kSealMagic);
  out.bytes(of.election.view());
  out.u32(of.mesa.centre.value());
  out.u16(of.mesa.mesa.value());
  out.u16(of.electors);
  out.u16(kExtractorFamily);
  out.u16(kExtractorVersion);
  Bytes header = out.take();
  header.resize(kSealHeader);
  return header;
}

Bytes associated(const EnrolledOf& of, std::uint16_t line) {
  Bytes out = header_of(of);
  out.push_back(static_cast<std::uint8_t>(line >> 8));
  out.push_back(static_cast<std::uint8_t>(line));
  return out;
}

crypto::AeadKey store_key(ByteView mesa_key) {
  CHECK(mesa_key.size() == crypto::AeadKey::kSize);
  Bytes key = crypto::hkdf_sha256(mesa_key, {}, kSealLabel, crypto::AeadKey::kSize);
  crypto::AeadKey out = crypto::AeadKey::from(key).value();
  crypto::wipe(key);
  return out;
}

// 0 … 4 fingers into one place: number, then each with its length, the rest zero.
Result<Wiped<std::uint8_t>> place_of(std::vector<Template> fingers) {
  if (fingers.size() > kEnrolledFingers) {
    return fail(Error{kEnrolledTooMuch}.with("fingers", static_cast<std::int64_t>(fingers.size())));
  }
  for (const Template& finger : fingers) {
    if (finger.views.size() != 1) return fail(Error{kEnrolledTooMuch}.with("views", 1));
  }
  std::stable_sort(fingers.begin(), fingers.end(), [](const Template& a, const Template& b) {
    return a.views[0].quality > b.views[0].quality;
  });
  Wiped<std::uint8_t> out(kPlain);
  out[0] = static_cast<std::uint8_t>(fingers.size());
  std::size_t at = 4;
  for (const Template& finger : fingers) {
    Bytes record = TRY(encode_fmr(finger, FmrFormat::iso_2005));
    const std::size_t size = record.size();
    if (size + 2 <= kFingerPlace) {
      out[at] = static_cast<std::uint8_t>(size >> 8);
      out[at + 1] = static_cast<std::uint8_t>(size);
      std::copy(record.begin(), record.end(), out.begin() + static_cast<std::ptrdiff_t>(at + 2));
    }
    crypto::wipe(record);
    if (size + 2 > kFingerPlace) {
      return fail(Error{kEnrolledTooMuch}.with("bytes", static_cast<std::int64_t>(size)));
    }
    at += kFingerPlace;
  }
  return out;
}

Result<std::vector<Template>> fingers_of(ByteView plain) {
  std::vector<Template> out;
  if (plain[0] > kEnrolledFingers) return fail(kEnrolledNotOpened);
  for (std::size_t k = 0; k < plain[0]; ++k) {
    const ByteView place = plain.subspan(4 + k * kFingerPlace, kFingerPlace);
    const std::size_t size = std::size_t{place[0]} << 8 | place[1];
    if (size + 2 > kFingerPlace) return fail(kEnrolledNotOpened);
    const auto record = decode_fmr(place.subspan(2, size));
    if (!record) return fail(kEnrolledNotOpened);
    out.push_back(record->finger);
  }
  return out;
}

}  // namespace

Result<Template> enrol(const std::vector<GreyImage>& captures, std::uint8_t position,
                       crypto::SecretBuffer::Kind memory) {
  std::vector<Extracted> all;
  for (const GreyImage& image : captures) {
    const ExtractorParams params{.position = position, .most_minutiae = kStoredMinutiae};
    auto finger = extract(image, params);
    if (!finger && finger.error().code == kNoPrint) continue;
    if (!finger) return fail(finger.error());
    if (finger->views[0].quality < kEnrolQuality) continue;
    Prepared prepared = TRY(prepare(*finger, finger->views[0], memory));
    all.push_back({*std::move(finger), std::move(prepared)});
  }
  if (all.empty()) return fail(kNoPrint);
  std::stable_sort(all.begin(), all.end(), [](const Extracted& a, const Extracted& b) {
    return a.finger.views[0].quality > b.finger.views[0].quality;
  });
  Matcher matcher = TRY(Matcher::make(memory));
  for (const Extracted& one : all) {
    const bool same = TRY(confirmed(one, all, matcher));
    if (same) return one.finger;
  }
  return fail(Error{kEnrolUnsure}.with("captures", static_cast<std::int64_t>(all.size())));
}

Result<Bytes> seal_enrolled(const EnrolledOf& of, ByteView mesa_key,
                            const std::vector<std::vector<Template>>& by_line, Rng& rng) {
  if (by_line.size() != of.electors) {
    return fail(
        Error{kEnrolledTooMuch}.with("electors", static_cast<std::int64_t>(by_line.size())));
  }
  const crypto::AeadKey key = store_key(mesa_key);
  Bytes out = header_of(of);
  out.reserve(kSealHeader + by_line.size() * kPlace);
  for (std::uint16_t line = 0; line < of.electors; ++line) {
    const Wiped<std::uint8_t> plain = TRY(place_of(by_line[line]));
    const crypto::AeadKey own = crypto::derive_subkey(key, line, kSealContext);
    const ByteView view{plain.data(), plain.size()};
    const Bytes sealed = crypto::aead_seal(own, view, associated(of, line), rng);
    CHECK(sealed.size() == kPlace);
    out.insert(out.end(), sealed.begin(), sealed.end());
  }
  return out;
}

Enrolled::Enrolled(const EnrolledOf& of, ByteView mesa_key, Bytes file)
    : of_{of}, key_{store_key(mesa_key)}, file_{std::move(file)} {}

Result<Enrolled> Enrolled::of(const EnrolledOf& of, ByteView mesa_key, Bytes file) {
  if (file.size() != kSealHeader + of.electors * kPlace) {
    return fail(Error{kEnrolledOther}.with("bytes", static_cast<std::int64_t>(file.size())));
  }
  if (!equal(ByteView{file}.first(kSealHeader), header_of(of))) return fail(kEnrolledOther);
  return Enrolled{of, mesa_key, std::move(file)};
}

Result<std::vector<Template>> Enrolled::fingers(std::uint16_t line,
                                                crypto::SecretBuffer::Kind memory) const {
  CHECK(line < of_.electors);
  crypto::SecretBuffer plain = TRY(crypto::SecretBuffer::of(kPlain, memory));
  const ByteView sealed = ByteView{file_}.subspan(kSealHeader + line * kPlace, kPlace);
  const auto open = plain.bytes().first(kPlain);
  crypto::AeadKey own = crypto::derive_subkey(key_, line, kSealContext);
  const auto nonce = crypto::AeadNonce::from(sealed.first(24)).value();
  const bool good =
      crypto::aead_open_at(own, nonce, sealed.subspan(24), associated(of_, line), open);
  crypto::wipe(own.data);
  if (!good) return fail(kEnrolledNotOpened);
  return fingers_of(open);
}

}  // namespace sufragio::biometrics
