#include <algorithm>
#include <map>
#include <string>

#include "codes.h"
#include "commands.h"
#include "files.h"
#include "seats/body.h"
#include "seats/inputs.h"
#include "seats/readings.h"
#include "services/statements/render.h"
#include "services/words/seat_words.h"
#include "tally/irreversible.h"

namespace sufragio::app {

namespace {

using election::ListRule;
using Rows = std::vector<std::vector<Cell>>;

// What one contest is decided by, and how it came out.
struct Decided {
  seats::VoteTable table;
  std::vector<seats::DrawnLot> lots;
  std::vector<seats::ListPerson> persons;
  seats::Allocation allocation;
  std::vector<std::optional<seats::Margin>> margins;

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const seats::Contender& one : table.contenders) out.push_back(one.id);
    return out;
  }
};

ListRule rule_of(const std::string& method) {
  ListRule rule;
  if (method == "largest_remainder") rule.method = election::ListMethod::largest_remainder;
  if (method == "sainte_lague") rule.divisors = election::Divisors::sainte_lague;
  if (method == "modified_sainte_lague") {
    rule.divisors = election::Divisors::modified_sainte_lague;
  }
  return rule;
}

Result<Votes> valid_votes(const SeatsArgs& args, const std::vector<seats::Contender>& contenders) {
  if (args.valid > 0) return Votes::from(args.valid);
  Votes sum;
  for (const seats::Contender& one : contenders) sum = TRY(sum.plus(one.votes));
  return sum;
}

bool is_nominal(const SeatsArgs& args, const election::LawPack* pack) {
  return pack == nullptr ? args.method == "plurality" : args.kind == "nominal";
}

Result<void> decide(const SeatsArgs& args, const election::LawPack* pack, Decided& out) {
  const auto& contenders = out.table.contenders;
  std::vector<seats::Lot> lots;
  for (const seats::DrawnLot& drawn : out.lots) lots.push_back(drawn.lot);
  if (is_nominal(args, pack)) {
    const election::NominalRule rule = pack == nullptr ? election::NominalRule{} : pack->nominal;
    out.allocation = TRY(seats::by_nominal_rule(contenders, args.seats, rule, lots));
    out.margins = seats::nominal_margins(contenders, out.allocation);
    return {};
  }
  const ListRule rule = pack == nullptr ? rule_of(args.method) : pack->list;
  const Votes valid = TRY(valid_votes(args, contenders));
  out.allocation = TRY(seats::by_list_rule(contenders, args.seats, rule, valid, lots));
  out.margins = seats::margins(contenders, out.allocation, rule);
  return {};
}

Result<Decided> read_inputs(const SeatsArgs& args) {
  Decided out;
  const Bytes votes = TRY(read_whole(args.votes));
  out.table = TRY(annotate(seats::read_votes(as_text(votes)), "file", args.votes));
  if (!args.lots.empty()) {
    const Bytes bytes = TRY(read_whole(args.lots));
    out.lots = TRY(annotate(seats::read_lots(as_text(bytes)), "file", args.lots));
  }
  if (!args.persons.empty()) {
    const Bytes bytes = TRY(read_whole(args.persons));
    out.persons = TRY(annotate(seats::read_persons(as_text(bytes)), "file", args.persons));
    for (seats::Contender& one : out.table.contenders) {
      one.persons = static_cast<std::uint32_t>(
          std::ranges::count(out.persons, one.id, &seats::ListPerson::option));
    }
  }
  return out;
}

// The person of each seat: the n-th of the list; empty when the file names nobody.
const seats::ListPerson* person_of(const Decided& decided, const std::string& option,
                                   std::uint32_t position) {
  for (const seats::ListPerson& person : decided.persons) {
    if (person.option == option && person.position == position) return &person;
  }
  return nullptr;
}

std::string reference_of(const Decided& decided, const seats::Award& award) {
  if (award.decided_by != seats::DecidedBy::lot) return {};
  return decided.lots.at(award.lot).reference;
}

void explain(const Decided& decided, const SeatsArgs& args, const Console& console) {
  const std::vector<std::string> names = decided.names();
  std::map<std::size_t, std::uint32_t> position;
  Rows rows;
  const auto whole = [](std::uint64_t n) { return Cell{static_cast<std::int64_t>(n)}; };
  for (std::size_t i = 0; i < decided.allocation.awards.size(); ++i) {
    const seats::Award& award = decided.allocation.awards[i];
    const std::string& option = names[award.contender];
    const std::uint32_t place = ++position[award.contender];
    const seats::ListPerson* person = person_of(decided, option, place);
    const std::string who = person == nullptr ? std::string{} : person->candidate;
    const auto& margin = decided.margins[i];
    if (args.format == TableFormat::text) {
      rows.push_back(
          {whole(award.order), option, whole(place), who,
           services::seat_reason(award, names, console.words(), console.language()) + ". " +
               services::seat_margin(margin, names, console.words(), console.language())});
      continue;
    }
    rows.push_back(
        {whole(award.order), option, whole(place), who,
         std::string{services::step_name(award.step)}, whole(award.numerator), whole(award.divisor),
         award.next ? names[*award.next] : std::string{}, whole(award.next_numerator),
         whole(award.next_divisor), std::string{services::decided_name(award.decided_by)},
         reference_of(decided, award), std::string{services::seating_name(award.seating)},
         margin ? std::to_string(margin->can_lose) : std::string{},
         margin ? names[margin->rival] : std::string{},
         margin && margin->lacks ? std::to_string(*margin->lacks) : std::string{}});
  }
  if (args.format == TableFormat::text) {
    console.table({"seat", "option", "position", "candidate", "why"}, rows, args.format);
    return;
  }
  console.table({"seat", "option", "position", "candidate", "step", "numerator", "divisor", "next",
                 "next_numerator", "next_divisor", "decided_by", "lot", "seating", "can_lose",
                 "rival", "lacks"},
                rows, args.format);
}

