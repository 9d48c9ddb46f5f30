#include "election/assumptions.h"

#include <algorithm>

namespace sufragio::election {

std::vector<const LawParameter*> assumptions(const LawPack& pack, const Definition& definition) {
  const auto has = [&](auto is) {
    return std::any_of(definition.contests.begin(), definition.contests.end(),
                       [&](const Contest& contest) { return is(contest.kind); });
  };
  const bool lists = has([](ContestKind kind) { return kind == ContestKind::list; });
  const bool persons = has([](ContestKind kind) {
    return kind != ContestKind::list && kind != ContestKind::referendum;
  });
  const bool circuits = has([](ContestKind kind) { return kind == ContestKind::nominal; });
  const auto unused = [&](std::string_view key) {
    if (key.starts_with("seats.list.") || key.starts_with("seats.staged.")) return !lists;
    if (key.starts_with("seats.nominal.")) return !persons;
    if (key.starts_with("seats.") || key.starts_with("assembly.")) return !(lists && circuits);
    return key.starts_with("fixture.");
  };
  std::vector<const LawParameter*> out;
  for (const LawParameter& parameter : pack.parameters) {
    if (!parameter.certain && !unused(parameter.key)) out.push_back(&parameter);
  }
  return out;
}

}  // namespace sufragio::election
