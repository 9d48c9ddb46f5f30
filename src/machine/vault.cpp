#include "machine/vault.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/little_endian.h"
#include "crypto/hash.h"
#include "machine/codes.h"
#include "ports/codes.h"

namespace sufragio::machine {

namespace {

using crypto::AeadKey;
using ports::BlockDevice;
using ports::Cell;

constexpr std::size_t kBlock = BlockDevice::kBlock;
constexpr std::size_t kPrefix = 2 * kBlock;  // block 0 header, block 1 contingency wrap
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kAuthenticated = 40;  // bytes of the header under the HMAC
constexpr std::size_t kSamePlan = 32;       // bytes of the header that say which mesa
constexpr std::size_t kRecordHead = 1 + 2 + 16 + 32;
constexpr std::string_view kMagic = "SUFVLT01";
constexpr std::string_view kContext = "SUFVAULT";
constexpr std::string_view kLabel = "sufragio/vault/1";
constexpr std::size_t kRemovable = 1;  // the medium that also carries the cell, wrapped
constexpr std::uint8_t kMediumFailed[] = {Cell::kMediumAFailed, Cell::kMediumBFailed};

std::size_t round_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

void put_bytes(ByteView from, std::span<std::uint8_t> out, std::size_t at) {
  std::copy(from.begin(), from.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}

AeadKey key_of(const Cell& cell) {
  AeadKey out;
  out.data = cell.key.data;
  return out;
}
AeadKey header_key(const AeadKey& key) { return crypto::derive_subkey(key, 1, kContext); }
AeadKey slot_key(const AeadKey& key) { return crypto::derive_subkey(key, 2, kContext); }

// The nonce may be the index: a key seals one generation, once.
crypto::AeadNonce nonce_of(std::uint32_t slot) {
  crypto::AeadNonce out;
  put_le(out.data, 0, slot, 8);
  return out;
}

std::array<std::uint8_t, 16 + 8 + 4 + 1 + 8 + 4> associated(const VaultPlan& plan,
                                                            std::uint64_t generation,
                                                            std::uint32_t slot) {
  std::array<std::uint8_t, 41> out{};
  put_bytes(as_bytes(kLabel), out, 0);
  put_bytes(plan.election.view(), out, 16);
  put_le(out, 24, plan.mesa.centre.value(), 4);
  put_le(out, 28, plan.mesa.mesa.value(), 1);
  put_le(out, 29, generation, 8);
  put_le(out, 37, slot, 4);
  return out;
}

}  // namespace

Result<VaultPlan> VaultPlan::of(const election::Package& package, const election::Mesa& mesa,
                                const ports::BallotSealer& sealer) {
  VaultPlan out;
  out.election = package.handle();
  out.mesa = mesa.id;
  out.style = mesa.style;
  out.slots = static_cast<std::uint32_t>((mesa.electors.value() * 105 + 99) / 100);
  out.choices_size = election::compact_size(package.definition(), mesa.style);
  out.sealed_size = sealer.size(mesa.style);
  const std::size_t record = kRecordHead + out.choices_size + out.sealed_size;
  out.slot_size = static_cast<std::uint32_t>(round_up(record + crypto::kAeadTag, kBlock));
  if (std::uint64_t{out.slots} * out.slot_size > kMaxSlots) return fault_error(Fault::too_large);
  return out;
}

std::uint64_t VaultPlan::half_size() const {
  return round_up(kPrefix + std::size_t{slots} * slot_size, kChunk);
}
std::uint64_t VaultPlan::device_size() const { return 2 * half_size(); }

bool Vault::failed(std::size_t medium) const { return (cell_.flags & kMediumFailed[medium]) != 0; }
bool Vault::degraded() const { return failed(0) || failed(1); }

Result<void> Vault::allocate() {
  for (const BlockDevice* device : parts_.media) {
    if (device->size() < plan_.device_size()) return fault_error(Fault::wrong_medium);
  }
  const auto secret = [this](std::size_t size) {
    return crypto::SecretBuffer::of(size, parts_.memory);
  };
  auto plain = secret(body_size());
  if (!plain) return fault_error(Fault::memory_lock);
  plain_ = std::move(*plain);
  cipher_ = TRY(crypto::SecretBuffer::of(body_size(), crypto::SecretBuffer::Kind::plain));
  for (crypto::SecretBuffer& chunk : chunk_) {
    chunk = TRY(
        crypto::SecretBuffer::of(std::min(kChunk, body_size()), crypto::SecretBuffer::Kind::plain));
  }
  return {};
}

Result<void> Vault::write_cell(const Cell& cell) {
  const auto written = parts_.cell->write(cell);
  if (!written) return fault_error(Fault::cell);
  cell_ = cell;
  return {};
}

std::span<std::uint8_t> Vault::plain_slot(std::uint32_t i) {
  return plain_.bytes().subspan(std::size_t{i} * plan_.slot_size,
                                plan_.slot_size - crypto::kAeadTag);
}

Bytes Vault::header(const AeadKey& key, std::uint64_t generation) const {
  Bytes out(kBlock);
  put_bytes(as_bytes(kMagic), out, 0);
  put_bytes(plan_.election.view(), out, 8);
  put_le(out, 16, plan_.mesa.centre.value(), 4);
  put_le(out, 20, plan_.mesa.mesa.value(), 1);
  put_le(out, 24, plan_.slots, 4);
  put_le(out, 28, plan_.slot_size, 4);
  put_le(out, 32, generation, 8);
  const Hash32 mac =
      crypto::hmac_sha256(header_key(key).view(), ByteView{out}.first(kAuthenticated));
  put_bytes(mac.view(), out, kAuthenticated);
  return out;
}

Hash32 Vault::hash_of_half(ByteView header, ByteView body) const {
  crypto::Sha256 hash;
  hash.update(header);
  hash.update(body);
  return hash.finish();
}

// --- finding the box ---------------------------------------------------------------------------

bool Vault::read_half(std::size_t medium, std::size_t half) {
  return parts_.media[medium]
      ->read(half * plan_.half_size() + kPrefix, cipher_.bytes().first(body_size()))
      .has_value();
}

bool Vault::half_is_good(std::size_t medium, std::size_t half) {
  const std::span<std::uint8_t> block = chunk_[0].bytes().first(kBlock);
  if (!parts_.media[medium]->read(half * plan_.half_size(), block)) return false;
  const Bytes expected = header(key_of(cell_), cell_.generation);
  if (!equal(block, expected) || !read_half(medium, half)) return false;
  return hash_of_half(expected, cipher_.view().first(body_size())) == cell_.half_hash;
}

bool Vault::open_slot(const AeadKey& key, std::uint64_t generation, std::uint32_t i,
                      ByteView sealed, std::span<std::uint8_t> out) const {
  return crypto::aead_open_at(key, nonce_of(i), sealed, associated(plan_, generation, i), out);
}

// Slot by slot, each from whichever medium authenticates it; the header follows from the plan.
bool Vault::rebuild(std::size_t half) {
  const AeadKey key = slot_key(key_of(cell_));
  const std::size_t size = plan_.slot_size;
  crypto::SecretBuffer slot =
      crypto::SecretBuffer::of(size, crypto::SecretBuffer::Kind::plain).value();
  for (std::uint32_t i = 0; i < plan_.slots; ++i) {
    bool found = false;
    for (std::size_t medium = 0; medium < kMedia && !found; ++medium) {
      const std::uint64_t at = half * plan_.half_size() + kPrefix + std::uint64_t{i} * size;
      const std::span<std::uint8_t> sealed = slot.bytes().first(size);
      if (!parts_.media[medium]->read(at, sealed)) continue;
      if (!open_slot(key, cell_.generation, i, sealed, plain_slot(i))) continue;
      put_bytes(sealed, cipher_.bytes(), std::size_t{i} * size);
      found = true;
    }
    if (!found) return false;
  }
  const Bytes head = header(key_of(cell_), cell_.generation);
  return hash_of_half(head, cipher_.view().first(body_size())) == cell_.half_hash;
}

Result<void> Vault::find_box() {
  for (std::size_t half = 0; half < 2; ++half) {
    for (std::size_t medium = 0; medium < kMedia; ++medium) {
      if (!half_is_good(medium, half)) continue;
      current_ = half;
      return {};
    }
  }
  for (std::size_t half = 0; half < 2; ++half) {
    if (!rebuild(half)) continue;
    current_ = half;
    found_.repaired = true;
    return {};
  }
  return fault_error(foreign(0) || foreign(1) ? Fault::wrong_medium : Fault::vault);
}

// Does it hold the box of another election or mesa?
bool Vault::foreign(std::size_t medium) {
  const Bytes ours = header({}, 0);
  const std::span<std::uint8_t> block = chunk_[0].bytes().first(kBlock);
  for (std::size_t half = 0; half < 2; ++half) {
    if (!parts_.media[medium]->read(half * plan_.half_size(), block)) continue;
    const bool magic = equal(block.first(kMagic.size()), as_bytes(kMagic));
    if (magic && !equal(block.first(kSamePlan), ByteView{ours}.first(kSamePlan))) return true;
  }
  return false;
}

// Is this medium our own copy with some rot, and not another medium? At least half of its slots
// are those of the good half (in cipher_).
bool Vault::rotten_copy(std::size_t medium) {
  crypto::SecretBuffer slot =
      crypto::SecretBuffer::of(plan_.slot_size, crypto::SecretBuffer::Kind::plain).value();
  std::uint32_t same = 0;
  for (std::uint32_t i = 0; i < plan_.slots; ++i) {
    const std::uint64_t at = std::uint64_t{i} * plan_.slot_size;
    const std::span<std::uint8_t> got = slot.bytes().first(plan_.slot_size);
    if (!parts_.media[medium]->read(current_ * plan_.half_size() + kPrefix + at, got)) continue;
    if (equal(got, cipher_.view().subspan(at, plan_.slot_size))) ++same;
  }
  return same * 2 >= plan_.slots;
}

void Vault::wipe_half(std::size_t medium, std::size_t half) {
  const std::uint64_t from = half * plan_.half_size();
  const std::span<std::uint8_t> noise = chunk_[0].bytes();
  for (std::uint64_t at = 0; at < kPrefix + body_size(); at += noise.size()) {
    const std::size_t n = std::min<std::uint64_t>(noise.size(), kPrefix + body_size() - at);
    parts_.rng->fill(noise.first(n));
    // What cannot be wiped is overwritten by the next cast, or the medium is failing anyway.
    if (!parts_.media[medium]->write(from + at, noise.first(n))) return;
  }
  (void)parts_.media[medium]->sync();
}

// The other medium repaired from the good half, what is not the box overwritten.
Result<void> Vault::put_in_order() {
  Cell next = cell_;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (failed(medium)) continue;
    if (!half_is_good(medium, current_)) {
      TRY(find_box());  // its bytes into cipher_ again
      const bool ours = rotten_copy(medium);
      if (!ours && foreign(medium)) return fault_error(Fault::wrong_medium);
      const Bytes head = header(key_of(cell_), cell_.generation);
      if (!ours || write_one(medium, current_, cell_, head) != cell_.half_hash) {
        next.flags |= kMediumFailed[medium];
        continue;
      }
      found_.repaired = true;
    }
    wipe_half(medium, 1 - current_);
  }
  if ((next.flags & Cell::kMediumAFailed) != 0 && (next.flags & Cell::kMediumBFailed) != 0) {
    return fault_error(Fault::both_media);
  }
  if ((next.flags & Cell::kIntent) != 0) {
    next.flags &= static_cast<std::uint8_t>(~Cell::kIntent);
    ++next.void_prints;
    found_.void_print = true;
  }
  if (next == cell_) return {};
  return write_cell(next);
}

Result<Vault> Vault::boot(const VaultPlan& plan, const Parts& parts) {
  Vault out{plan, parts};
  const auto cell = parts.cell->read();
  if (!cell) return fault_error(Fault::cell);
  out.cell_ = *cell;
  if (out.phase() >= Phase::counted) return out;
  TRY(out.allocate());
  TRY(out.find_box());
  TRY(out.put_in_order());
  crypto::wipe(out.plain_.bytes());
  return out;
}

Result<Vault> Vault::format(const VaultPlan& plan, const Parts& parts) {
  const auto before = parts.cell->read();
  // A cell that cannot be read may hold the key of a full box: nothing is formatted over it.
  if (!before && before.error().code != ports::kCellEmpty) return fault_error(Fault::cell);
  // From the opening until it is packed a box is the box of this day, also while it is empty.
  const bool of_this_day =
      before && (before->generation != 0 || before->phase >= static_cast<int>(Phase::open));
  if (of_this_day && before->phase < static_cast<int>(Phase::packed)) {
    return fault_error(Fault::not_zero);
  }
  Vault out{plan, parts};
  TRY(out.allocate());
  Cell cell;
  cell.phase = static_cast<std::uint8_t>(Phase::installed);
  parts.rng->fill(cell.key.data);
  out.seal_all(key_of(cell), 0, false);
  cell.flags = TRY(out.write_half(0, cell));
  out.current_ = 0;
  for (std::size_t medium = 0; medium < kMedia; ++medium) out.wipe_half(medium, 1);
  TRY(out.write_cell(cell));
  return out;
}

// --- cast --------------------------------------------------------------------------------------

Result<void> Vault::set_phase(Phase phase) {
  Cell next = cell_;
  next.phase = static_cast<std::uint8_t>(phase);
  return write_cell(next);
}

Result<void> Vault::intent() {
  if (!has_room()) return fault_error(Fault::full);
  Cell next = cell_;
  next.flags |= Cell::kIntent;
  return write_cell(next);
}

Result<void> Vault::void_print(VoidReason reason) {
  Cell next = cell_;
  next.flags &= static_cast<std::uint8_t>(~Cell::kIntent);
  switch (reason) {
    case VoidReason::print_fault:
    case VoidReason::crash:
      ++next.void_prints;
      break;
    case VoidReason::spoiled:
      ++next.spoiled;
      break;
    case VoidReason::challenge:
      ++next.challenged;
      break;
  }
  return write_cell(next);
}

// In one run of neighbours for each worker; false as soon as one slot of a run says so.
bool Vault::each_slot(const std::function<bool(std::uint32_t)>& work) {
  const std::size_t runs = parts_.workers->width();
  std::vector<std::uint8_t> good(runs, 1);
  parts_.workers->each(runs, [&](std::size_t run) {
    const auto first = static_cast<std::uint32_t>(plan_.slots * run / runs);
    const auto end = static_cast<std::uint32_t>(plan_.slots * (run + 1) / runs);
    for (std::uint32_t i = first; i < end && good[run] != 0; ++i) good[run] = work(i) ? 1 : 0;
  });
  return std::ranges::all_of(good, [](std::uint8_t run) { return run != 0; });
}

Result<void> Vault::open_box() {
  const AeadKey key = slot_key(key_of(cell_));
  const auto open_all = [&] {
    return each_slot([&](std::uint32_t i) {
      const ByteView sealed =
          cipher_.view().subspan(std::size_t{i} * plan_.slot_size, plan_.slot_size);
      return open_slot(key, cell_.generation, i, sealed, plain_slot(i));
    });
  };
  if (cipher_is_box_ && open_all()) return {};
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (!failed(medium) && read_half(medium, current_) && open_all()) return {};
  }
  if (rebuild(current_)) return {};
  return fault_error(Fault::vault);
}

