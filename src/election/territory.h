#pragma once

#include <compare>
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
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Level level() const;
  [[nodiscard]] std::optional<TerritoryCode> parent() const;      // nothing for the country
  [[nodiscard]] bool contains(const TerritoryCode& other) const;  // itself included
  [[nodiscard]] TerritoryCode at(
      Level level) const;  // the ancestor (or itself) on that level; CHECK: not below itself
  friend auto operator<=>(const TerritoryCode&, const TerritoryCode&) = default;

 private:
  std::string text_;
};

}  // namespace sufragio::election
