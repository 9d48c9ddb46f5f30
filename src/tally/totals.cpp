#include "tally/totals.h"

#include <algorithm>

#include "base/check.h"
#include "base/numbers.h"

namespace sufragio::tally {

namespace {

using election::ContestIndex;
using election::TerritoryCode;

std::int64_t sum_of(const std::vector<Votes>& votes) {
  std::int64_t sum = 0;
  for (const Votes v : votes) sum += v.value();
  return sum;
}

void add_expected(Figures& figures, const election::Mesa& mesa) {
  figures.expected += mesa.actas;
  figures.registered_expected += mesa.electors_known ? mesa.electors.value() : 0;
  figures.registered_expected_known = figures.registered_expected_known && mesa.electors_known;
}

void fold_into(Figures& figures, const Row& row, std::int64_t sign) {
  figures.counted += sign * row.actas;
  if (row.registered) figures.registered += sign * row.registered->value();
  if (!row.registered) figures.rows_without_registered += sign;
  if (row.voters) figures.voters += sign * row.voters->value();
  if (!row.voters) figures.rows_without_voters += sign;
  if (row.registered && row.voters) {
    figures.turnout_registered += sign * row.registered->value();
    figures.turnout_voters += sign * row.voters->value();
  }
  if (row.ballots) figures.ballots += sign * row.ballots->value();
  auto sum = figures.votes.begin();
  for (const Votes votes : row.votes) *sum++ += sign * votes.value();
  figures.null += sign * row.null.value();
  figures.invalid += sign * row.invalid.value();
}

// Groups the cards by a key, in the order of the first card of each group. An empty key: no group.
template <typename Key>
std::vector<Share> by_key(const election::Contest& contest, const std::vector<std::int64_t>& votes,
                          Key key) {
  CHECK(votes.size() == contest.cards.size());
  std::vector<Share> out;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    const std::string id = key(contest.cards[i]);
    if (id.empty()) continue;
    const auto [at, added] = place.try_emplace(id, out.size());
    if (added) out.push_back({id, 0});
    out[at->second].votes += votes[i];
  }
  return out;
}

}  // namespace

std::int64_t Figures::valid() const {
  std::int64_t sum = 0;
  for (const std::int64_t v : votes) sum += v;
  return sum;
}

std::int64_t Figures::cast() const { return valid() + null + invalid; }

std::optional<std::int64_t> Figures::turnout() const {
  if (turnout_registered <= 0) return std::nullopt;
  return basis_points(turnout_voters, turnout_registered);
}

Totals::Totals(const election::Definition& definition)
    : definition_{definition}, by_contest_(definition.contests.size()) {
  for (std::size_t c = 0; c < definition.contests.size(); ++c) {
    const election::Contest& contest = definition.contests[c];
    Tree& tree = by_contest_[c];
    Figures empty;
    empty.votes.assign(contest.cards.size(), 0);
    if (contest.territory == TerritoryCode{}) {
      tree.country = &tree.by_code.emplace(TerritoryCode{}, empty).first->second;
    }
    // Territories are ascending by code, so those inside a territory stand together.
    const auto from = std::ranges::lower_bound(definition.territories, contest.territory, {},
                                               &election::Territory::code);
    tree.first = static_cast<std::size_t>(from - definition.territories.begin());
    for (auto at = from; at != definition.territories.end() && contest.territory.contains(at->code);
         ++at) {
      const auto node = tree.by_code.emplace_hint(tree.by_code.end(), at->code, empty);
      tree.places.push_back(&node->second);
    }
  }
  for (const election::Mesa& mesa : definition.mesas) {
    const Path path = path_of(TerritoryCode::of(mesa.id.centre));
    for (const ContestIndex contest : definition.styles.at(mesa.style).contests) {
      const Chain up = chain(by_contest_.at(contest.value()), path);
      for (std::size_t i = 0; i < up.length; ++i) add_expected(*up.nodes[i], mesa);
    }
  }
}

bool Totals::fits(const Row& row) const {
  if (row.contest.value() >= by_contest_.size()) return false;
  if (row.votes.size() != definition_.contest(row.contest).cards.size()) return false;
  return at(row.contest, row.unit.territory) != nullptr;
}