// All slots encrypted under the new key; with `shuffle` each goes to a place drawn anew
// (Fisher-Yates; the generator is the operating system's).
void Vault::seal_all(const AeadKey& key, std::uint64_t generation, bool shuffle) {
  std::vector<std::uint32_t> from(plan_.slots);
  for (std::uint32_t i = 0; i < plan_.slots; ++i) from[i] = i;
  for (std::uint32_t i = plan_.slots - 1; shuffle && i > 0; --i) {
    std::swap(from[i], from[parts_.rng->below(std::uint64_t{i} + 1)]);
  }
  const AeadKey slots = slot_key(key);
  (void)each_slot([&](std::uint32_t i) {
    crypto::aead_seal_at(
        slots, nonce_of(i), plain_slot(from[i]), associated(plan_, generation, i),
        cipher_.bytes().subspan(std::size_t{i} * plan_.slot_size, plan_.slot_size));
    return true;
  });
  crypto::wipe({reinterpret_cast<std::uint8_t*>(from.data()), from.size() * sizeof from[0]});
}

Bytes Vault::wrap(const Cell& cell) const {
  if (!plan_.contingency) return {};
  return crypto::box_seal(*plan_.contingency, ports::encode(cell));
}

bool Vault::write_body(std::size_t medium, std::size_t half) {
  const std::uint64_t at = half * plan_.half_size() + kPrefix;
  return parts_.media[medium]->write(at, cipher_.view().first(body_size())).has_value();
}

