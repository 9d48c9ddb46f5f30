#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "codec/document.h"
#include "e2e/proofs.h"
#include "e2e/record.h"

// The JSON files of an election record as egk-ec writes them (docs/spec/egk-record.md): read here,
// checked in egk_check.h. E116 with the file's fact "field" when one is not in its format.
namespace sufragio::e2e {

struct EgkConstants {
  bool curve = true;          // else the integers of ElectionGuard
  std::string version;        // "v2.1.0"
  std::vector<Bytes> hashed;  // what the parameter hash covers, in its order
};

struct EgkOption {
  std::string id;
  std::uint32_t sequence = 0;
};

struct EgkContest {
  std::string id;
  std::string district;
  std::vector<EgkOption> options;
  ContestRule rule;
};

struct EgkManifest {
  Bytes bytes;  // the file: what its hash covers
  std::vector<EgkContest> contests;
  std::map<std::string, std::vector<std::string>> styles;  // to districts

  [[nodiscard]] const EgkContest* contest(std::string_view id) const;  // null: unknown
};

struct EgkConfig {
  std::uint32_t guardians = 0;
  std::uint32_t quorum = 0;
  Hash32 parameters;  // HP
  Hash32 manifest;    // HM
  Hash32 election;    // HB
  bool chained = false;
  Bytes aux;  // B0: without chaining, the auxiliary bytes of every code
};

struct EgkGuardian {
  std::string id;
  std::uint32_t number = 0;  // from 1
  std::vector<CoefficientProof> coefficients;
};

struct EgkKeys {
  Bytes joint;
  Hash32 extended;  // HE
  std::vector<EgkGuardian> guardians;
};

struct EgkBallot {
  std::string id;
  std::string style;
  Hash32 extended;
  bool cast = false;  // else challenged
  Bytes aux;
  EncryptedBallot ballot;
};

struct EgkTally {  // sums of ciphertexts by contest and option id
  Hash32 extended;
  std::vector<std::string> cast;
  std::map<std::pair<std::string, std::string>, Cipher> cells;
};

struct OpenedData {  // contest data of a challenged ballot, opened with a proof
  ContestData data;
  Bytes beta;
  Proof proof;
};

struct EgkDecryption {  // of a tally, or of one challenged ballot
  std::string id;
  Hash32 extended;
  struct Contest {
    std::string id;
    std::vector<DecryptedCell> cells;
    std::optional<OpenedData> data;
  };
  std::vector<Contest> contests;
};

struct EgkChain {
  Bytes start;  // B0
  std::vector<std::string> ballots;
  Hash32 last;
  Hash32 closing;
};

struct EgkRecord {
  EgkConstants constants;
  EgkManifest manifest;
  EgkConfig config;
  EgkKeys keys;
  std::vector<EgkBallot> ballots;
  std::vector<EgkChain> chains;
  std::optional<EgkTally> tally;
  std::optional<EgkDecryption> decryption;
  std::vector<EgkDecryption> challenged;
};

[[nodiscard]] Result<EgkConstants> read_egk_constants(const codec::Document& file);
[[nodiscard]] Result<EgkManifest> read_egk_manifest(ByteView bytes, const codec::Document& file);
[[nodiscard]] Result<EgkConfig> read_egk_config(const codec::Document& file);
[[nodiscard]] Result<EgkKeys> read_egk_keys(const codec::Document& file);
[[nodiscard]] Result<EgkBallot> read_egk_ballot(const codec::Document& file);
[[nodiscard]] Result<EgkTally> read_egk_tally(const codec::Document& file);
[[nodiscard]] Result<EgkDecryption> read_egk_decryption(const codec::Document& file);
[[nodiscard]] Result<EgkChain> read_egk_chain(const codec::Document& file);

}  // namespace sufragio::e2e
