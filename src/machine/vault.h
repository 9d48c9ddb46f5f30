#pragma once

#include <array>
#include <optional>
#include <vector>

#include "crypto/wiping.h"
#include "election/package.h"
#include "machine/faults.h"
#include "ports/ballot_sealer.h"
#include "ports/block_device.h"
#include "ports/key_cell.h"
#include "ports/workers.h"

// The electronic ballot box (docs/spec/vault.md). Every cast re-randomises everything: all slots
// move, all bytes are encrypted under a new key, and one write of the key cell makes the new half
// the box. So a ballot is in it whole or not at all, whatever instruction the power is cut at, and
// nothing that stays behind tells an order, a time or a person.
namespace sufragio::machine {

enum class Phase : std::uint8_t {  // one byte of the key cell; it only grows but for two back steps
  sealed = 10,
  installed = 20,
  constituted = 30,
  zeroed = 40,
  open = 50,
  closing = 60,
  closed = 70,
  counted = 80,
  printed = 90,
  copies_out = 100,
  sent = 110,
  verified = 120,
  packed = 130,
  retired = 140,
  manual = 150
};

struct VaultPlan {  // fixed for an election at a mesa
  static constexpr std::uint64_t kMaxSlots = std::uint64_t{96} << 20;  // bytes of all slots

  crypto::ElectionHandle election;
  MesaId mesa;
  std::uint16_t style = 0;
  std::uint32_t slots = 0;
  std::uint32_t slot_size = 0;  // a multiple of 4,096 bytes
  std::size_t choices_size = 0;
  std::size_t sealed_size = 0;
  // Each generation on the removable medium carries its key, wrapped for the mesa's contingency
  // key (machine swap); without it block 1 stays empty.
  std::optional<crypto::BoxPublicKey> contingency;

  // Slots for 105 % of the registered electors. Fault 3190 when they need more than kMaxSlots.
  [[nodiscard]] static Result<VaultPlan> of(const election::Package& package,
                                            const election::Mesa& mesa,
                                            const ports::BallotSealer& sealer);
  [[nodiscard]] std::uint64_t half_size() const;    // rounded up to 1 MiB
  [[nodiscard]] std::uint64_t device_size() const;  // both halves
};

struct BallotRecord {
  FixedBytes<struct BallotRecordTag, 16> id;  // random; says nothing
  crypto::Wiped<std::uint8_t> choices;        // compact (election/selections.h)
  ports::SealedBallot sealed;
};

enum class VoidReason : std::uint8_t { print_fault = 1, spoiled = 2, crash = 3, challenge = 4 };

class Vault {
 public:
  static constexpr std::size_t kMedia = 2;  // 0 internal, 1 removable
  struct Parts {
    std::array<ports::BlockDevice*, kMedia> media{};
    ports::KeyCell* cell = nullptr;
    Rng* rng = nullptr;
    ports::Workers* workers = nullptr;
    crypto::SecretBuffer::Kind memory = crypto::SecretBuffer::Kind::locked;
  };

  // An empty box, generation 0, phase INSTALLED. Refused with 1301 when the cell holds ballots of
  // this day. K112 (fault 1110) when memory cannot be locked; 3101, 3103.
  [[nodiscard]] static Result<Vault> format(const VaultPlan& plan, const Parts& parts);
  // After power comes back: finds the good half, repairs the other medium, wipes what is not the
  // box, counts a print whose ballot was not stored as void. 3102, 3103, 3104. From COUNTED on
  // there is no box any more and nothing is read.
  [[nodiscard]] static Result<Vault> boot(const VaultPlan& plan, const Parts& parts);
  // The spare machine: the newest generation on the removable medium, opened with the mesa's
  // contingency key, under a new key on both media. 3102, 3104.
  [[nodiscard]] static Result<Vault> adopt(const VaultPlan& plan, const Parts& parts,
                                           const crypto::BoxKeyPair& contingency);

  // What boot found: 3107 repaired, 3108 one medium out, void print (an intent without a cast).
  struct Found {
    bool repaired = false;
    bool void_print = false;
  };
  [[nodiscard]] const Found& found() const { return found_; }
  [[nodiscard]] const ports::Cell& cell() const { return cell_; }
  [[nodiscard]] Phase phase() const { return static_cast<Phase>(cell_.phase); }
  [[nodiscard]] std::uint64_t ballots() const { return cell_.generation; }
  [[nodiscard]] std::uint8_t parity() const { return cell_.generation % 2; }
  [[nodiscard]] bool has_room() const { return cell_.generation < plan_.slots; }
  [[nodiscard]] bool degraded() const;
  [[nodiscard]] const VaultPlan& plan() const { return plan_; }

