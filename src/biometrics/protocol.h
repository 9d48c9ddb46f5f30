#pragma once

#include <string>

#include "biometrics/compare.h"
#include "biometrics/metrics.h"

namespace sufragio::biometrics {

// How matchers are measured here (docs/spec/fingerprints.md, part 6): per bank of prints all
// genuine pairs and all pairs of different fingers, once with one threshold for each bank and once
// with one for all banks of a year and of all years.
struct BankRecords {
  std::string name;  // "fvc2002/DB1_B"
  std::string year;  // "fvc2002": what is pooled together
  std::size_t fingers = 0, impressions = 0;
  std::vector<Bytes> records;  // finger by finger; empty: could not be acquired
};

struct RatesRow {
  std::string name;  // of a bank, of a year, or "all"
  std::size_t genuine = 0, impostors = 0;
  ErrorRates rates;
  std::uint64_t strict_eer = 0;  // first impressions only, as in FVC set B; 0 for pools
};

struct ProtocolReport {
  std::vector<RatesRow> rows;
  std::vector<DetPoint> det;  // of all banks together
  std::size_t genuine = 0, impostors = 0;
  std::size_t not_acquired = 0;  // records without minutiae, or that cannot be read
  std::size_t asymmetric = 0;    // pairs whose score differs when they are swapped: must be 0
  Hash32 scores{};               // SHA-256 of all scores in order: the same on every machine
};

// Every score twice, in both orders. Y022: no bank, or one that is not fingers x impressions.
[[nodiscard]] Result<ProtocolReport> run_protocol(std::span<const BankRecords> banks,
                                                  Matcher& matcher);

}  // namespace sufragio::biometrics
