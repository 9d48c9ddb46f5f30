#include "services/ballots/impact.h"

#include <algorithm>

#include "base/numbers.h"
#include "codec/csv.h"
#include "services/ballots/codes.h"
#include "tally/bulletin.h"
#include "tally/totals.h"

namespace sufragio::services {

namespace {

using election::Contest;
using election::ContestIndex;
using election::StaleCard;

Result<ReadingResult> result_of(const Contest& counted, const std::vector<std::int64_t>& votes,
                                const election::LawPack& law) {
  ReadingResult out;
  tally::Figures figures;
  figures.votes = votes;
  const std::vector<tally::Share> shares = tally::by_option(counted, votes);
  out.null_votes = figures.valid() - tally::sum_of(shares);
  for (const tally::Share& share : shares) out.votes.emplace_back(share.id, share.votes);
  const auto allocation = TRY(tally::allocate(counted, figures, law));
  for (std::size_t i = 0; i < allocation.seats.size(); ++i) {
    if (allocation.seats[i] > 0) out.seats.emplace_back(shares[i].id, allocation.seats[i]);
  }
  for (const std::size_t tied : allocation.tied) out.seats.emplace_back(shares[tied].id, 0);
  std::ranges::sort(out.seats);
  return out;
}

std::optional<std::int64_t> margin_of(const Contest& contest, const ReadingResult& own) {
  if (contest.kind == election::ContestKind::list) return std::nullopt;
  std::vector<std::int64_t> votes;
  for (const auto& [option, count] : own.votes) votes.push_back(count);
  std::ranges::sort(votes, std::ranges::greater{});
  if (votes.size() <= contest.seats) return std::nullopt;
  return votes[contest.seats - 1U] - votes[contest.seats];
}

}  // namespace

Result<std::vector<ReadingResult>> by_reading(const Contest& printed, const election::LawPack& law,
                                              StaleOfContest stale,
                                              const std::vector<std::int64_t>& votes) {
  std::vector<ReadingResult> out;
  const std::vector<election::Outcome>& readings = stale.front().readings;
  for (std::size_t r = 0; r < readings.size(); ++r) {
    ReadingResult result = TRY(result_of(election::contest_by_law(printed, stale, r), votes, law));
    result.follow = readings[r].follow;
    result.orphan = readings[r].orphan;
    const bool said = std::ranges::any_of(out, [&](const ReadingResult& other) {
      return other.votes == result.votes && other.null_votes == result.null_votes;
    });
    if (!said) out.push_back(std::move(result));
  }
  return out;
}

Result<CardVotes> read_card_votes(const election::Definition& definition, std::string_view csv) {
  codec::CsvTable table = TRY(codec::CsvTable::open(csv, {}, {"contest", "position", "votes"}));
  const std::size_t contest_at = *table.column("contest");
  const std::size_t position_at = *table.column("position");
  const std::size_t votes_at = *table.column("votes");
  CardVotes out;
  std::map<ContestIndex, std::vector<bool>> seen;
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) break;
    const auto bad = [&](std::string_view value) {
      return fail(Error{kBadCardVotes, {{"value", std::string{value}}}}.with(
          "line", static_cast<std::int64_t>(record->line)));
    };
    const auto id = election::ContestId::parse(record->fields[contest_at]);
    const auto index = id ? definition.contest_index(*id) : std::nullopt;
    if (!index) return bad(record->fields[contest_at]);
    const std::size_t cards = definition.contest(*index).cards.size();
    const auto position = parse_uint(record->fields[position_at], cards);
    const auto votes =
        parse_uint(record->fields[votes_at], static_cast<std::uint64_t>(Votes::kMax));
    if (!position || *position == 0) return bad(record->fields[position_at]);
    if (!votes) return bad(record->fields[votes_at]);
    std::vector<bool>& given = seen[*index];
    given.resize(cards);
    if (given[*position - 1]) return bad(record->fields[position_at]);
    given[*position - 1] = true;
    std::vector<std::int64_t>& of = out[*index];
    of.resize(cards);
    of[*position - 1] = static_cast<std::int64_t>(*votes);
  }
  for (const auto& [index, given] : seen) {  // a card left out would count as none
    const auto missing = std::ranges::find(given, false);
    if (missing == given.end()) continue;
    return fail(kBadCardVotes, {{"value", definition.contest(index).id.text()}, {"line", "0"}});
  }
  return out;
}

Result<std::vector<ErrataImpact>> errata_impact(const election::Definition& printed,
                                                const election::LawPack& law,
                                                const std::vector<StaleCard>& stale,
                                                const CardVotes& votes) {
  std::vector<ErrataImpact> out;
  for (const auto& [index, of_cards] : votes) {
    const Contest& contest = printed.contest(index);
    const StaleOfContest here = election::stale_of(stale, index);
    if (here.empty()) continue;
    ErrataImpact impact;
    impact.contest = index;
    for (const StaleCard& card : here) impact.stale_votes += of_cards[card.position - 1U];
    impact.readings = TRY(by_reading(contest, law, here, of_cards));
    impact.decides = std::ranges::any_of(impact.readings, [&](const ReadingResult& other) {
      return other.seats != impact.readings.front().seats;
    });
    impact.margin = margin_of(contest, impact.readings.front());
    impact.exceeds = impact.margin && impact.stale_votes >= *impact.margin;
    out.push_back(std::move(impact));
  }
  return out;
}

}  // namespace sufragio::services