Totals::Path Totals::path_of(const TerritoryCode& unit) const {
  Path out;
  for (std::optional<TerritoryCode> code = unit; code; code = code->parent()) {
    out.complete = *code == TerritoryCode{};
    if (out.complete) break;
    const auto at =
        std::ranges::lower_bound(definition_.territories, *code, {}, &election::Territory::code);
    if (at == definition_.territories.end() || at->code != *code) break;
    out.places.at(out.length++) = static_cast<std::size_t>(at - definition_.territories.begin());
  }
  return out;
}

// From the unit up to the contest's own territory.
Totals::Chain Totals::chain(Tree& tree, const Path& path) {
  Chain out;
  for (std::size_t i = 0; i < path.length; ++i) {
    const std::size_t place = path.places[i];
    if (place < tree.first || place - tree.first >= tree.places.size()) return out;
    out.nodes[out.length++] = tree.places[place - tree.first];
  }
  if (path.complete && tree.country != nullptr) out.nodes[out.length++] = tree.country;
  return out;
}

void Totals::fold(const Row& row, std::int64_t sign) {
  CHECK(row.status == RowStatus::counted);
  auto known = paths_.find(row.unit.territory);
  if (known == paths_.end()) {
    known = paths_.emplace(row.unit.territory, path_of(row.unit.territory)).first;
  }
  const Chain up = chain(by_contest_.at(row.contest.value()), known->second);
  CHECK(up.length > 0 && up.nodes[0]->votes.size() == row.votes.size());
  for (std::size_t i = 0; i < up.length; ++i) fold_into(*up.nodes[i], row, sign);
}

void Totals::add(const Row& row) { fold(row, 1); }
void Totals::remove(const Row& row) { fold(row, -1); }

const Figures* Totals::at(ContestIndex contest, const TerritoryCode& code) const {
  if (contest.value() >= by_contest_.size()) return nullptr;
  const std::map<TerritoryCode, Figures>& nodes = by_contest_[contest.value()].by_code;
  const auto found = nodes.find(code);
  return found == nodes.end() ? nullptr : &found->second;
}

const std::map<TerritoryCode, Figures>& Totals::of(ContestIndex contest) const {
  return by_contest_.at(contest.value()).by_code;
}

std::array<StatusSums, 4> sums_by_status(const std::vector<JudgedRow>& rows,
                                         std::optional<ContestIndex> contest) {
  std::array<StatusSums, 4> out;
  for (const JudgedRow& judged : rows) {
    const Row& row = judged.row;
    if (contest && row.contest != *contest) continue;
    StatusSums& sums = out.at(static_cast<std::size_t>(row.status));
    const std::int64_t cards = sum_of(row.votes);
    sums.rows += 1;
    sums.actas += row.actas;
    sums.registered += row.registered ? row.registered->value() : 0;
    sums.voters += row.voters ? row.voters->value() : 0;
    sums.stated_valid += row.stated_valid ? row.stated_valid->value() : cards;
    sums.cards += cards;
    sums.null += row.null.value();
    sums.invalid += row.invalid.value();
  }
  return out;
}

std::vector<Share> by_option(const election::Contest& contest,
                             const std::vector<std::int64_t>& votes) {
  return by_key(contest, votes, [](const election::Card& card) { return card.option.text(); });
}

std::int64_t sum_of(const std::vector<Share>& shares) {
  std::int64_t out = 0;
  for (const Share& share : shares) out += share.votes;
  return out;
}

std::vector<Share> by_organisation(const election::Contest& contest,
                                   const std::vector<std::int64_t>& votes) {
  return by_key(contest, votes,
                [](const election::Card& card) { return card.organisation.text(); });
}

std::vector<Share> by_alliance(const election::Contest& contest,
                               const std::vector<std::int64_t>& votes) {
  return by_key(contest, votes, [](const election::Card& card) {
    return card.alliance ? card.alliance->text() : std::string{};
  });
}

}  // namespace sufragio::tally