// The head over a body that stands already: durable, and read back. Its hash, or nothing.
std::optional<Hash32> Vault::finish_half(std::size_t medium, std::size_t half, const Cell& next,
                                         ByteView head) {
  BlockDevice& device = *parts_.media[medium];
  const std::uint64_t at = half * plan_.half_size();
  const ByteView body = cipher_.view().first(body_size());
  crypto::SecretBuffer prefix =
      crypto::SecretBuffer::of(kPrefix, crypto::SecretBuffer::Kind::plain).value();
  put_bytes(head, prefix.bytes(), 0);
  if (medium == kRemovable) put_bytes(wrap(next), prefix.bytes(), kBlock);
  if (!device.write(at, prefix.view().first(kPrefix))) return std::nullopt;
  if (!device.sync()) return std::nullopt;
  // Read back past the cache: what the medium holds, not what it was told.
  crypto::Sha256 hash;
  const std::span<std::uint8_t> chunk = chunk_[medium].bytes();
  if (!device.read(at, chunk.first(kBlock))) return std::nullopt;
  hash.update(chunk.first(kBlock));
  for (std::size_t done = 0; done < body.size();) {
    const std::size_t n = std::min(chunk.size(), body.size() - done);
    if (!device.read(at + kPrefix + done, chunk.first(n))) return std::nullopt;
    hash.update(chunk.first(n));
    done += n;
  }
  return hash.finish();
}