// Who a seat counts for, in the table that was asked for.
std::string key_of(const Decided& decided, const std::string& by, std::size_t contender,
                   std::uint32_t place) {
  const seats::VoteTable& table = decided.table;
  const std::string& option = table.contenders[contender].id;
  const seats::ListPerson* person = person_of(decided, option, place);
  if (by == "alliance") return table.alliance[contender];
  if (by == "candidate")
    return person == nullptr ? option + " " + std::to_string(place) : person->candidate;
  if (by == "organisation") {
    const bool own = person != nullptr && !person->organisation.empty();
    return own ? person->organisation : table.organisation[contender];
  }
  return option;
}

void totals(const Decided& decided, const SeatsArgs& args, const Console& console) {
  std::map<std::string, std::int64_t> given;
  std::map<std::size_t, std::uint32_t> position;
  for (const seats::Award& award : decided.allocation.awards) {
    if (award.seating == seats::Seating::vacant) continue;
    ++given[key_of(decided, args.by, award.contender, ++position[award.contender])];
  }
  Rows rows;
  for (const auto& [key, count] : given) rows.push_back({key.empty() ? "–" : key, count});
  std::ranges::stable_sort(
      rows, [](const auto& a, const auto& b) { return *a[1].number > *b[1].number; });
  console.table({args.by, "seats"}, rows, args.format);
}

void summary(const Decided& decided, const SeatsArgs& args, const Console& console) {
  Rows rows;
  for (std::size_t i = 0; i < decided.table.contenders.size(); ++i) {
    const seats::Contender& one = decided.table.contenders[i];
    rows.push_back(
        {one.id, one.votes.value(), static_cast<std::int64_t>(decided.allocation.seats[i])});
  }
  console.table({"option", "votes", "seats"}, rows, args.format);
}

// What is not decided is said beside every table.
void say_open(const Decided& decided, const Console& console) {
  const seats::Allocation& out = decided.allocation;
  const std::vector<std::string> names = decided.names();
  for (const std::size_t tied : out.tied) {
    console.note("seats.tied",
                 {{"option", names[tied]}, {"seats", std::to_string(out.seats_in_tie)}});
  }
  if (out.unassigned > 0) {
    console.note("seats.unassigned", {{"seats", std::to_string(out.unassigned)}});
  }
  if (out.vacant > 0) console.note("seats.vacant", {{"seats", std::to_string(out.vacant)}});
}

// Every reading of the pack on changed and withdrawn cards, side by side.
Result<void> by_reading(const SeatsArgs& args, const election::LawPack& pack,
                        const Console& console) {
  const Bytes bytes = TRY(read_whole(args.cards));
  const auto cards = TRY(annotate(seats::read_cards(as_text(bytes)), "file", args.cards));
  Rows rows;
  std::vector<std::uint32_t> first;
  bool differ = false;
  const auto all = TRY(seats::readings(cards, pack));
  for (const seats::Reading& reading : all) {
    Decided decided;
    decided.table.contenders = reading.contenders;
    TRY(decide(args, &pack, decided));
    if (first.empty()) first = decided.allocation.seats;
    differ = differ || first != decided.allocation.seats;
    const std::string orphan = reading.orphan.empty() ? "–" : reading.orphan;
    for (std::size_t i = 0; i < reading.contenders.size(); ++i) {
      const seats::Contender& one = reading.contenders[i];
      const bool tied = std::ranges::count(decided.allocation.tied, i) > 0;
      rows.push_back({reading.follow, orphan, reading.of_pack ? "*" : "", one.id, one.votes.value(),
                      static_cast<std::int64_t>(decided.allocation.seats[i]),
                      tied ? console.words().text("seats.in-tie") : std::string{}});
    }
    rows.push_back({reading.follow, orphan, reading.of_pack ? "*" : "",
                    console.words().text("ficha.votos_nulos"), reading.null.value(),
                    std::int64_t{0}, ""});
  }
  console.table(
      {"card_votes_follow", "orphan_card_votes", "of_pack", "option", "votes", "seats", "state"},
      rows, args.format);
  console.note(differ ? "seats.readings-differ" : "seats.readings-same");
  return {};
}

