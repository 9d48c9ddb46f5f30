#include "seats/inputs.h"

#include <algorithm>
#include <map>
#include <set>

#include "seats/table.h"

namespace sufragio::seats {

Result<VoteTable> read_votes(std::string_view csv) {
  VoteTable out;
  std::set<std::string, std::less<>> ids;
  const auto on_line = [&](const Line& line) -> Result<void> {
    const auto votes = line.count("votes", Votes::kMax);
    if (!votes || line.text("option").empty()) return line.bad();
    Contender contender{line.text("option"), {}};
    contender.votes = TRY(Votes::from(static_cast<std::int64_t>(*votes)));
    if (line.has("persons") && !line.text("persons").empty()) {
      const auto persons = line.count("persons", 10'000);
      if (!persons) return line.bad();
      contender.persons = static_cast<std::uint32_t>(*persons);
    }
    if (!ids.insert(contender.id).second) return fail(kNamedTwice, {{"value", contender.id}});
    if (ids.size() > 1'000) return fail(kTooMany, {{"value", "1001"}, {"max", "1000"}});
    out.contenders.push_back(std::move(contender));
    out.group.push_back(line.text("group"));
    out.alliance.push_back(line.text("alliance"));
    out.organisation.push_back(line.text("organisation"));
    return {};
  };
  TRY(each_line(csv, {"option", "votes"}, on_line));
  return out;
}

Result<std::vector<ListPerson>> read_persons(std::string_view csv) {
  std::vector<ListPerson> out;
  std::map<std::string, std::set<std::uint32_t>> places;
  const auto on_line = [&](const Line& line) -> Result<void> {
    const auto position = line.count("position", 10'000);
    ListPerson person{line.text("option"), 1, line.text("candidate"), line.text("organisation")};
    if (!position || *position == 0 || person.option.empty() || person.candidate.empty()) {
      return line.bad();
    }
    person.position = static_cast<std::uint32_t>(*position);
    if (!places[person.option].insert(person.position).second) return line.bad();
    out.push_back(std::move(person));
    return {};
  };
  TRY(each_line(csv, {"option", "position", "candidate"}, on_line));
  for (const auto& [option, taken] : places) {  // 1 … n
    if (*taken.rbegin() != taken.size()) return fail(kBadVotesFile, {{"line", option}});
  }
  return out;
}

Result<std::vector<DrawnLot>> read_lots(std::string_view csv) {
  std::vector<DrawnLot> out;
  const auto on_line = [&](const Line& line) -> Result<void> {
    DrawnLot drawn;
    const std::string among = line.text("among");
    for (const std::string_view id : split(among, '|')) drawn.lot.among.emplace_back(id);
    drawn.lot.winner = line.text("winner");
    drawn.reference = line.text("reference");
    const std::set<std::string> different{drawn.lot.among.begin(), drawn.lot.among.end()};
    const bool good = different.size() == drawn.lot.among.size() && different.size() >= 2 &&
                      different.count(drawn.lot.winner) == 1 && !drawn.reference.empty();
    if (!good) return line.bad();
    out.push_back(std::move(drawn));
    return {};
  };
  TRY(each_line(csv, {"among", "winner", "reference"}, on_line));
  return out;
}

}  // namespace sufragio::seats