std::optional<Hash32> Vault::write_one(std::size_t medium, std::size_t half, const Cell& next,
                                       ByteView head) {
  if (!write_body(medium, half)) return std::nullopt;
  return finish_half(medium, half, next, head);
}

// The flags of the media that failed; 3101 when none is left.
Result<std::uint8_t> Vault::write_half(std::size_t half, Cell& next) {
  const Bytes head = header(key_of(next), next.generation);
  std::array<bool, kMedia> written{};
  // The head of the removable medium carries the cell with its hash, which takes as long as a
  // medium: all three at once.
  parts_.workers->each(1 + kMedia, [&](std::size_t part) {
    if (part == 0) {
      next.half_hash = hash_of_half(head, cipher_.view().first(body_size()));
      return;
    }
    const std::size_t medium = part - 1;
    written[medium] = !failed(medium) && write_body(medium, half);
  });
  std::array<std::optional<Hash32>, kMedia> held;
  parts_.workers->each(kMedia, [&](std::size_t medium) {
    if (written[medium]) held[medium] = finish_half(medium, half, next, head);
  });
  std::uint8_t flags = 0;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (held[medium] != next.half_hash) flags |= kMediumFailed[medium];
  }
  if (flags == (kMediumFailed[0] | kMediumFailed[1])) return fault_error(Fault::both_media);
  return flags;
}

