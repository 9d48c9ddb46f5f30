#pragma once

#include <cstdint>
#include <vector>

#include "acta/layout.h"
#include "election/package.h"
#include "ports/paper.h"

// The walk (docs/glossary.md): every mesa and contest reaches a ballot, a receipt, an acta that can
// be drawn, codes that fit, a place in log and index, a sum, a seat rule and an address, before the
// package is accepted. It asks the rooms themselves, by doing with the largest figures what the
// night will do. What depends on the ballot style alone is done once for each style.
namespace sufragio::services {

struct WalkReport {
  std::int64_t mesas = 0;
  std::int64_t pairs = 0;        // mesa x contest
  std::int64_t styles = 0;       // ballots that a mesa has
  std::size_t longest_acta = 0;  // bytes of the largest record
  std::size_t longest_code = 0;  // characters of its QR-B text
  int longest_paper_mm = 0;      // of the acta, as it will be printed
  std::size_t most_sheets = 0;   // that it is cut into
  std::vector<Error> problems;   // W1xx with "mesa" and "contest": a link that is broken
  std::vector<Error> warnings;   // W110
};

struct WalkTools {
  ports::QrEncoder& encoder;
  const acta::Words& words;    // of the acta
  int long_paper_mm = 2'000;   // an acta above this length is said (docs/spec/acta-layout.md)
  int most_paper_mm = 16'000;  // above this it is refused: five copies on a roll of 80 m
};

[[nodiscard]] WalkReport walk(const election::Package& package, const WalkTools& tools);

// The links of a definition alone, without paper: what `walk` asks for each mesa and contest. A
// package never holds a definition that breaks some of them; here they can be shown broken.
[[nodiscard]] WalkReport walk_definition(const election::Definition& definition,
                                         const election::LawPack& law);

}  // namespace sufragio::services
