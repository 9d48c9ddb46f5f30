#pragma once

#include <array>

#include "crypto/machine_records.h"
#include "crypto/secrets.h"
#include "machine/gate.h"
#include "ports/block_device.h"

// The roll state on the media (docs/spec/roll-state.md): two copies on each, of fixed size, sealed,
// rewritten whole in turn. After any power cut one whole copy is there.
namespace sufragio::machine {

class RollKeeper {
 public:
  static constexpr std::size_t kMedia = 2;
  struct Parts {
    std::array<ports::BlockDevice*, kMedia> media{};
    Rng* rng = nullptr;
  };
  struct Whose {
    crypto::ElectionHandle election;
    MesaId mesa;
    std::uint16_t electors = 0;
  };
  [[nodiscard]] static std::uint64_t device_size(std::uint16_t electors);

  // `mesa_key`: 32 bytes that never leave the machine's key store.
  RollKeeper(const Whose& whose, ByteView mesa_key, const Parts& parts);
  // Nobody has voted: both copies on both media. Fault 3101 when neither medium takes it.
  [[nodiscard]] Result<void> format();
  [[nodiscard]] Result<RollState> load();  // M104 when no copy opens
  // Durable on both media, or on the one that is left, when this returns. Fault 3101.
  [[nodiscard]] Result<void> save(const RollState& state);
  [[nodiscard]] bool lost(std::size_t medium) const { return lost_[medium]; }

 private:
  [[nodiscard]] std::size_t plain_size() const;
  [[nodiscard]] std::size_t copy_size() const;
  [[nodiscard]] Bytes associated() const;
  [[nodiscard]] Bytes encode(const RollState& state) const;
  [[nodiscard]] RollState decode(ByteView plain) const;
  [[nodiscard]] bool write(std::size_t medium, std::size_t copy, const RollState& state);

  Whose whose_;
  crypto::AeadKey key_;
  Parts parts_;
  std::uint8_t version_ = 0;  // cyclic, two bits: says which copy is newer, and no more
  std::size_t next_ = 0;      // the copy that the next save replaces
  std::array<bool, kMedia> lost_{};
  crypto::SecretBuffer buffer_;
};

}  // namespace sufragio::machine
