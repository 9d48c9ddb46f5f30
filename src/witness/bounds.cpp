#include <algorithm>
#include <set>

#include "witness/codes.h"
#include "witness/sheets.h"

namespace sufragio::witness {

namespace {

using tally::Unit;

// Electors of a unit as either side has them: in the row, or in the definition.
std::optional<std::int64_t> electors_of(const Side& side, const std::vector<Sheet>* sheets,
                                        const Unit& unit) {
  if (sheets != nullptr && sheets->front().others[2]) return sheets->front().others[2];
  const std::optional<MesaId> id = unit.mesa_id();
  const election::Mesa* mesa = id ? side.definition.mesa(*id) : nullptr;
  if (mesa == nullptr || !mesa->electors_known) return std::nullopt;
  return mesa->electors.value();
}

struct Pair {  // lead of first over second in one sheet
  std::size_t first, second;
  std::int64_t operator()(const Sheet& sheet) const {
    return sheet.votes[first] - sheet.votes[second];
  }
};

// The two options with the most votes, over both sides.
std::optional<Pair> leading(const Sheets& a, const Sheets& b, std::uint16_t contest) {
  const auto found = a.sums.find(contest);
  if (found == a.sums.end() || found->second.size() < 2) return std::nullopt;
  std::vector<std::size_t> order(found->second.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto votes = [&](std::size_t i) { return found->second[i] + b.sums.at(contest)[i]; };
  std::ranges::stable_sort(order,
                           [&](std::size_t x, std::size_t y) { return votes(x) > votes(y); });
  return Pair{order[0], order[1]};
}

const std::vector<Sheet>* sheets_at(const Sheets& sheets, const Sheets::Key& key) {
  const auto found = sheets.by_unit.find(key);
  return found == sheets.by_unit.end() ? nullptr : &found->second;
}

}  // namespace

std::optional<LeadBounds> lead_bounds(const Side& a, const Side& b, election::ContestIndex contest,
                                      std::int64_t announced) {
  const Result<Sheets> in_a = sheets_like(a, a);
  const Result<Sheets> in_b = sheets_like(b, a);
  if (!in_a || !in_b || a.definition.contest(contest).seats != 1) return std::nullopt;
  const std::optional<Pair> pair = leading(*in_a, *in_b, contest.value());
  if (!pair) return std::nullopt;
  LeadBounds out;
  out.first = in_a->options.at(contest.value())[pair->first];
  out.second = in_a->options.at(contest.value())[pair->second];
  std::set<Unit> units;
  for (const Sheets* sheets : {&*in_a, &*in_b}) {
    for (const auto& entry : sheets->by_unit) {
      if (entry.first.first == contest.value()) units.insert(entry.first.second);
    }
  }
  for (const Unit& unit : units) {
    const Sheets::Key key{contest.value(), unit};
    const auto* in_first = sheets_at(*in_a, key);
    const auto* in_second = sheets_at(*in_b, key);
    if (in_first != nullptr && in_second != nullptr && in_first->size() == 1 &&
        in_second->size() == 1) {
      const std::int64_t x = (*pair)(in_first->front());
      const std::int64_t y = (*pair)(in_second->front());
      out.low += std::min(x, y);
      out.high += std::max(x, y);
      if (x == y) out.lead += x;
      continue;
    }
    ++out.outstanding;
    std::optional<std::int64_t> electors = electors_of(a, in_first, unit);
    if (!electors) electors = electors_of(b, in_second, unit);
    out.unknown += electors ? 0 : 1;
    out.electors += electors.value_or(0);
  }
  const std::int64_t beyond = std::max<std::int64_t>(announced - std::ssize(units), 0);
  out.outstanding += beyond;
  out.unknown += beyond;
  out.low -= out.electors;
  out.high += out.electors;
  return out;
}

bool Feasibility::possible() const {
  const bool negative =
      std::ranges::any_of(lines, [](const Line& line) { return line.rest() < 0; });
  return !negative && (!electors || rest <= *electors);
}

Result<Feasibility> feasible(const Side& side, election::ContestIndex contest,
                             std::span<const Announced> announced) {
  const election::Contest& of = side.definition.contest(contest);
  const Sheets sheets = TRY(sheets_like(side, side));
  const std::vector<std::string>& options = sheets.options.at(contest.value());
  Feasibility out;
  for (const Announced& one : announced) {
    const auto found = std::ranges::find(options, one.option);
    if (found == options.end()) {
      return fail(kUnknownOption, {{"option", one.option}, {"contest", of.id.text()}});
    }
    const auto twice = [&](const Feasibility::Line& line) { return line.option == one.option; };
    if (std::ranges::any_of(out.lines, twice)) {
      return fail(kOptionTwice, {{"option", one.option}});
    }
    const auto at = static_cast<std::size_t>(found - options.begin());
    out.lines.push_back({one.option, sheets.name(contest.value(), one.option),
                         sheets.sums.at(contest.value())[at], one.votes});
    out.rest += out.lines.back().rest();
  }
  std::int64_t electors = 0;
  bool known = !side.definition.imported;  // an import lists no mesa without a row
  for (const election::Mesa& mesa : side.definition.mesas) {
    const auto& contests = side.definition.styles.at(mesa.style).contests;
    if (std::ranges::find(contests, contest) == contests.end()) continue;
    if (sheets.by_unit.contains({contest.value(), Unit::of(mesa.id)})) continue;
    known = known && mesa.electors_known;
    electors += mesa.electors.value();
  }
  if (known) out.electors = electors;
  return out;
}

}  // namespace sufragio::witness