Bytes Vault::encode_record(const BallotRecord& record) const {
  CHECK(record.choices.size() == plan_.choices_size);
  CHECK(record.sealed.bytes.size() == plan_.sealed_size);
  Bytes out(plan_.slot_size - crypto::kAeadTag);
  out[0] = 1;
  put_le(out, 1, plan_.style, 2);
  put_bytes(record.id.view(), out, 3);
  put_bytes(record.sealed.code.view(), out, 19);
  put_bytes(record.choices, out, kRecordHead);
  put_bytes(record.sealed.bytes, out, kRecordHead + plan_.choices_size);
  return out;
}

Result<void> Vault::cast(const BallotRecord& record, bool abandoned) {
  if (!has_room()) return fault_error(Fault::full);
  TRY(open_box());
  std::uint32_t empty = 0;
  while (empty < plan_.slots && plain_slot(empty)[0] != 0) ++empty;
  if (empty == plan_.slots) return fault_error(Fault::full);
  Bytes bytes = encode_record(record);
  put_bytes(bytes, plain_slot(empty), 0);
  crypto::wipe(bytes);
  Cell next = cell_;
  next.flags &= static_cast<std::uint8_t>(~Cell::kIntent);
  ++next.generation;
  ++next.receipts;
  if (abandoned) ++next.abandoned;
  parts_.rng->fill(next.key.data);
  cipher_is_box_ = false;
  seal_all(key_of(next), next.generation, true);
  crypto::wipe(plain_.bytes());
  const std::uint8_t lost = TRY(write_half(1 - current_, next));
  next.flags |= lost;
  TRY(write_cell(next));  // here and nowhere else the ballot is in the box
  current_ = 1 - current_;
  cipher_is_box_ = true;
  return {};
}

// --- close, repair, swap ------------------------------------------------------------------------

