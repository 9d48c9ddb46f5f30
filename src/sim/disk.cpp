#include "sim/disk.h"

#include <algorithm>

#include "base/check.h"
#include "ports/codes.h"

namespace sufragio::sim {

namespace codes = sufragio::ports;

tl::unexpected<Error> SimDisk::off(std::string_view path) const {
  return fail(codes::kStoreStopped, {{"path", std::string{path}}});
}

Result<void> SimDisk::begin(std::string_view path) {
  if (power_is_off_ || stopped_) return off(path);
  ++calls_;
  cutting_ = calls_ == cut_at_;
  return {};
}

Result<void> SimDisk::room_for(std::string_view path, std::size_t added, std::size_t freed) const {
  const std::size_t used = seen_.bytes() - freed;
  if (added <= capacity_ && used <= capacity_ - added) return {};
  return fail(codes::kDiskFull, {{"path", std::string{path}}});
}

SimDisk::Fate SimDisk::draw_fate() {
  switch (loss_) {
    case Loss::all_lost:
      return Fate::lost;
    case Loss::all_kept:
      return Fate::kept;
    case Loss::all_torn:
      return Fate::torn;
    case Loss::random:
      break;
  }
  return static_cast<Fate>(rng_.below(3));
}

// The blocks of a file reach the disk in any order: its length without its bytes (zeros), a part of
// its bytes, or one block of zeros amid good ones.
void SimDisk::tear(Bytes& data) {
  if (data.empty()) return;
  const std::size_t from = rng_.below(data.size());
  const std::size_t length = 1 + rng_.below(data.size() - from);
  switch (rng_.below(3)) {
    case 0:
      data.resize(from);
      return;
    case 1:
      std::fill(data.begin() + static_cast<std::ptrdiff_t>(from), data.end(), std::uint8_t{0});
      return;
    default:
      std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(from), length, std::uint8_t{0});
  }
}

void SimDisk::keep(const Change& change) {
  switch (change.kind) {
    case Change::Kind::write:
      durable_.put(change.path, change.data);
      return;
    case Change::Kind::append:
      durable_.add(change.path, change.data);
      return;
    case Change::Kind::remove:
      durable_.erase(change.path);
  }
}

void SimDisk::settle() {
  for (Change& change : pending_) {
    const Fate fate = draw_fate();
    if (fate == Fate::lost) continue;
    if (fate == Fate::torn) tear(change.data);
    keep(change);
  }
  pending_.clear();
}

void SimDisk::cut_power() {
  power_is_off_ = true;
  settle();
}

void SimDisk::restart() {
  if (!power_is_off_) settle();
  seen_ = durable_;
  power_is_off_ = false;
  stopped_ = false;
  reads_fail_ = false;
  cut_at_ = 0;
  fail_at_ = 0;
}

void SimDisk::flip_bit(std::string_view path, std::size_t bit) {
  std::optional<Bytes> data = seen_.get(path);
  CHECK(data && bit / 8 < data->size());
  (*data)[bit / 8] = static_cast<std::uint8_t>((*data)[bit / 8] ^ (1U << (bit % 8)));
  seen_.put(path, *data);
  durable_.put(path, *data);
}

Result<std::optional<Bytes>> SimDisk::read(std::string_view path) const {
  if (power_is_off_ || stopped_) return off(path);
  TRY(ports::check_path(path));
  if (reads_fail_) return fail(codes::kReadFailed, {{"path", std::string{path}}});
  return seen_.get(path);
}

Result<void> SimDisk::write(std::string_view path, ByteView data, bool durable) {
  TRY(begin(path));
  TRY(seen_.check_place(path));
  const std::optional<Bytes> before = seen_.get(path);
  TRY(room_for(path, data.size(), before ? before->size() : 0));
  if (calls_ == fail_at_) return fail(codes::kWriteFailed, {{"path", std::string{path}}});
  Change change{Change::Kind::write, std::string{path}, to_bytes(data)};
  if (cutting_ && durable) {  // old or new, whole
    const bool arrived = draw_fate() == Fate::kept;
    cut_power();
    if (arrived) keep(change);
    return off(path);
  }
  seen_.put(path, data);
  if (durable) {
    // Earlier changes of this file cannot come back over it; those of others stay open.
    std::erase_if(pending_, [&](const Change& other) { return other.path == path; });
    keep(change);
    return {};
  }
  pending_.push_back(std::move(change));
  if (!cutting_) return {};
  cut_power();
  return off(path);
}

Result<void> SimDisk::append(std::string_view path, ByteView data) {
  TRY(begin(path));
  TRY(seen_.check_place(path));
  TRY(room_for(path, data.size(), 0));
  if (calls_ == fail_at_) return fail(codes::kWriteFailed, {{"path", std::string{path}}});
  seen_.add(path, data);
  pending_.push_back(Change{Change::Kind::append, std::string{path}, to_bytes(data)});
  if (!cutting_) return {};
  cut_power();
  return off(path);
}

Result<void> SimDisk::sync() {
  TRY(begin(""));
  if (cutting_) {
    cut_power();
    return off("");
  }
  if (calls_ == fail_at_) {
    stopped_ = true;
    return fail(codes::kSyncFailed, {{"path", ""}});
  }
  for (const Change& change : pending_) keep(change);
  pending_.clear();
  return {};
}

Result<void> SimDisk::remove(std::string_view path) {
  TRY(begin(path));
  TRY(seen_.check_place(path));
  if (calls_ == fail_at_) return fail(codes::kWriteFailed, {{"path", std::string{path}}});
  seen_.erase(path);
  pending_.push_back(Change{Change::Kind::remove, std::string{path}, {}});
  if (!cutting_) return {};
  cut_power();
  return off(path);
}

Result<std::vector<std::string>> SimDisk::list(std::string_view folder) const {
  if (power_is_off_ || stopped_) return off(folder);
  if (reads_fail_) return fail(codes::kReadFailed, {{"path", std::string{folder}}});
  return seen_.list(folder);
}

}  // namespace sufragio::sim
