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
//   B base   C codec   K crypto   D definition and package   A acta   Q codes on paper (QR)   S
//   seats   V rows (tally) L log    P publication and site   I import   W config walk   F files and
//   devices   X command line   T totalization   G award
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
