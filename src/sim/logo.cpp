#include <array>

#include "crypto/hash.h"
#include "sim/fixture_parts.h"

// Invented logos: squares that an id gives, black on white; not mirrored, since a mirrored pattern
// looks like a face, and the name beside it may be that of a person who exists. The bytes of the
// PNG are written here and not by a library, so that their hash, which the history registers, is
// the same wherever a fixture is made.
namespace sufragio::sim {

namespace {

constexpr int kLogoModules = 10;      // of a side, with a white border of one
constexpr int kModulePixels = 8;      // of the side of a module: one byte of a row
constexpr std::size_t kLogoRow = 11;  // filter byte and pixels

void put_be(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

// PNG (third edition) section 5.5: CRC-32, reflected, over name and data of a chunk.
std::uint32_t crc32(ByteView data) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : data) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

void chunk(Bytes& out, std::string_view name, const Bytes& data) {
  put_be(out, static_cast<std::uint32_t>(data.size()));
  Bytes named(name.begin(), name.end());
  named.insert(named.end(), data.begin(), data.end());
  out.insert(out.end(), named.begin(), named.end());
  put_be(out, crc32(named));
}

// RFC 1950 with one stored block of RFC 1951.
Bytes stored(const Bytes& raw) {
  const auto size = static_cast<std::uint16_t>(raw.size());
  const auto low = [](unsigned value) { return static_cast<std::uint8_t>(value & 0xffU); };
  Bytes out{0x78,
            0x01,
            0x01,
            low(size),
            low(size >> 8U),
            low(~size & 0xffffU),
            low((~size & 0xffffU) >> 8U)};
  out.insert(out.end(), raw.begin(), raw.end());
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : raw) {
    a = (a + byte) % 65'521;
    b = (b + a) % 65'521;
  }
  put_be(out, b << 16 | a);
  return out;
}

}  // namespace

Bytes invented_logo(const election::OrganisationId& id) {
  const Hash32 hash = crypto::sha256(as_bytes("sufragio/fixture/logo/" + id.text()));
  Bytes raw;
  for (int row = 0; row < kLogoModules; ++row) {
    std::array<std::uint8_t, kLogoRow> line;
    line.fill(0xff);  // white
    line[0] = 0;      // no filter
    const bool border = row == 0 || row == kLogoModules - 1;
    for (int column = 0; column < kLogoModules - 2 && !border; ++column) {
      const bool dark = (hash.data[static_cast<std::size_t>(row)] >> column & 1U) != 0;
      if (dark) line[static_cast<std::size_t>(2 + column)] = 0;
    }
    for (int y = 0; y < kModulePixels; ++y) raw.insert(raw.end(), line.begin(), line.end());
  }
  Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  put_be(header, kLogoModules * kModulePixels);
  put_be(header, kLogoModules * kModulePixels);
  header.insert(header.end(), {1, 0, 0, 0, 0});  // one bit, grey, not interlaced
  chunk(out, "IHDR", header);
  chunk(out, "IDAT", stored(raw));
  chunk(out, "IEND", {});
  return out;
}

}  // namespace sufragio::sim
