#include "services/importing/named.h"

#include "base/check.h"
#include "base/numbers.h"
#include "services/importing/codes.h"

namespace sufragio::services {

using election::TerritoryCode;

std::optional<TerritoryCode> NamedTerritories::child(const TerritoryCode& parent,
                                                     std::string_view name, std::size_t nth,
                                                     int digits, const Place& place) {
  std::string key{trim(name)};
  if (nth > 0) key += "#" + std::to_string(nth);
  const auto found = known_.find({parent.text(), key});
  if (found != known_.end()) return found->second;
  std::uint32_t& number = children_[parent.text()];
  const std::uint32_t most = digits == 3 ? 999 : 99;
  if (number >= most) {
    b_.defect(import_codes::kLimit, place, {{"value", key.substr(0, 60)}});
    return std::nullopt;
  }
  const TerritoryCode code = code_of(parent.text() + zero_padded(number + 1, digits));
  if (trim(name).empty() || !b_.name(code, name, place)) return std::nullopt;
  ++number;
  b_.count(import_codes::kSynthetic, place);
  known_.emplace(std::pair{parent.text(), key}, code);
  return code;
}

std::optional<TerritoryCode> NamedTerritories::parish(const NamedPlace& named, const Place& place) {
  const auto& states = b_.mapping().states;
  const auto state = states.find(std::string{trim(named.state)});
  const Result<TerritoryCode> code =
      TerritoryCode::parse(state == states.end() ? "?" : state->second);
  if (!code || code->level() != election::Level::state) {
    b_.defect(import_codes::kBadCode, place, {{"value", std::string{named.state.substr(0, 60)}}});
    return std::nullopt;
  }
  if (!b_.name(*code, named.state, place)) return std::nullopt;
  const auto municipality = child(*code, named.municipality, 0, 2, place);
  if (!municipality) return std::nullopt;
  return child(*municipality, named.parish, 0, 2, place);
}

std::optional<TerritoryCode> NamedTerritories::centre(const TerritoryCode& parish,
                                                      std::string_view name, std::size_t nth,
                                                      const Place& place) {
  return child(parish, name, nth, 3, place);
}

MesaId mesa_id_of(const TerritoryCode& centre, std::uint16_t mesa) {
  const Result<std::uint64_t> number = parse_padded(centre.text(), kMaxCentre);
  CHECK(number.has_value() && centre.level() == election::Level::centre);
  return {CentreCode{static_cast<std::uint32_t>(*number)}, MesaNumber{mesa}};
}

}  // namespace sufragio::services
