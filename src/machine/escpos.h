#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/rng.h"
#include "codec/drawing.h"
#include "machine/faults.h"
#include "ports/printer.h"

// A raster as ESC/POS bytes, and one print job with its answers (docs/spec/printer.md). No spool,
// no second try of a receipt: a job that fails is void.
namespace sufragio::machine {

using Marker = std::array<std::uint8_t, 4>;  // random: names one job, never counts

// The bands of a page, at most 128 rows each, full width. No band contains `10 04`, `10 05` or
// `10 14`, which some printers obey inside raster data: such a band is moved sideways by one dot.
[[nodiscard]] std::vector<Bytes> bands(const codec::Raster& raster);
[[nodiscard]] Bytes ending(const Marker& marker);  // feed, cut, marker, reset

class PrintJobs {
 public:
  PrintJobs(ports::Printer& printer, Rng& rng) : printer_{printer}, rng_{rng} {}
  // Online, paper, cover, cutter. 2101, 2201, 2301; 2102 when paper is near its end.
  [[nodiscard]] std::optional<Fault> preflight();
  // Nothing: printed, cut and confirmed. Else 2201, 2202, 2301, and what lies in the tray is void.
  [[nodiscard]] std::optional<Fault> print(const codec::Raster& raster);
  [[nodiscard]] std::uint32_t completed() const { return completed_; }

 private:
  [[nodiscard]] std::optional<std::uint8_t> status(std::uint8_t n);
  [[nodiscard]] std::optional<Fault> trouble(bool printing);

  ports::Printer& printer_;
  Rng& rng_;
  std::uint32_t completed_ = 0;
};

}  // namespace sufragio::machine
