#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sufragio {

// A stable public number: one letter for the room that raises it, then three digits ("V203").
// Numbers are never reused. Each room lists its codes in `<room>/codes.h`; the text and the remedy
// of each stand in `i18n/*.json` under `code.V203.what` and `code.V203.remedy`. `./x tidy` checks
// that every code has both, in every language.
//
//   A acta   B base   C codec   D definition and package   E second count   F files and devices
//   G award   H nominations and ballots   I import   J ceremony   K crypto   L log   M machine
//   N roll   O office   P publication and site   Q codes on paper (QR)
//   R reconciliation   S seats   T totalization   U audits   V rows (tally)   W config walk
//   X command line   Y fingerprints   Z statements
struct Code {
  char room = 'B';
  std::uint16_t number = 0;

  [[nodiscard]] std::string text() const;
  friend constexpr auto operator<=>(const Code&, const Code&) = default;
};

struct Fact {  // one named value of a message: {"line", "17"}
  std::string name;
  std::string value;
  friend bool operator==(const Fact&, const Fact&) = default;
};

// An expected failure: what happened (code) and where (facts, in the order in which they became
// known). The words for people are made from the catalogue at the edge, never here.
struct Error {
  Code code;
  std::vector<Fact> context = {};

  [[nodiscard]] Error with(std::string_view name, std::string_view value) &&;
  [[nodiscard]] Error with(std::string_view name, std::int64_t value) &&;
  [[nodiscard]] std::string_view fact(std::string_view name) const;  // "" when absent
  [[nodiscard]] std::string debug() const;  // "V203 line=17 cards=412", for logs and tests
  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace sufragio
