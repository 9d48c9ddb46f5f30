#include "sim/devices.h"

#include <algorithm>

#include "base/check.h"
#include "ports/codes.h"

namespace sufragio::sim {

namespace codes = sufragio::ports;

SimBlockDevice::SimBlockDevice(std::uint64_t size, SimPower& power, Rng& rng)
    : power_{power}, rng_{rng}, seen_(size), durable_(size) {}

Result<void> SimBlockDevice::read(std::uint64_t offset, std::span<std::uint8_t> out) {
  CHECK(offset % kBlock == 0 && out.size() % kBlock == 0);
  if (broken_ || power_.is_off() || offset + out.size() > seen_.size()) {
    return fail(codes::kBlockReadFailed);
  }
  std::copy_n(seen_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
  return {};
}

Result<void> SimBlockDevice::write(std::uint64_t offset, ByteView data) {
  CHECK(offset % kBlock == 0 && data.size() % kBlock == 0);
  if (broken_ || no_writes_ || power_.is_off() || offset + data.size() > seen_.size()) {
    return fail(codes::kBlockWriteFailed);
  }
  std::copy(data.begin(), data.end(), seen_.begin() + static_cast<std::ptrdiff_t>(offset));
  pending_.emplace_back(offset, data.size());
  if (!power_.pass()) return fail(codes::kBlockWriteFailed);
  return {};
}

Result<void> SimBlockDevice::sync() {
  if (broken_ || power_.is_off()) return fail(codes::kBlockSyncFailed);
  if (!power_.pass()) return fail(codes::kBlockSyncFailed);
  if (fail_sync_) {
    fail_sync_ = false;
    return fail(codes::kBlockSyncFailed);
  }
  for (const auto& [offset, length] : pending_) {
    std::copy_n(seen_.begin() + static_cast<std::ptrdiff_t>(offset), length,
                durable_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  pending_.clear();
  return {};
}

void SimBlockDevice::settle(std::uint64_t block) {
  const auto at = static_cast<std::ptrdiff_t>(block);
  const std::uint64_t fate = rng_.below(3);
  if (fate == 0) return;  // lost
  std::size_t length = kBlock;
  std::size_t from = 0;
  if (fate == 2) {  // torn: a part of the sectors of this block
    from = rng_.below(8) * 512;
    length = (1 + rng_.below(8 - from / 512)) * 512;
  }
  std::copy_n(seen_.begin() + at + static_cast<std::ptrdiff_t>(from), length,
              durable_.begin() + at + static_cast<std::ptrdiff_t>(from));
}

void SimBlockDevice::restart() {
  for (const auto& [offset, length] : pending_) {
    for (std::uint64_t block = offset; block < offset + length; block += kBlock) settle(block);
  }
  pending_.clear();
  seen_ = durable_;
}

void SimBlockDevice::flip_bit(std::uint64_t bit) {
  CHECK(bit / 8 < durable_.size());
  durable_[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  seen_[bit / 8] = durable_[bit / 8];
}

void SimBlockDevice::set_image(ByteView bytes) {
  CHECK(bytes.size() == durable_.size());
  durable_ = to_bytes(bytes);
  seen_ = durable_;
  pending_.clear();
}

Result<ports::Cell> SimKeyCell::read() {
  if (power_.is_off()) return fail(codes::kCellFailed);
  if (!bytes_) return fail(codes::kCellEmpty);
  return ports::decode_cell(*bytes_);
}

Result<void> SimKeyCell::write(const ports::Cell& cell) {
  if (power_.is_off()) return fail(codes::kCellFailed);
  const auto encoded = ports::encode(cell);
  const Bytes next{encoded.begin(), encoded.end()};
  if (power_.pass()) {
    bytes_ = next;
    return {};
  }
  if (torn_ && bytes_) {
    const std::size_t from = 1 + rng_.below(next.size() - 1);
    std::copy(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(from), bytes_->begin());
  } else if (rng_.below(2) == 0) {
    bytes_ = next;  // the power went after the write, before the answer
  }
  return fail(codes::kCellFailed);
}

Result<void> SimKeyCell::destroy() {
  if (power_.is_off() || !power_.pass()) return fail(codes::kCellFailed);
  bytes_.reset();
  return {};
}

}  // namespace sufragio::sim