Result<BallotRecord> Vault::decode_record(ByteView slot) const {
  if (slot[0] != 1 || get_le(slot, 1, 2) != plan_.style) return fault_error(Fault::count);
  BallotRecord out;
  out.id = TRY(decltype(out.id)::from(slot.subspan(3, 16)));
  out.sealed.code = TRY(Hash32::from(slot.subspan(19, 32)));
  const ByteView choices = slot.subspan(kRecordHead, plan_.choices_size);
  out.choices.assign(choices.begin(), choices.end());
  out.sealed.bytes = to_bytes(slot.subspan(kRecordHead + plan_.choices_size, plan_.sealed_size));
  return out;
}

Result<std::vector<BallotRecord>> Vault::ballots_in_ram() {
  cipher_is_box_ = false;  // what is counted is what the media hold
  TRY(open_box());
  std::vector<BallotRecord> out;
  for (std::uint32_t i = 0; i < plan_.slots; ++i) {
    if (plain_slot(i)[0] == 0) continue;
    auto record = TRY(decode_record(plain_slot(i)));
    out.push_back(std::move(record));
  }
  crypto::wipe(plain_.bytes());
  if (out.size() != cell_.generation) return fault_error(Fault::count);
  return out;
}

Result<void> Vault::destroy_key(Phase phase) {
  CHECK(phase == Phase::counted || phase == Phase::manual);
  Cell next = cell_;
  next.phase = static_cast<std::uint8_t>(phase);
  next.flags &= static_cast<std::uint8_t>(~Cell::kIntent);
  next.key = {};
  TRY(write_cell(next));
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (failed(medium)) continue;
    wipe_half(medium, 0);
    wipe_half(medium, 1);
  }
  return {};
}

Result<void> Vault::replace_medium(std::size_t medium, ports::BlockDevice& device) {
  if (device.size() < plan_.device_size()) return fault_error(Fault::wrong_medium);
  TRY(open_box());  // from the good one; its bytes stay in cipher_
  crypto::wipe(plain_.bytes());
  parts_.media[medium] = &device;
  const Bytes head = header(key_of(cell_), cell_.generation);
  if (write_one(medium, current_, cell_, head) != cell_.half_hash) {
    return fault_error(Fault::one_medium);
  }
  wipe_half(medium, 1 - current_);
  Cell next = cell_;
  next.flags &= static_cast<std::uint8_t>(~kMediumFailed[medium]);
  return write_cell(next);
}

Result<Vault> Vault::adopt(const VaultPlan& plan, const Parts& parts,
                           const crypto::BoxKeyPair& contingency) {
  Vault out{plan, parts};
  TRY(out.allocate());
  std::optional<Cell> best;
  bool ours = false;
  for (std::size_t half = 0; half < 2; ++half) {
    crypto::SecretBuffer prefix =
        crypto::SecretBuffer::of(kPrefix, crypto::SecretBuffer::Kind::plain).value();
    if (!parts.media[1]->read(half * plan.half_size(), prefix.bytes().first(kPrefix))) continue;
    const Bytes blank = out.header({}, 0);
    if (!equal(prefix.view().first(kSamePlan), ByteView{blank}.first(kSamePlan))) continue;
    ours = true;
    const std::size_t sealed = Cell::kSize + 48;
    const auto opened = crypto::box_open(contingency, prefix.view().subspan(kBlock, sealed));
    if (!opened) continue;
    const auto cell = ports::decode_cell(*opened);
    if (!cell || (best && best->generation >= cell->generation)) continue;
    out.cell_ = *cell;
    out.cell_.flags = Cell::kMediumAFailed;  // only the removable one is to be believed
    if (out.half_is_good(1, half)) {
      best = *cell;
      out.current_ = half;
    }
  }
  if (!best) return fault_error(ours ? Fault::vault : Fault::wrong_medium);
  out.cell_ = *best;
  out.cell_.flags = Cell::kMediumAFailed;
  TRY(out.open_box());
  Cell next = *best;  // the same ballots under a key that the dead machine never had
  next.flags = 0;
  parts.rng->fill(next.key.data);
  out.seal_all(key_of(next), next.generation, true);
  crypto::wipe(out.plain_.bytes());
  out.cell_.flags = 0;
  next.flags = TRY(out.write_half(1 - out.current_, next));
  TRY(out.write_cell(next));
  out.wipe_half(0, out.current_);
  out.wipe_half(1, out.current_);
  out.current_ = 1 - out.current_;
  return out;
}

}  // namespace sufragio::machine
