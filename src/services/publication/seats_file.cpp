#include "services/publication/figures.h"

#include <algorithm>

#include "services/publication/json_text.h"
#include "services/words/seat_words.h"
#include "tally/bulletin.h"

// data/seats.json: docs/spec/site.md section 6.
namespace sufragio::services {

namespace {

using election::ContestIndex;

std::string_view method_name(const election::Contest& contest, const election::LawPack& law) {
  if (contest.kind != election::ContestKind::list) return "plurality";
  if (law.list.method == election::ListMethod::largest_remainder) return "largest_remainder";
  if (law.list.method == election::ListMethod::staged) return "staged";
  static constexpr std::string_view kNames[] = {"dhondt", "sainte_lague", "modified_sainte_lague"};
  return kNames[static_cast<std::size_t>(law.list.divisors)];
}

bool complete(const SiteFigures& figures, ContestIndex index) {
  const election::Definition& definition = figures.definition();
  for (const MesaId& mesa : figures.missing(definition.contest(index).territory)) {
    const std::vector<ContestIndex>& asked =
        definition.styles.at(definition.mesa(mesa)->style).contests;
    if (std::find(asked.begin(), asked.end(), index) == asked.end()) continue;
    bool has = false;
    for (const std::uint32_t i : figures.rows_of(tally::Unit::of(mesa))) {
      const tally::Row& row = figures.rows()[i].row;
      has = has || (row.contest == index && row.status == tally::RowStatus::counted);
    }
    if (!has) return false;
  }
  return true;
}

// In the order of the options, wherever their first cards stand.
std::vector<std::string> tied_options(const election::Contest& contest, const ContestSeats& seats) {
  std::vector<std::string> out;
  for (const election::Option& option : contest.options) {
    const bool tied = std::ranges::any_of(seats.allocation.tied, [&](std::size_t i) {
      return seats.votes.at(i).id == option.id.text();
    });
    if (tied) out.push_back(option.id.text());
  }
  return out;
}

void write_readings(JsonText& out, const std::vector<ReadingResult>& readings) {
  out.key("readings").open('[');
  for (const ReadingResult& reading : readings) {
    out.open('{').key("follow").text(reading.follow).key("orphan").text(reading.orphan);
    out.key("null").number(reading.null_votes).key("options").open('[');
    for (const auto& [option, votes] : reading.votes) {
      out.open('{').key("option").text(option).key("votes").number(votes).close('}');
    }
    out.close(']').key("seats").open('[');
    for (const auto& [option, seats] : reading.seats) {
      out.open('{').key("option").text(option).key("seats").number(seats).close('}');
    }
    out.close(']').close('}');
  }
  out.close(']');
}

}  // namespace

Result<ContestSeats> seats_of(const SiteFigures& figures, ContestIndex index,
                              const election::LawPack& law) {
  const election::Contest& contest = figures.by_law(index);
  ContestSeats out;
  const tally::Figures& sums = figures.at(index, contest.territory);
  out.allocation = TRY(tally::allocate(contest, sums, law));
  out.method = method_name(contest, law);
  out.complete = complete(figures, index);
  out.votes = tally::by_option(contest, sums.votes);
  const StaleOfContest stale = figures.counting().stale(index);
  if (stale.empty()) return out;
  out.readings = TRY(by_reading(figures.definition().contest(index), law, stale, sums.votes));
  return out;
}

Result<std::string> seats_json(const SiteFigures& figures, const election::LawPack& law,
                               std::uint32_t bulletin) {
  JsonText out;
  out.open('{').key("spec").text("sufragio/seats/1").key("bulletin").number(bulletin);
  out.key("contests").open('[');
  const election::Definition& definition = figures.definition();
  for (std::size_t i = 0; i < definition.contests.size(); ++i) {
    const election::Contest& contest = definition.contests[i];
    if (!tally::gives_seats(contest)) continue;
    const ContestIndex index{static_cast<std::uint16_t>(i)};
    const ContestSeats seats = TRY(seats_of(figures, index, law));
    out.open('{').key("contest").text(contest.id.text());
    out.key("territory").text(contest.territory.text()).key("seats").number(contest.seats);
    out.key("method").text(seats.method).key("complete").boolean(seats.complete);
    out.key("awards").open('[');
    for (const seats::Award& award : seats.allocation.awards) {
      const tally::Share& option = seats.votes.at(award.contender);
      out.open('{').key("order").number(award.order).key("option").text(option.id);
      out.key("votes").number(option.votes).key("step").text(step_name(award.step));
      out.key("numerator").number(static_cast<std::int64_t>(award.numerator));
      out.key("divisor").number(static_cast<std::int64_t>(award.divisor));
      out.key("by").text(decided_name(award.decided_by));
      out.key("next").text(award.next ? std::string_view{seats.votes.at(*award.next).id} : "");
      out.key("next_numerator").number(static_cast<std::int64_t>(award.next_numerator));
      out.key("next_divisor").number(static_cast<std::int64_t>(award.next_divisor)).close('}');
    }
    out.close(']').key("tied").open('[');
    for (const std::string& tied : tied_options(figures.by_law(index), seats)) out.text(tied);
    out.close(']').key("seats_in_tie").number(seats.allocation.seats_in_tie);
    out.key("unassigned").number(seats.allocation.unassigned);
    if (!seats.readings.empty()) write_readings(out, seats.readings);
    out.close('}');
  }
  out.close(']').close('}');
  return out.take();
}

}  // namespace sufragio::services
