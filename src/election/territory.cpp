#include "election/territory.h"

#include <array>

#include "base/check.h"
#include "base/numbers.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::size_t, 5> kWidth = {0, 2, 4, 6, 9};  // by level

}  // namespace

Result<TerritoryCode> TerritoryCode::parse(std::string_view text) {
  bool good = false;
  for (const std::size_t width : kWidth) good = good || text.size() == width;
  for (const char c : text) good = good && c >= '0' && c <= '9';
  if (!good) return fail(kBadTerritory, {{"value", std::string{text}}});
  TerritoryCode out;
  out.text_ = text;
  return out;
}

TerritoryCode TerritoryCode::of(CentreCode centre) {
  CHECK(centre.value() <= kMaxCentre);
  TerritoryCode out;
  out.text_ = zero_padded(centre.value(), 9);
  return out;
}

Level TerritoryCode::level() const {
  std::size_t level = 0;
  while (kWidth[level] != text_.size()) ++level;
  return static_cast<Level>(level);
}

std::optional<TerritoryCode> TerritoryCode::parent() const {
  const Level own = level();
  if (own == Level::country) return std::nullopt;
  return at(static_cast<Level>(static_cast<int>(own) - 1));
}

bool TerritoryCode::contains(const TerritoryCode& other) const {
  return std::string_view{other.text_}.starts_with(text_);
}

TerritoryCode TerritoryCode::at(Level wanted) const {
  CHECK(wanted <= level());
  TerritoryCode out;
  out.text_ = text_.substr(0, kWidth[static_cast<std::size_t>(wanted)]);
  return out;
}

}  // namespace sufragio::election
