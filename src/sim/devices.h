#pragma once

#include <map>
#include <optional>

#include "ports/block_device.h"
#include "ports/key_cell.h"
#include "sim/rng.h"

// The machine's storage, simulated with its faults. All devices of one machine hang on one power
// supply, which counts the points at which something is written and can fail at any of them.
namespace sufragio::sim {

class SimPower {
 public:
  [[nodiscard]] bool is_off() const { return off_; }
  // Write points since the beginning: a block write, a sync, a write of the key cell.
  [[nodiscard]] std::uint64_t points() const { return points_; }
  void cut_at(std::uint64_t point) { cut_at_ = point; }  // the first is 1; 0: never
  void cut() { off_ = true; }
  void restore() {
    off_ = false;
    cut_at_ = 0;
  }
  // One write point passes; false when the power goes in the middle of it.
  [[nodiscard]] bool pass() {
    if (++points_ != cut_at_) return true;
    off_ = true;
    return false;
  }

 private:
  std::uint64_t points_ = 0;
  std::uint64_t cut_at_ = 0;
  bool off_ = false;
};

// What was written and not synced is kept, lost or torn block by block, in any order.
class SimBlockDevice : public ports::BlockDevice {
 public:
  SimBlockDevice(std::uint64_t size, SimPower& power, Rng& rng);

  [[nodiscard]] std::uint64_t size() const override { return seen_.size(); }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::uint8_t> out) override;
  [[nodiscard]] Result<void> write(std::uint64_t offset, ByteView data) override;
  [[nodiscard]] Result<void> sync() override;

  void restart();  // after the power came back: what was pending has met its fate
  // Faults: every call fails from now on (EIO), writes only (read-only, full), or one sync.
  void break_it(bool broken) { broken_ = broken; }
  void refuse_writes(bool refused) { no_writes_ = refused; }
  void fail_next_sync() { fail_sync_ = true; }
  void flip_bit(std::uint64_t bit);
  [[nodiscard]] ByteView image() const { return durable_; }  // what an expert reads from the disk
  void set_image(ByteView bytes);

 private:
  enum class Fate { lost, kept, torn };
  void settle(std::uint64_t block);

  SimPower& power_;
  Rng& rng_;
  Bytes seen_;
  Bytes durable_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pending_;  // byte ranges
  bool broken_ = false;
  bool no_writes_ = false;
  bool fail_sync_ = false;
};

class SimKeyCell : public ports::KeyCell {
 public:
  SimKeyCell(SimPower& power, Rng& rng) : power_{power}, rng_{rng} {}
  [[nodiscard]] Result<ports::Cell> read() override;
  [[nodiscard]] Result<void> write(const ports::Cell& cell) override;
  [[nodiscard]] Result<void> destroy() override;

  void tear_on_cut(bool torn) { torn_ = torn; }  // a part without atomic writes
  void set_bytes(Bytes bytes) { bytes_ = std::move(bytes); }
  [[nodiscard]] const std::optional<Bytes>& bytes() const { return bytes_; }

 private:
  SimPower& power_;
  Rng& rng_;
  std::optional<Bytes> bytes_;
  bool torn_ = false;
};

}  // namespace sufragio::sim
