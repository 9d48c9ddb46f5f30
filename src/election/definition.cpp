#include "election/definition.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/numbers.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

constexpr std::array<std::string_view, 4> kElectionKinds = {"real", "drill", "mock", "audit"};
constexpr std::array<std::string_view, 8> kContestKinds = {
    "president", "governor", "mayor", "list", "nominal", "indigenous", "referendum", "constituent"};

template <typename Kind, std::size_t N>
Result<Kind> kind_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return fail(kBadValue, {{"value", std::string{name}}});
  return static_cast<Kind>(found - names.begin());
}

// The entry with this key in a vector that is ascending by it, or null.
template <typename T, typename Key, typename Member>
const T* find_sorted(const std::vector<T>& items, const Key& key, Member T::*member) {
  const auto at =
      std::lower_bound(items.begin(), items.end(), key,
                       [&](const T& item, const Key& wanted) { return item.*member < wanted; });
  return at != items.end() && (*at).*member == key ? &*at : nullptr;
}

}  // namespace

std::string_view kind_name(ElectionKind kind) {
  return kElectionKinds.at(static_cast<std::size_t>(kind));
}
std::string_view kind_name(ContestKind kind) {
  return kContestKinds.at(static_cast<std::size_t>(kind));
}
Result<ElectionKind> parse_election_kind(std::string_view name) {
  return kind_of<ElectionKind>(kElectionKinds, name);
}
Result<ContestKind> parse_contest_kind(std::string_view name) {
  return kind_of<ContestKind>(kContestKinds, name);
}

bool is_generated_mark(std::string_view text) {
  if (text.empty()) return true;
  std::size_t next = 0;
  for (const std::string_view word : split(text, ' ')) {
    while (next < std::size(kGeneratedWords) && kGeneratedWords[next] != word) ++next;
    if (next++ == std::size(kGeneratedWords)) return false;
  }
  return true;
}

const Contest& Definition::contest(ContestIndex index) const {
  CHECK(index.value() < contests.size());
  return contests[index.value()];
}

const Territory* Definition::territory(const TerritoryCode& code) const {
  return find_sorted(territories, code, &Territory::code);
}

const Mesa* Definition::mesa(const MesaId& wanted) const {
  return find_sorted(mesas, wanted, &Mesa::id);
}

std::optional<ContestIndex> Definition::contest_index(const ContestId& wanted) const {
  for (std::size_t i = 0; i < contests.size(); ++i) {
    if (contests[i].id == wanted) return ContestIndex{static_cast<std::uint16_t>(i)};
  }
  return std::nullopt;
}

const Organisation* Definition::organisation(const OrganisationId& wanted) const {
  return find_sorted(organisations, wanted, &Organisation::id);
}

}  // namespace sufragio::election
