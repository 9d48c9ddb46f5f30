#pragma once

#include <gtest/gtest.h>

#include "crypto/keys.h"
#include "log/note.h"

namespace sufragio::log {

inline constexpr const char* kOrigin = "log.example.org/2026";

// The published key of the log of ../shared/vectors/tlog (tessera's testdata).
inline constexpr const char* kTesseraKey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

inline crypto::SoftwareKey test_key(std::uint8_t fill) {
  const Bytes secret(32, fill);
  Result<crypto::SoftwareKey> key =
      crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, secret);
  EXPECT_TRUE(key.has_value());
  return std::move(*key);
}

inline LogKey public_part(const crypto::SoftwareKey& key, std::string_view name) {
  LogKey out;
  out.name = std::string{name};
  out.key = key.public_key();
  return out;
}

}  // namespace sufragio::log
