#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace sufragio::election {

enum class Level { country, state, municipality, parish, centre };

// "" country, EE state, EEMM municipality, EEMMPP parish, EEMMPPCCC centre. Text,
// zero-padded.
class TerritoryCode {
 public:
  TerritoryCode() = default;                                                // the country
  [[nodiscard]] static Result<TerritoryCode> parse(std::string_view text);  // D101
  [[nodiscard]] static TerritoryCode of(CentreCode centre);
  [[nodiscard]] std::string text() const { return std::string{digits()}; }
  [[nodiscard]] Level level() const;
  [[nodiscard]] std::optional<TerritoryCode> parent() const;      // nothing for the country
  [[nodiscard]] bool contains(const TerritoryCode& other) const;  // itself included
  [[nodiscard]] TerritoryCode at(
      Level level) const;  // the ancestor (or itself) on that level; CHECK: not below itself
  friend auto operator<=>(const TerritoryCode&, const TerritoryCode&) = default;

  struct Hash {  // for look-up tables in memory
    [[nodiscard]] std::size_t operator()(const TerritoryCode& code) const;
  };

 private:
  [[nodiscard]] static TerritoryCode made_of(std::string_view digits);
  [[nodiscard]] std::string_view digits() const { return {digits_.data(), width_}; }

  // Every row carries one, so it lives in the row itself. Places that are not used are 0: what is
  // inside sorts behind what contains it.
  std::array<char, 9> digits_{};
  std::uint8_t width_ = 0;
};

}  // namespace sufragio::election
