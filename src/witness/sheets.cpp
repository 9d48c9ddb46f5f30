#include "witness/sheets.h"

#include <algorithm>

#include "witness/codes.h"

namespace sufragio::witness {

namespace {

// Where the votes of each card of a contest go: the option's place on the other side.
struct Places {
  std::uint16_t contest = 0;  // of side A
  std::vector<std::size_t> of_card;
};

std::vector<std::string> options_of(const election::Contest& contest) {
  std::vector<std::string> out;
  for (const election::Option& option : contest.options) out.push_back(option.id.text());
  return out;
}

Result<std::vector<std::optional<Places>>> places_of(const Side& side, const Side& like) {
  std::vector<std::optional<Places>> out(side.definition.contests.size());
  bool any = false;
  for (std::size_t c = 0; c < out.size(); ++c) {
    const election::Contest& mine = side.definition.contests[c];
    const auto index = like.definition.contest_index(mine.id);
    if (!index) continue;
    any = true;
    const std::vector<std::string> wanted = options_of(like.definition.contest(*index));
    std::vector<std::string> have = options_of(mine);
    std::vector<std::string> sorted = wanted;
    std::ranges::sort(have);
    std::ranges::sort(sorted);
    if (have != sorted) return fail(kOtherOptions, {{"contest", mine.id.text()}});
    Places places;
    places.contest = index->value();
    for (const election::Card& card : mine.cards) {
      const auto found = std::ranges::find(wanted, card.option.text());
      places.of_card.push_back(static_cast<std::size_t>(found - wanted.begin()));
    }
    out[c] = std::move(places);
  }
  if (!any) {
    return fail(kOtherElection, {{"a", like.definition.id}, {"b", side.definition.id}});
  }
  return out;
}

template <typename C>
std::optional<std::int64_t> known(const std::optional<C>& value) {
  if (!value) return std::nullopt;
  return value->value();
}

}  // namespace

std::string Sheets::name(std::uint16_t contest, const std::string& option) const {
  const auto found = names.find(std::to_string(contest) + "/" + option);
  return found == names.end() ? option : found->second;
}

bool Sheets::states(FigureName::What what) const {
  return what == FigureName::What::option || stated.at(static_cast<std::size_t>(what) - 1);
}

Result<Sheets> sheets_like(const Side& side, const Side& like) {
  const std::vector<std::optional<Places>> places = TRY(places_of(side, like));
  Sheets out;
  for (const std::optional<Places>& place : places) {
    if (!place) continue;
    const auto& contest = like.definition.contest(election::ContestIndex{place->contest});
    out.options[place->contest] = options_of(contest);
    out.sums[place->contest].assign(contest.options.size(), 0);
    for (const election::Option& option : contest.options) {
      out.names[std::to_string(place->contest) + "/" + option.id.text()] = option.name;
    }
  }
  for (const tally::JudgedRow& judged : side.rows) {
    const tally::Row& row = judged.row;
    const std::optional<Places>& place = places.at(row.contest.value());
    if (!place || row.status == tally::RowStatus::superseded) continue;
    Sheet sheet;
    sheet.votes.assign(out.options[place->contest].size(), 0);
    for (std::size_t i = 0; i < row.votes.size() && i < place->of_card.size(); ++i) {
      const std::size_t option = place->of_card[i];
      if (option >= sheet.votes.size()) continue;
      sheet.votes[option] += row.votes[i].value();
      out.sums[place->contest][option] += row.votes[i].value();
    }
    sheet.others = {row.null.value(), row.invalid.value(), known(row.registered), known(row.voters),
                    known(row.ballots)};
    for (std::size_t i = 0; i < sheet.others.size(); ++i) {
      out.stated[i] = out.stated[i] || sheet.others[i].has_value();
    }
    out.by_unit[{place->contest, row.unit}].push_back(std::move(sheet));
  }
  return out;
}

}  // namespace sufragio::witness
