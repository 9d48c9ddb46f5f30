#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/importing/builder.h"

// Sources that name territories but give no codes: states get their official code, everything below
// is numbered in the order of first appearance. Such codes are made here and are no one else's
// (I130, about["synthetic_codes"]).
namespace sufragio::services {

struct NamedPlace {  // as the source has them, with their prefixes
  std::string_view state, municipality, parish, centre;
};

class NamedTerritories {
 public:
  explicit NamedTerritories(Builder& builder) : b_{builder} {}

  // The parish's code with all names above it; I105 for a state that the mapping does not list,
  // I118 when the numbers run out, I112 for a name that is none.
  [[nodiscard]] std::optional<election::TerritoryCode> parish(const NamedPlace& named,
                                                              const Place& place);
  // The `nth` centre of this name in the parish (0 = first).
  [[nodiscard]] std::optional<election::TerritoryCode> centre(const election::TerritoryCode& parish,
                                                              std::string_view name,
                                                              std::size_t nth, const Place& place);

 private:
  [[nodiscard]] std::optional<election::TerritoryCode> child(const election::TerritoryCode& parent,
                                                             std::string_view name, std::size_t nth,
                                                             int digits, const Place& place);
  Builder& b_;
  std::map<std::pair<std::string, std::string>, election::TerritoryCode>
      known_;  // parent, name#nth
  std::map<std::string, std::uint32_t> children_;
};

[[nodiscard]] MesaId mesa_id_of(const election::TerritoryCode& centre, std::uint16_t mesa);

}  // namespace sufragio::services
