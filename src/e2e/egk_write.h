#pragma once

#include "e2e/egk_record.h"

// The same JSON files, written: what our own ballots and tallies look like to a verifier of
// egk-ec. Reading what is written gives the same values.
namespace sufragio::e2e {

[[nodiscard]] std::string write_egk_constants();  // of P-256
[[nodiscard]] std::string write_egk_config(const EgkConfig& config);
[[nodiscard]] std::string write_egk_keys(const EgkKeys& keys);
// `device` and `time_s` have no meaning for us: a mesa, and one constant for a whole day.
[[nodiscard]] std::string write_egk_ballot(const EgkBallot& ballot, std::string_view device,
                                           std::int64_t time_s);
// Contests in the order of the manifest.
[[nodiscard]] std::string write_egk_tally(const EgkTally& tally, const EgkManifest& manifest,
                                          std::string_view id);
[[nodiscard]] std::string write_egk_decryption(const EgkDecryption& decryption);

}  // namespace sufragio::e2e