// One of the allocations of joined lists, with the lots that it used.
Decided part_of(const Decided& whole, const std::vector<seats::Contender>& contenders,
                const seats::Allocation& allocation, const ListRule& rule, std::size_t& lots) {
  Decided out;
  out.table.contenders = contenders;
  out.allocation = allocation;
  out.margins = seats::margins(contenders, allocation, rule);
  const auto drawn =
      std::ranges::count(allocation.awards, seats::DecidedBy::lot, &seats::Award::decided_by);
  const auto first = whole.lots.begin() + static_cast<std::ptrdiff_t>(lots);
  out.lots.assign(first, first + drawn);
  lots += static_cast<std::size_t>(drawn);
  return out;
}

// Lists of one group together, then inside each group (docs/spec/seats.md).
Result<void> joined(const SeatsArgs& args, const election::LawPack* pack, const Console& console) {
  const Decided in = TRY(read_inputs(args));
  const ListRule rule = pack == nullptr ? rule_of(args.method) : pack->list;
  const Votes valid = TRY(valid_votes(args, in.table.contenders));
  std::vector<seats::Lot> lots;
  for (const seats::DrawnLot& drawn : in.lots) lots.push_back(drawn.lot);
  const seats::Joined out =
      TRY(seats::joined_lists(in.table.contenders, in.table.group, args.seats, rule, valid, lots));
  Rows rows;
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    for (const std::size_t i : out.members[g]) {
      rows.push_back({out.groups[g].id, static_cast<std::int64_t>(out.between.seats[g]),
                      in.table.contenders[i].id, in.table.contenders[i].votes.value(),
                      static_cast<std::int64_t>(out.seats[i])});
    }
  }
  if (!args.explain)
    console.table({"group", "group_seats", "option", "votes", "seats"}, rows, args.format);
  std::size_t used = 0;
  const Decided between = part_of(in, out.groups, out.between, rule, used);
  if (args.explain) explain(between, args, console);
  say_open(between, console);
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    if (out.members[g].size() < 2) continue;
    std::vector<seats::Contender> members;
    for (const std::size_t i : out.members[g]) members.push_back(in.table.contenders[i]);
    const Decided within = part_of(in, members, out.within[g], rule, used);
    if (args.explain) {
      console.note("seats.within", {{"group", out.groups[g].id}});
      explain(within, args, console);
    }
    say_open(within, console);
  }
  return {};
}

Result<void> assembly(const SeatsArgs& args, const election::LawPack& pack,
                      const Console& console) {
  if (!pack.assembly) return fail(kNoAssembly, {{"value", pack.id}});
  const Bytes bytes = TRY(read_whole(args.parts));
  const auto parts = TRY(annotate(seats::read_parts(as_text(bytes)), "file", args.parts));
  const seats::Composition out = TRY(seats::compose(parts, *pack.assembly));
  Rows rows;
  const auto whole = [](std::uint32_t n) { return Cell{static_cast<std::int64_t>(n)}; };
  for (const auto& line : out.lines) {
    rows.push_back({line.alliance, whole(line.by_kind[0]), whole(line.by_kind[1]),
                    whole(line.by_kind[2]), whole(line.by_kind[3]), whole(line.total)});
  }
  console.table({"alliance", "list_national", "list_regional", "nominal", "indigenous", "seats"},
                rows, args.format);
  console.note("seats.assembly", {{"total", std::to_string(out.total)},
                                  {"pending", std::to_string(out.pending)},
                                  {"unassigned", std::to_string(out.unassigned)}});
  return {};
}

// What is secured and what is possible while electors are outstanding: docs/rules/S110.md.
Result<void> print_bounds(const SeatsArgs& args, const election::LawPack* pack,
                          const std::vector<seats::Contender>& contenders, const Console& console) {
  const Votes all = TRY(valid_votes(args, contenders));
  const bool plurality = is_nominal(args, pack);
  const ListRule rule = pack == nullptr ? rule_of(args.method) : pack->list;
  const tally::Bounds bounds =
      TRY(plurality ? tally::plurality_bounds(contenders, args.seats, args.outstanding)
                    : tally::list_bounds(contenders, args.seats, rule, all, args.outstanding));
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

Result<void> run(const SeatsArgs& args, Console& console) {
  std::optional<election::LawPack> pack;
  if (!args.law.empty()) pack = TRY(load_law(args.law, nullptr));
  if (!args.parts.empty()) return assembly(args, *pack, console);
  if (!args.cards.empty()) return by_reading(args, *pack, console);
  if (args.votes.empty() || args.seats == 0) return fail(kNeedsVotes);
  const election::LawPack* const law = pack ? &*pack : nullptr;
  if (args.joined) return joined(args, law, console);
  Decided decided = TRY(read_inputs(args));
  TRY(decide(args, law, decided));
  if (args.outstanding >= 0) {
    return print_bounds(args, law, decided.table.contenders, console);
  }
  if (args.explain) {
    explain(decided, args, console);
  } else if (args.by.empty()) {
    summary(decided, args, console);
  } else {
    totals(decided, args, console);
  }
  if (pack) console.note("seats.law", {{"id", pack->id}, {"hash", pack->hash.hex()}});
  say_open(decided, console);
  return {};
}

}  // namespace

int run_seats(const SeatsArgs& args, Console& console) {
  const auto done = run(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
