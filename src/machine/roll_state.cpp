#include "machine/roll_state.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/little_endian.h"
#include "machine/codes.h"

namespace sufragio::machine {

namespace {

constexpr std::size_t kPending = 17;
constexpr std::size_t kTokenBits = 63;  // bytes: 500 tokens
constexpr std::size_t kTokens = 2 + 2 + kTokenBits;
constexpr std::size_t kHead = 1 + kPending + kTokens;
constexpr std::size_t kNonce = 24;
constexpr std::string_view kRollLabel = "sufragio/roll-state/1";

std::size_t plain_size_of(std::uint16_t electors) {
  return 1 + kPending + kTokens + std::size_t{electors} * (1 + 8);
}
std::size_t copy_size_of(std::uint16_t electors) {
  const std::size_t sealed = kNonce + plain_size_of(electors) + crypto::kAeadTag;
  return (sealed + ports::BlockDevice::kBlock - 1) / ports::BlockDevice::kBlock *
         ports::BlockDevice::kBlock;
}

void put_pending(std::span<std::uint8_t> out, const Pending& pending) {
  out[0] = 1;
  put_le(out, 1, pending.elector.value(), 2);
  out[3] = static_cast<std::uint8_t>(pending.outcome);
  out[4] = pending.assisted ? 1 : 0;
  put_le(out, 5, pending.token, 2);
  out[7] = pending.parity;
  put_le(out, 8, pending.assistant, 8);
}

Pending take_pending(ByteView in) {
  Pending out;
  out.elector = roll::RollIndex{static_cast<std::uint16_t>(get_le(in, 1, 2))};
  out.outcome = static_cast<Outcome>(in[3]);
  out.assisted = in[4] != 0;
  out.token = static_cast<std::uint16_t>(get_le(in, 5, 2));
  out.parity = in[7];
  out.assistant = get_le(in, 8, 8);
  return out;
}

}  // namespace

std::uint64_t RollKeeper::device_size(std::uint16_t electors) { return 2 * copy_size_of(electors); }
std::size_t RollKeeper::plain_size() const { return plain_size_of(whose_.electors); }
std::size_t RollKeeper::copy_size() const { return copy_size_of(whose_.electors); }

RollKeeper::RollKeeper(const Whose& whose, ByteView mesa_key, const Parts& parts)
    : whose_{whose}, parts_{parts} {
  const Bytes key = crypto::hkdf_sha256(mesa_key, {}, kRollLabel, crypto::AeadKey::kSize);
  key_ = crypto::AeadKey::from(key).value();
  buffer_ = crypto::SecretBuffer::of(copy_size(), crypto::SecretBuffer::Kind::plain).value();
}

Bytes RollKeeper::associated() const {
  Bytes out = to_bytes(as_bytes(kRollLabel));
  out.resize(kRollLabel.size() + 8 + 4 + 1);
  std::ranges::copy(whose_.election.data,
                    out.begin() + static_cast<std::ptrdiff_t>(kRollLabel.size()));
  put_le(out, kRollLabel.size() + 8, whose_.mesa.centre.value(), 4);
  put_le(out, kRollLabel.size() + 12, whose_.mesa.mesa.value(), 1);
  return out;
}

Bytes RollKeeper::encode(const RollState& state) const {
  CHECK(state.marks.size() == whose_.electors && state.assistants.size() <= whose_.electors);
  Bytes out(plain_size());
  out[0] = version_;
  if (state.pending) put_pending(std::span{out}.subspan(1, kPending), *state.pending);
  const std::size_t tokens = 1 + kPending;
  put_le(out, tokens, state.tokens_issued, 2);
  put_le(out, tokens + 2, state.tokens_voided, 2);
  for (const std::uint16_t token : state.tokens_used) {
    CHECK(token / 8 < kTokenBits);
    out[tokens + 4 + token / 8] |= static_cast<std::uint8_t>(1U << (token % 8));
  }
  std::ranges::copy(state.marks, out.begin() + kHead);
  const std::size_t tags = kHead + whose_.electors;
  for (std::size_t i = 0; i < state.assistants.size(); ++i) {
    put_le(out, tags + 8 * i, state.assistants[i], 8);
  }
  return out;
}

RollState RollKeeper::decode(ByteView plain) const {
  RollState out;
  if (plain[1] != 0) out.pending = take_pending(plain.subspan(1, kPending));
  const ByteView tokens = plain.subspan(1 + kPending, kTokens);
  out.tokens_issued = static_cast<std::uint16_t>(get_le(tokens, 0, 2));
  out.tokens_voided = static_cast<std::uint16_t>(get_le(tokens, 2, 2));
  for (std::uint16_t token = 0; token < 8 * kTokenBits; ++token) {
    if ((tokens[4 + token / 8] >> (token % 8) & 1) != 0) out.tokens_used.push_back(token);
  }
  const ByteView marks = plain.subspan(kHead, whose_.electors);
  out.marks.assign(marks.begin(), marks.end());
  for (std::size_t i = 0; i < whose_.electors; ++i) {
    const std::uint64_t tag = get_le(plain, kHead + whose_.electors + 8 * i, 8);
    if (tag != 0) out.assistants.push_back(tag);
  }
  return out;
}

bool RollKeeper::write(std::size_t medium, std::size_t copy, const RollState& state) {
  Bytes plain = encode(state);
  Bytes sealed = crypto::aead_seal(key_, plain, associated(), *parts_.rng);
  crypto::wipe(plain);
  const std::span<std::uint8_t> out = buffer_.bytes().first(copy_size());
  std::ranges::fill(out, std::uint8_t{0});
  std::ranges::copy(sealed, out.begin());
  ports::BlockDevice& device = *parts_.media[medium];
  return device.write(copy * copy_size(), out).has_value() && device.sync().has_value();
}

Result<void> RollKeeper::format() {
  RollState empty;
  empty.marks.resize(whose_.electors);
  TRY(save(empty));
  return save(empty);
}

Result<RollState> RollKeeper::load() {
  std::optional<RollState> newest;
  std::array<std::array<int, 2>, kMedia> versions{};
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    for (std::size_t copy = 0; copy < 2; ++copy) {
      versions[medium][copy] = -1;
      const std::span<std::uint8_t> in = buffer_.bytes().first(copy_size());
      if (!parts_.media[medium]->read(copy * copy_size(), in)) continue;
      const ByteView sealed = in.first(kNonce + plain_size() + crypto::kAeadTag);
      const auto plain = crypto::aead_open(key_, sealed, associated());
      if (!plain) continue;
      // Of two consecutive versions the one after the other is newer.
      const std::uint8_t version = (*plain)[0];
      versions[medium][copy] = version;
      if (newest && version != (version_ + 1) % 4) continue;
      version_ = version;
      next_ = 1 - copy;
      newest = decode(*plain);
    }
  }
  if (!newest) return fail(kBadRollState);
  // A medium that stayed behind takes the same version before anything newer is written: else its
  // old copy would look like the one after the next.
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (versions[medium][1 - next_] == version_) continue;
    lost_[medium] = !write(medium, 1 - next_, *newest);
  }
  return std::move(*newest);
}

Result<void> RollKeeper::save(const RollState& state) {
  version_ = static_cast<std::uint8_t>((version_ + 1) % 4);
  bool any = false;
  for (std::size_t medium = 0; medium < kMedia; ++medium) {
    if (lost_[medium]) continue;
    lost_[medium] = !write(medium, next_, state);
    any |= !lost_[medium];
  }
  next_ = 1 - next_;
  if (!any) return fault_error(Fault::both_media);
  return {};
}

}  // namespace sufragio::machine
