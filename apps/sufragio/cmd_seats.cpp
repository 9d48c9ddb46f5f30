#include <string>

#include "base/numbers.h"
#include "codec/csv.h"
#include "commands.h"
#include "files.h"
#include "seats/codes.h"
#include "seats/seats.h"

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

Result<seats::Allocation> allocate(const SeatsArgs& args,
                                   const std::vector<seats::Contender>& contenders) {
  using election::Divisors;
  if (args.method == "plurality") return seats::plurality(contenders, args.seats);
  if (args.method == "largest_remainder") return seats::largest_remainder(contenders, args.seats);
  Divisors divisors = Divisors::dhondt;
  if (args.method == "sainte_lague") divisors = Divisors::sainte_lague;
  if (args.method == "modified_sainte_lague") divisors = Divisors::modified_sainte_lague;
  return seats::highest_averages(contenders, args.seats, divisors);
}

}  // namespace

int run_seats(const SeatsArgs& args, Console& console) {
  const auto contenders = read_votes(args.votes);
  if (!contenders) return console.fail(contenders.error());
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
