#pragma once

#include <optional>
#include <string>
#include <vector>

#include "election/selections.h"
#include "ports/paper.h"
#include "ports/printer.h"
#include "sim/devices.h"

// The printer of a simulated machine, and a drawing routine that is fast because it writes texts
// instead of letters: the dots are the bytes. So the simulator can read every paper that came out.
namespace sufragio::sim {

class SimDrawer : public ports::Drawer {
 public:
  [[nodiscard]] Result<codec::Raster> raster(const codec::Drawing& drawing) override;
  [[nodiscard]] Result<std::vector<codec::Raster>> sheets(const codec::Drawing& drawing) override;
  [[nodiscard]] Result<Bytes> pdf(const codec::Drawing& drawing) override;
  [[nodiscard]] Result<Bytes> png(const codec::Raster& raster) override;
};
// The lines of a page that SimDrawer drew: cells joined by tabs, codes as "QR<tab>text".
[[nodiscard]] std::vector<std::string> lines_of(ByteView rows);

class SimQrReader : public ports::QrReader {
 public:
  [[nodiscard]] Result<std::vector<std::string>> read(int width, int height,
                                                      ByteView grey) override;
};

// A member who reads a receipt aloud: the choices on it; nothing when it is no receipt of the
// style.
[[nodiscard]] std::optional<election::Selections> read_receipt(
    const election::Definition& definition, std::uint16_t style,
    const std::vector<std::string>& lines);

// ESC/POS in, paper out; with every fault of the printer model. Status bits as in
// docs/spec/printer.md.
class SimPrinter : public ports::Printer {
 public:
  enum class Trouble : std::uint8_t { none, no_paper, jam, cover, cutter, marker_lost, gone };
  static constexpr std::uint64_t kTroubles = 7;
  struct Paper {
    Bytes rows;          // 72 bytes a row
    bool whole = false;  // all of it printed, and cut
  };

  explicit SimPrinter(SimPower& power) : power_{power} {}
  [[nodiscard]] Result<void> send(ByteView bytes) override;
  [[nodiscard]] Result<Bytes> receive(std::size_t most, std::uint32_t wait_ms) override;

  // The trouble begins `rows` rows from now (0: at once) and stays until `repair`.
  void plan(Trouble trouble, std::size_t rows) {
    (rows == 0 ? trouble_ : planned_) = trouble;
    rows_left_ = rows;
  }
  void repair();
  void paper_low(bool low) { low_ = low; }
  [[nodiscard]] std::vector<Paper> take();  // what lies in the tray, oldest first

 private:
  void command(ByteView bytes, std::size_t& at);
  void print_rows(ByteView rows);
  void cut();
  [[nodiscard]] std::uint8_t status(std::uint8_t n) const;
  [[nodiscard]] bool gone() const { return power_.is_off() || trouble_ == Trouble::gone; }

  SimPower& power_;
  Trouble trouble_ = Trouble::none;
  Trouble planned_ = Trouble::none;
  std::size_t rows_left_ = 0;
  bool low_ = false;
  bool complete_ = true;  // of the page under the head
  Bytes page_;
  Bytes answers_;
  std::vector<Paper> tray_;
};

}  // namespace sufragio::sim
