#include <string>

#include "base/numbers.h"
#include "codec/csv.h"
#include "commands.h"
#include "files.h"
#include "seats/codes.h"
#include "seats/seats.h"
#include "services/statements/render.h"
#include "tally/irreversible.h"

namespace sufragio::app {

namespace {

Result<std::vector<seats::Contender>> read_votes(const std::string& path) {
  const Bytes bytes = TRY(read_whole(path));
  codec::CsvTable table = TRY(codec::CsvTable::open(as_text(bytes), {}, {"option", "votes"}));
  const std::size_t option = *table.column("option");
  const std::size_t votes = *table.column("votes");
  std::vector<seats::Contender> out;
  for (;;) {
    const auto record = TRY(table.next());
    if (!record) return out;
    const auto count = parse_uint(record->fields[votes], static_cast<std::uint64_t>(Votes::kMax));
    if (!count || record->fields[option].empty()) {
      return fail(Error{seats::kBadVotesFile}
                      .with("file", path)
                      .with("line", static_cast<std::int64_t>(record->line)));
    }
    const Votes value = TRY(Votes::from(static_cast<std::int64_t>(*count)));
    out.push_back({std::string{record->fields[option]}, value});
  }
}

election::ListRule list_rule(const SeatsArgs& args) {
  using election::Divisors;
  election::ListRule out;
  if (args.method == "largest_remainder") out.method = election::ListMethod::largest_remainder;
  if (args.method == "sainte_lague") out.divisors = Divisors::sainte_lague;
  if (args.method == "modified_sainte_lague") out.divisors = Divisors::modified_sainte_lague;
  return out;
}

Result<seats::Allocation> allocate(const SeatsArgs& args,
                                   const std::vector<seats::Contender>& contenders) {
  if (args.method == "plurality") return seats::plurality(contenders, args.seats);
  if (args.method == "largest_remainder") return seats::largest_remainder(contenders, args.seats);
  return seats::highest_averages(contenders, args.seats, list_rule(args).divisors);
}

// What is secured and what is possible while electors are outstanding: docs/rules/S110.md.
Result<void> print_bounds(const SeatsArgs& args, const std::vector<seats::Contender>& contenders,
                          const Console& console) {
  std::int64_t valid = 0;
  for (const seats::Contender& contender : contenders) valid += contender.votes.value();
  const Votes all = TRY(Votes::from(valid));
  const bool plurality = args.method == "plurality";
  const tally::Bounds bounds =
      TRY(plurality
              ? tally::plurality_bounds(contenders, args.seats, args.outstanding)
              : tally::list_bounds(contenders, args.seats, list_rule(args), all, args.outstanding));
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const tally::SeatRange& range = bounds.ranges[i];
    rows.push_back({contenders[i].id, contenders[i].votes.value(), std::int64_t{range.secured},
                    std::int64_t{range.now}, std::int64_t{range.possible}});
  }
  console.table({"option", "votes", "secured", "now", "possible"}, rows, args.format);
  if (args.format != TableFormat::text || !plurality || bounds.seats.empty()) return {};
  const tally::SeatHold& last = bounds.seats.back();
  if (!last.safe_below || *last.safe_below == INT64_MAX) return {};
  const std::int64_t votes = args.outstanding_votes < 0 ? args.outstanding : args.outstanding_votes;
  const tally::Flip flip = tally::flip(*last.safe_below, votes, args.outstanding);
  const auto tenths = [&](std::optional<std::int64_t> thousandths) {
    if (!thousandths) return std::string{"–"};
    return services::value_text(statement::Decimal{*thousandths, 1}, console.words()) + " %";
  };
  console.say(last.irreversible ? "irreversible.last" : "irreversible.last-not",
              {{"lead", console.number(flip.lead)},
               {"electors", console.number(flip.electors)},
               {"votes", console.number(flip.votes)},
               {"share", tenths(flip.share)},
               {"turnout", tenths(flip.turnout)}});
  return {};
}

}  // namespace

int run_seats(const SeatsArgs& args, Console& console) {
  const auto contenders = read_votes(args.votes);
  if (!contenders) return console.fail(contenders.error());
  if (args.outstanding >= 0) {
    const auto done = print_bounds(args, *contenders, console);
    return done ? 0 : console.fail(done.error());
  }
  const auto allocation = allocate(args, *contenders);
  if (!allocation) return console.fail(allocation.error());
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < contenders->size(); ++i) {
    rows.push_back({(*contenders)[i].id, (*contenders)[i].votes.value(),
                    static_cast<std::int64_t>(allocation->seats[i])});
  }
  console.table({"option", "votes", "seats"}, rows, args.format);
  if (args.format != TableFormat::text) return 0;
  for (const std::size_t tied : allocation->tied) {
    console.say("seats.tied", {{"option", (*contenders)[tied].id},
                               {"seats", std::to_string(allocation->seats_in_tie)}});
  }
  if (allocation->unassigned > 0) {
    console.say("seats.unassigned", {{"seats", std::to_string(allocation->unassigned)}});
  }
  return 0;
}

}  // namespace sufragio::app