  [[nodiscard]] Result<void> set_phase(Phase phase);
  // The print is about to start: from here a power cut counts as a void print.
  [[nodiscard]] Result<void> intent();
  // Stores the record and clears the intent: when this returns the ballot is on both media (or on
  // the one that is left). 3101: not stored, the intent still stands; 3106: no room. `abandoned`:
  // the null ballot of somebody who left, counted with it.
  [[nodiscard]] Result<void> cast(const BallotRecord& record, bool abandoned = false);
  // The print of this intent is void, without a ballot.
  [[nodiscard]] Result<void> void_print(VoidReason reason);
  // A new medium in place of the failed one takes a copy of everything.
  [[nodiscard]] Result<void> replace_medium(std::size_t medium, ports::BlockDevice& device);

  // At close: every ballot, in no order. 3104; 8201 when a record is not in its form, or their
  // number is not the generation.
  [[nodiscard]] Result<std::vector<BallotRecord>> ballots_in_ram();
  // The choices cannot be read by anyone from here on; phase COUNTED (or MANUAL).
  [[nodiscard]] Result<void> destroy_key(Phase phase);

 private:
  Vault(const VaultPlan& plan, const Parts& parts) : plan_{plan}, parts_{parts} {}
  [[nodiscard]] Result<void> allocate();
  [[nodiscard]] Result<void> write_cell(const ports::Cell& cell);
  [[nodiscard]] bool failed(std::size_t medium) const;

  [[nodiscard]] Bytes header(const crypto::AeadKey& key, std::uint64_t generation) const;
  [[nodiscard]] std::size_t body_size() const { return std::size_t{plan_.slots} * plan_.slot_size; }
  [[nodiscard]] std::span<std::uint8_t> plain_slot(std::uint32_t i);
  [[nodiscard]] Hash32 hash_of_half(ByteView header, ByteView body) const;
  // One half of one medium: is it the box of the cell?
  [[nodiscard]] bool half_is_good(std::size_t medium, std::size_t half);
  [[nodiscard]] bool read_half(std::size_t medium, std::size_t half);  // body into cipher_
  [[nodiscard]] bool rebuild(std::size_t half);
  [[nodiscard]] Result<void> find_box();
  [[nodiscard]] bool foreign(std::size_t medium);
  [[nodiscard]] bool rotten_copy(std::size_t medium);
  [[nodiscard]] Result<void> put_in_order();
  void wipe_half(std::size_t medium, std::size_t half);
  [[nodiscard]] bool open_slot(const crypto::AeadKey& key, std::uint64_t generation,
                               std::uint32_t i, ByteView sealed, std::span<std::uint8_t> out) const;
  [[nodiscard]] bool each_slot(const std::function<bool(std::uint32_t)>& work);
  // Decrypts the current half into plain_: as the last cast left it in memory, or from the media.
  [[nodiscard]] Result<void> open_box();
  void seal_all(const crypto::AeadKey& key, std::uint64_t generation, bool shuffle);
  // Writes cipher_ as generation `next` to one half of every medium; reads it back. Fills in the
  // hash of `next`.
  [[nodiscard]] Result<std::uint8_t> write_half(std::size_t half, ports::Cell& next);
  [[nodiscard]] bool write_body(std::size_t medium, std::size_t half);
  // The hash of what the medium then holds; none if it fails. `write_one`: body and head.
  [[nodiscard]] std::optional<Hash32> write_one(std::size_t medium, std::size_t half,
                                                const ports::Cell& next, ByteView header);
  [[nodiscard]] std::optional<Hash32> finish_half(std::size_t medium, std::size_t half,
                                                  const ports::Cell& next, ByteView header);
  [[nodiscard]] Bytes wrap(const ports::Cell& cell) const;
  [[nodiscard]] Bytes encode_record(const BallotRecord& record) const;
  [[nodiscard]] Result<BallotRecord> decode_record(ByteView slot) const;

  VaultPlan plan_;
  Parts parts_;
  ports::Cell cell_;
  Found found_;
  std::size_t current_ = 0;                         // the half that is the box
  crypto::SecretBuffer plain_;                      // N slots, decrypted
  crypto::SecretBuffer cipher_;                     // N slots, as on the media
  bool cipher_is_box_ = false;                      // cipher_ is the half that is the box
  std::array<crypto::SecretBuffer, kMedia> chunk_;  // aligned room to read back
};

}  // namespace sufragio::machine
