#include "election/territory.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::size_t, 5> kWidth = {0, 2, 4, 6, 9};  // by level

}  // namespace

TerritoryCode TerritoryCode::made_of(std::string_view digits) {
  TerritoryCode out;
  std::ranges::copy(digits, out.digits_.begin());
  out.width_ = static_cast<std::uint8_t>(digits.size());
  return out;
}

std::size_t TerritoryCode::Hash::operator()(const TerritoryCode& code) const {
  std::size_t out = code.width_;  // "01" is not "0101"
  for (const char digit : code.digits()) out = out * 10 + static_cast<std::size_t>(digit - '0');
  return out;
}

Result<TerritoryCode> TerritoryCode::parse(std::string_view text) {
  bool good = false;
  for (const std::size_t width : kWidth) good = good || text.size() == width;
  for (const char c : text) good = good && c >= '0' && c <= '9';
  if (!good) return fail(kBadTerritory, {{"value", std::string{text}}});
  return made_of(text);
}

TerritoryCode TerritoryCode::of(CentreCode centre) {
  CHECK(centre.value() <= kMaxCentre);
  return made_of(zero_padded(centre.value(), 9));
}

Level TerritoryCode::level() const {
  std::size_t level = 0;
  while (kWidth[level] != width_) ++level;
  return static_cast<Level>(level);
}

std::optional<TerritoryCode> TerritoryCode::parent() const {
  const Level own = level();
  if (own == Level::country) return std::nullopt;
  return at(static_cast<Level>(static_cast<int>(own) - 1));
}

bool TerritoryCode::contains(const TerritoryCode& other) const {
  return other.digits().starts_with(digits());
}

TerritoryCode TerritoryCode::at(Level wanted) const {
  CHECK(wanted <= level());
  return made_of(digits().substr(0, kWidth[static_cast<std::size_t>(wanted)]));
}

}  // namespace sufragio::election
