#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

// What is published of the encrypted count, as it stands in files: nothing of it is checked until a
// verifier has done it. Elements are their bytes (33 for P-256). docs/spec/e2e.md.
namespace sufragio::e2e {

using ScalarBytes = std::array<std::uint8_t, 32>;  // big-endian; below the order when verified

struct Proof {  // one branch of a Chaum-Pedersen or Schnorr proof
  ScalarBytes challenge{};
  ScalarBytes response{};
  friend bool operator==(const Proof&, const Proof&) = default;
};

struct Cipher {  // exponential ElGamal to the base of the joint key: g^x, K^(x + vote)
  Bytes pad;
  Bytes data;
  friend bool operator==(const Cipher&, const Cipher&) = default;
};

struct EncryptedOption {
  std::string id;  // as the manifest names it; empty in our own compact form
  std::uint32_t sequence = 0;
  Cipher vote;
  std::vector<Proof> range;  // limit of the option + 1 branches
  friend bool operator==(const EncryptedOption&, const EncryptedOption&) = default;
};

// Notes of a contest (status, write-ins) as hashed ElGamal; only in foreign records.
struct ContestData {
  Bytes c0;
  Bytes c1;
  Hash32 c2;
  std::uint32_t size = 0;  // bytes
  friend bool operator==(const ContestData&, const ContestData&) = default;
};

struct EncryptedContest {
  std::string id;
  std::uint32_t sequence = 0;
  std::vector<EncryptedOption> options;
  std::vector<Proof> limit;  // votes allowed + 1 branches
  Hash32 hash;
  std::optional<ContestData> data;
  friend bool operator==(const EncryptedContest&, const EncryptedContest&) = default;
};

struct EncryptedBallot {
  std::vector<EncryptedContest> contests;  // ascending by sequence
  Hash32 code;
  friend bool operator==(const EncryptedBallot&, const EncryptedBallot&) = default;
};

struct DecryptedCell {  // one sum with the proof that it was decrypted rightly
  std::string id;       // of the option; empty in our own form
  Cipher sum;
  std::uint32_t tally = 0;
  Bytes power;  // T = K^tally
  Proof proof;
  friend bool operator==(const DecryptedCell&, const DecryptedCell&) = default;
};

struct CoefficientProof {  // g^a and the proof that its maker knows a
  Bytes commitment;
  Proof proof;
  friend bool operator==(const CoefficientProof&, const CoefficientProof&) = default;
};

}  // namespace sufragio::e2e
