#pragma once

#include <cstdint>
#include <vector>

#include "election/package.h"

// The walk (docs/glossary.md): every mesa and contest reaches a ballot, an acta, codes
// that fit, a sum, a seat rule and an address, before the package is accepted. It asks the rooms
// themselves, by doing with the largest figures what the night will do.
namespace sufragio::services {

struct WalkReport {
  std::int64_t mesas = 0;
  std::int64_t pairs = 0;        // mesa x contest
  std::size_t longest_acta = 0;  // bytes of the largest record
  std::size_t longest_code = 0;  // characters of its QR-B text
  std::vector<Error> problems;   // W1xx with "mesa" and "contest"
};

[[nodiscard]] WalkReport walk(const election::Package& package);

}  // namespace sufragio::services
