#include "machine/escpos.h"

#include <algorithm>

namespace sufragio::machine {

namespace {

constexpr std::size_t kRowBytes = 72;  // 576 dots
constexpr std::size_t kBandRows = 128;
constexpr std::uint8_t kDle = 0x10;
constexpr std::uint8_t kFeedDots = 90;  // from the head to the cutter
constexpr std::uint32_t kStatusWait_ms = 500;
constexpr std::uint32_t kMarkerWait_ms = 10'000;

bool obeyed_inside(ByteView data) {
  for (std::size_t i = 0; i + 1 < data.size(); ++i) {
    if (data[i] != kDle) continue;
    if (data[i + 1] == 0x04 || data[i + 1] == 0x05 || data[i + 1] == 0x14) return true;
  }
  return false;
}

void move_right(std::span<std::uint8_t> rows) {  // one dot, row by row; the margin takes it
  for (std::size_t row = 0; row < rows.size(); row += kRowBytes) {
    std::uint8_t carry = 0;
    for (std::size_t i = row; i < row + kRowBytes; ++i) {
      const std::uint8_t byte = rows[i];
      rows[i] = static_cast<std::uint8_t>(byte >> 1 | carry << 7);
      carry = byte & 1;
    }
  }
}

Bytes band_of(ByteView rows) {
  const std::size_t count = rows.size() / kRowBytes;
  Bytes out = {0x1d, 0x76, 0x30, 0x00, kRowBytes, 0x00, static_cast<std::uint8_t>(count), 0x00};
  out.insert(out.end(), rows.begin(), rows.end());
  return out;
}

}  // namespace

std::vector<Bytes> bands(const codec::Raster& raster) {
  const auto stride = static_cast<std::size_t>((raster.width + 7) / 8);
  Bytes page(kRowBytes * static_cast<std::size_t>(raster.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(raster.height); ++y) {
    std::copy_n(raster.rows.begin() + static_cast<std::ptrdiff_t>(y * stride),
                std::min(stride, kRowBytes),
                page.begin() + static_cast<std::ptrdiff_t>(y * kRowBytes));
  }
  std::vector<Bytes> out;
  for (std::size_t at = 0; at < page.size(); at += kBandRows * kRowBytes) {
    const std::size_t length = std::min(kBandRows * kRowBytes, page.size() - at);
    const std::span<std::uint8_t> rows = std::span{page}.subspan(at, length);
    for (int moved = 0; moved < 8 && obeyed_inside(rows); ++moved) move_right(rows);
    out.push_back(band_of(rows));
  }
  return out;
}

Bytes ending(const Marker& marker) {
  return {0x1b, 0x4a, kFeedDots, 0x1d, 0x56, 0x41,      0x00,      0x1d,      0x28,
          0x48, 0x06, 0x00,      0x30, 0x30, marker[0], marker[1], marker[2], marker[3]};
}

// One byte whose bits 1 and 4 are set and 0 and 7 are not; anything else is no printer.
std::optional<std::uint8_t> PrintJobs::status(std::uint8_t n) {
  const Bytes request = {kDle, 0x04, n};
  if (!printer_.send(request)) return std::nullopt;
  const auto answer = printer_.receive(1, kStatusWait_ms);
  if (!answer || answer->size() != 1 || ((*answer)[0] & 0x93) != 0x12) return std::nullopt;
  return (*answer)[0];
}

std::optional<Fault> PrintJobs::trouble(bool printing) {
  const auto cause = status(2);
  const auto error = status(3);
  const auto paper = status(4);
  if (!cause || !error || !paper) return Fault::printer_lost;
  if ((*paper & 0x60) != 0 || (*cause & 0x20) != 0) {
    return printing ? Fault::jam : Fault::paper_end;
  }
  if ((*cause & 0x44) != 0 || (*error & 0x68) != 0) return Fault::jam;
  if (!printing && (*paper & 0x0c) != 0) return Fault::paper_low;
  return std::nullopt;
}

std::optional<Fault> PrintJobs::preflight() { return trouble(false); }

std::optional<Fault> PrintJobs::print(const codec::Raster& raster) {
  const Bytes reset = {0x1b, 0x40};
  Marker marker;
  rng_.fill(marker);
  if (!printer_.send(reset)) return Fault::printer_lost;
  for (const Bytes& band : bands(raster)) {
    if (!printer_.send(band)) return Fault::printer_lost;
    if (const auto fault = trouble(true)) return fault;
  }
  if (!printer_.send(ending(marker))) return Fault::printer_lost;
  const auto answer = printer_.receive(7, kMarkerWait_ms);
  const Bytes expected = {0x37, 0x22, marker[0], marker[1], marker[2], marker[3], 0x00};
  if (!answer || *answer != expected) {
    const auto fault = trouble(true);
    return fault == Fault::printer_lost ? fault : Fault::no_cut;
  }
  // The buffer of the printer is emptied: nothing of a receipt stays in it.
  if (!printer_.send(reset)) return Fault::printer_lost;
  if (const auto fault = trouble(true)) return fault;
  ++completed_;
  return std::nullopt;
}

}  // namespace sufragio::machine
