#pragma once

#include <array>
#include <string>
#include <vector>

#include "biometrics/fmr.h"
#include "tests/support/support.h"

// The published records and images under shared/vectors/fingerprints (for tests and
// measurements only, never shipped).
namespace sufragio::tests {

inline constexpr std::string_view kPrints = "vectors/fingerprints";
inline constexpr std::array<std::string_view, 2> kPrintSets{"templates-secugen",
                                                            "templates-fingerjet"};
inline constexpr std::array<std::string_view, 8> kPrintBases{
    "fvc2002/DB1_B", "fvc2002/DB2_B", "fvc2002/DB3_B", "fvc2002/DB4_B",
    "fvc2004/DB1_B", "fvc2004/DB2_B", "fvc2004/DB3_B", "fvc2004/DB4_B"};
inline constexpr int kFingersOfBase = 10, kImpressionsOfFinger = 8;

inline std::string print_path(std::string_view set, std::string_view base, int finger, int which) {
  return std::string{kPrints} + "/" + std::string{set} + "/" + std::string{base} + "/" +
         std::to_string(101 + finger) + "_" + std::to_string(1 + which) + ".iso";
}

inline Bytes print_record(std::string_view set, std::string_view base, int finger, int which) {
  return to_bytes(as_bytes(read_file(*shared_path(print_path(set, base, finger, which)))));
}

inline std::vector<Bytes> print_records(std::string_view set, std::string_view base) {
  std::vector<Bytes> out;
  for (int finger = 0; finger < kFingersOfBase; ++finger) {
    for (int which = 0; which < kImpressionsOfFinger; ++which) {
      out.push_back(print_record(set, base, finger, which));
    }
  }
  return out;
}

}  // namespace sufragio::tests
