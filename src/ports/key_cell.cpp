#include "ports/key_cell.h"

#include "base/little_endian.h"
#include "ports/codes.h"

namespace sufragio::ports {

namespace {

constexpr std::size_t kCrcAt = 88;

// CRC-32C (Castagnoli), reflected, as in RFC 3720 appendix B.4.
std::uint32_t crc32c(ByteView data) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : data) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

}  // namespace

std::array<std::uint8_t, Cell::kSize> encode(const Cell& cell) {
  std::array<std::uint8_t, Cell::kSize> out{};
  out[0] = Cell::kVersion;
  out[1] = cell.phase;
  out[2] = cell.flags;
  put_le(out, 4, cell.generation, 8);
  for (std::size_t i = 0; i < 32; ++i) out[12 + i] = cell.key.data[i];
  for (std::size_t i = 0; i < 32; ++i) out[44 + i] = cell.half_hash.data[i];
  const std::uint16_t counters[] = {cell.receipts, cell.void_prints, cell.spoiled, cell.abandoned,
                                    cell.challenged};
  for (std::size_t i = 0; i < 5; ++i) put_le(out, 76 + 2 * i, counters[i], 2);
  put_le(out, kCrcAt, crc32c(ByteView{out}.first(kCrcAt)), 4);
  return out;
}

Result<Cell> decode_cell(ByteView bytes) {
  if (bytes.size() != Cell::kSize || bytes[0] != Cell::kVersion ||
      get_le(bytes, kCrcAt, 4) != crc32c(bytes.first(kCrcAt))) {
    return fail(kCellDamaged);
  }
  Cell out;
  out.phase = bytes[1];
  out.flags = bytes[2];
  out.generation = get_le(bytes, 4, 8);
  out.key = TRY(decltype(out.key)::from(bytes.subspan(12, 32)));
  out.half_hash = TRY(Hash32::from(bytes.subspan(44, 32)));
  std::uint16_t* const counters[] = {&out.receipts, &out.void_prints, &out.spoiled, &out.abandoned,
                                     &out.challenged};
  for (std::size_t i = 0; i < 5; ++i) {
    *counters[i] = static_cast<std::uint16_t>(get_le(bytes, 76 + 2 * i, 2));
  }
  return out;
}

}  // namespace sufragio::ports
