// `seats_cases N SEED`: so many generated elections, each with the allocation of src/seats, one
// JSON object on a line, for web/verify/src/seats_check.ts.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "seats/seats.h"
#include "services/publication/json_text.h"
#include "services/words/seat_words.h"
#include "sim/rng.h"

namespace sufragio {
namespace {

using election::ListStep;
using services::JsonText;

struct Case {
  bool nominal = false;
  election::ListRule rule;
  std::uint32_t seats = 0;
  std::vector<seats::Contender> contenders;
  Votes valid;
  std::vector<seats::Lot> lots;
};

Case draw(Rng& rng) {
  Case out;
  static constexpr std::uint64_t kScales[] = {3, 12, 100, 10'000, 1'000'000, 900'000'000};
  const std::uint64_t scale = kScales[rng.below(6)];  // small scales make ties
  const std::uint64_t n = 1 + rng.below(9);
  const std::uint64_t shift = rng.below(n);
  std::int64_t sum = 0;
  const bool limited = rng.below(4) == 0;
  for (std::uint64_t i = 0; i < n; ++i) {  // the order of ids is not that of the input
    const auto votes = static_cast<std::int64_t>(rng.below(scale / n + 1));
    out.contenders.push_back({"l" + std::to_string((i + shift) % n), *Votes::from(votes)});
    if (limited) out.contenders.back().persons = static_cast<std::uint32_t>(rng.below(6));
    sum += votes;
  }
  out.valid = *Votes::from(sum);
  out.seats = static_cast<std::uint32_t>(rng.below(rng.below(4) == 0 ? 60 : 12));
  out.nominal = rng.below(5) == 0;
  out.rule.method = static_cast<election::ListMethod>(rng.below(3));
  out.rule.divisors = static_cast<election::Divisors>(rng.below(3));
  if (rng.below(3) == 0) out.rule.threshold = {static_cast<std::int64_t>(1 + rng.below(20)), 100};
  if (rng.below(2) == 0) out.rule.tie.push_back(election::TieRule::more_votes);
  if (rng.below(2) == 0) out.rule.tie.push_back(election::TieRule::lot);
  out.rule.exhausted = static_cast<election::ExhaustedList>(rng.below(3));
  out.rule.remainder_min = {3, 4};
  out.rule.majority_of_seats = rng.below(2) == 0;
  out.rule.stages = {{0,
                      {ListStep::full_quotas, ListStep::largest_remainder, ListStep::averages_once,
                       ListStep::averages}},
                     {19, {ListStep::full_quotas, ListStep::averages}}};
  return out;
}

seats::Allocation allocate(const Case& c) {
  auto out = c.nominal ? seats::by_nominal_rule(c.contenders, c.seats, {true, c.rule.tie}, c.lots)
                       : seats::by_list_rule(c.contenders, c.seats, c.rule, c.valid, c.lots);
  if (!out) std::abort();
  return *std::move(out);
}

// Lots for a tie, sometimes all that it needs.
void draw_lots(Case& c, seats::Allocation& out, Rng& rng) {
  const auto& tie = c.rule.tie;
  const bool by_lot = !tie.empty() && tie.back() == election::TieRule::lot;
  while (by_lot && !out.tied.empty() && rng.below(4) > 0) {
    seats::Lot lot;
    for (const std::size_t t : out.tied) lot.among.push_back(c.contenders[t].id);
    lot.winner = lot.among[rng.below(lot.among.size())];
    c.lots.push_back(std::move(lot));
    out = allocate(c);
  }
}

std::string_view method_of(const Case& c) {
  static constexpr std::string_view kDivisors[] = {"dhondt", "sainte_lague",
                                                   "modified_sainte_lague"};
  if (c.nominal) return "plurality";
  if (c.rule.method == election::ListMethod::largest_remainder) return "largest_remainder";
  if (c.rule.method == election::ListMethod::staged) return "staged";
  return kDivisors[static_cast<std::size_t>(c.rule.divisors)];
}

template <typename T>
JsonText& number(JsonText& json, T value) {
  return json.number(static_cast<std::int64_t>(value));
}

void write_rule(JsonText& json, const Case& c) {
  static constexpr std::string_view kDivisors[] = {"dhondt", "sainte_lague",
                                                   "modified_sainte_lague"};
  static constexpr std::string_view kExhausted[] = {"report", "next_quotient", "vacant"};
  json.key("method").text(method_of(c));
  json.key("divisors").text(kDivisors[static_cast<std::size_t>(c.rule.divisors)]);
  const election::Fraction threshold = c.nominal ? election::Fraction{0, 1} : c.rule.threshold;
  json.key("threshold").open('[').number(threshold.num).number(threshold.den).close(']');
  json.key("valid").number(c.valid.value()).key("tie").open('[');
  for (const election::TieRule rule : c.rule.tie) {
    json.text(rule == election::TieRule::lot ? "lot" : "more_votes");
  }
  const auto exhausted = c.nominal ? election::ExhaustedList::report : c.rule.exhausted;
  json.close(']').key("exhausted").text(kExhausted[static_cast<std::size_t>(exhausted)]);
  json.key("majority").boolean(c.rule.majority_of_seats);
}

void write_input(JsonText& json, const Case& c) {
  json.key("seats").number(c.seats).key("ids").open('[');
  for (const auto& one : c.contenders) json.text(one.id);
  json.close(']').key("votes").open('[');
  for (const auto& one : c.contenders) json.number(one.votes.value());
  json.close(']').key("persons").open('[');
  for (const auto& one : c.contenders) {
    json.number(one.persons ? static_cast<std::int64_t>(*one.persons) : -1);
  }
  json.close(']').key("lots").open('[');
  for (const seats::Lot& lot : c.lots) {
    json.open('[').open('[');
    for (const std::string& id : lot.among) json.text(id);
    json.close(']').text(lot.winner).close(']');
  }
  json.close(']');
}

void write_award(JsonText& json, const seats::Award& award) {
  number(json.open('['), award.contender).text(services::step_name(award.step));
  number(number(json, award.numerator), award.divisor);
  number(json.text(services::decided_name(award.decided_by)), award.lot);
  json.text(services::seating_name(award.seating));
  json.number(award.next ? static_cast<std::int64_t>(*award.next) : -1);
  number(number(json, award.next_numerator), award.next_divisor).close(']');
}

void write_output(JsonText& json, const Case& c, const seats::Allocation& out) {
  json.key("out").open('{').key("seats").open('[');
  for (const std::uint32_t seats : out.seats) json.number(seats);
  json.close(']').key("tied").open('[');
  for (const std::size_t tied : out.tied) number(json, tied);
  json.close(']').key("open").open('[').number(out.seats_in_tie);
  json.number(out.unassigned).number(out.vacant).close(']').key("awards").open('[');
  for (const seats::Award& award : out.awards) write_award(json, award);
  json.close(']').key("margins").open('[');
  const bool limited = !c.contenders.empty() && c.contenders.front().persons.has_value();
  const auto all = !c.nominal ? seats::margins(c.contenders, out, c.rule)
                   : limited  ? std::vector<std::optional<seats::Margin>>(out.awards.size())
                              : seats::nominal_margins(c.contenders, out);
  for (const auto& margin : all) {
    if (!margin) {
      json.number(0);
      continue;
    }
    number(json.open('['), margin->rival).number(margin->can_lose);
    json.number(margin->lacks.value_or(-1)).close(']');
  }
  json.close(']').close('}');
}

int run(std::uint64_t count, std::uint64_t seed) {
  sim::SimRng rng{seed};
  for (std::uint64_t i = 0; i < count; ++i) {
    Case c = draw(rng);
    seats::Allocation out = allocate(c);
    draw_lots(c, out, rng);
    JsonText json;
    json.open('{');
    write_rule(json, c);
    write_input(json, c);
    write_output(json, c, out);
    const std::string line = json.close('}').take();
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace sufragio

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return sufragio::run(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
}
