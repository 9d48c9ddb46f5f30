#pragma once

#include <string>
#include <vector>

#include "e2e/encrypt.h"

// The joint key of n guardians of whom k together can decrypt (Feldman's sharing): what each of
// them computes and checks. docs/spec/ceremony.md. Nobody ever holds the joint secret.
namespace sufragio::e2e {

inline constexpr std::uint32_t kMaxGuardians = 32;

struct CeremonyPlan {
  std::uint32_t guardians = 9;
  std::uint32_t quorum = 6;
  Hash32 manifest;  // HM
  // E401 unless 1 <= quorum <= guardians <= kMaxGuardians.
  [[nodiscard]] Result<void> check() const;
  friend bool operator==(const CeremonyPlan&, const CeremonyPlan&) = default;
};

// What a guardian says in public: its commitments with proofs, and the key for shares to it.
struct Announcement {
  std::uint32_t number = 0;  // 1 ... n
  std::string name;
  std::vector<CoefficientProof> coefficients;  // k of them
  Bytes channel;                               // element
  friend bool operator==(const Announcement&, const Announcement&) = default;
};
[[nodiscard]] Bytes encode(const Announcement& announcement);
[[nodiscard]] Result<Announcement> decode_announcement(ByteView bytes);  // E402

// Said before anybody reveals, so that the last speaker cannot choose the key.
[[nodiscard]] Hash32 commitment_to(ByteView announcement, const Hash32& salt);

// The secrets of one guardian during the ceremony. Wiped at the end; `save` and `load` are for the
// private folder between two steps.
class GuardianSecret {
 public:
  [[nodiscard]] static GuardianSecret draw(const CeremonyPlan& plan, Rng& rng);
  ~GuardianSecret();
  GuardianSecret(GuardianSecret&&) noexcept = default;
  GuardianSecret& operator=(GuardianSecret&&) noexcept = default;

  [[nodiscard]] Announcement announce(std::uint32_t number, std::string name, Rng& rng,
                                      crypto::P256Work& work) const;
  // The value of the polynomial at `to`, for that guardian only; bound to both numbers and HP.
  [[nodiscard]] Bytes seal_share(std::uint32_t from, const Announcement& to, Rng& rng,
                                 crypto::P256Work& work) const;
  // The share from another guardian: E404 when it does not open, E405 when it does not match the
  // commitments: a complaint, which ends the ceremony.
  [[nodiscard]] Result<crypto::Secret> open_share(const Announcement& from, std::uint32_t own,
                                                  ByteView sealed, crypto::P256Work& work) const;

  [[nodiscard]] Bytes save() const;  // secret bytes: the caller wraps and wipes them
  [[nodiscard]] static Result<GuardianSecret> load(ByteView bytes);  // E402

 private:
  GuardianSecret() = default;
  std::vector<crypto::Secret> coefficients_;
  crypto::Secret channel_;
};

// g^P(at) from the commitments of one guardian.
[[nodiscard]] Result<crypto::P256Element> share_commitment(const Announcement& from,
                                                           std::uint32_t at,
                                                           crypto::P256Work& work);

// All that the ceremony makes public, checked.
struct JointKey {
  CeremonyPlan plan;
  std::vector<Announcement> guardians;            // ascending by number, all n
  Bytes key;                                      // K
  Hash32 base;                                    // HB
  Hash32 extended;                                // HE
  Hash32 transcript;                              // HG = H256(CBOR array of all announcements)
  std::vector<crypto::P256Element> verification;  // g^z of each guardian

  [[nodiscard]] Key election_key(crypto::P256Work& work) const;
};
// E403 unless each of the n guardians announces once; E101, E102, E111 (fact "guardian").
[[nodiscard]] Result<JointKey> join(const CeremonyPlan& plan,
                                    std::vector<Announcement> announcements,
                                    crypto::P256Work& work);
// The array that HG covers, and back. Everything of it is checked. E402 and the codes of `join`.
[[nodiscard]] Bytes encode_transcript(const JointKey& joint);
[[nodiscard]] Result<JointKey> read_transcript(const CeremonyPlan& plan, ByteView bytes,
                                               crypto::P256Work& work);

// z = sum of the shares to this guardian, its own among them.
[[nodiscard]] crypto::Secret sum_of_shares(std::span<const crypto::Secret> shares);

}  // namespace sufragio::e2e
