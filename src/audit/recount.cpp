#include "audit/recount.h"

#include <algorithm>
#include <numeric>

#include "audit/batches.h"
#include "audit/codes.h"
#include "audit/sample_rule.h"

namespace sufragio::audit {

Result<RecountTrigger> recount_trigger(const ContestRule& rule,
                                       const std::vector<std::int64_t>& totals,
                                       const election::Fraction& share) {
  const std::size_t seats = rule.method == ContestMethod::plurality ? rule.seats : 1;
  std::vector<std::size_t> order(totals.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return totals[a] > totals[b]; });
  if (order.size() <= seats) return fail(kNothingToDecide);
  RecountTrigger out;
  out.first = order[seats - 1];
  out.second = order[seats];
  out.votes_first = totals[out.first];
  out.votes_second = totals[out.second];
  if (out.votes_first <= 0) return fail(kNothingToDecide);
  out.ordered =
      Int128{out.margin()} * share.den <= Int128{out.votes_first + out.votes_second} * share.num;
  return out;
}

ActaFigures acta_of(const Frame& frame, std::size_t mesa) {
  const HeldMesa* held = frame.held_at(mesa);
  ActaFigures out;
  out.ballots = held == nullptr ? frame.ballots[mesa] : held->ballots;
  out.null = out.ballots * frame.rule.votes_per_voter;
  for (std::size_t i = 0; i < frame.votes.size(); ++i) {
    out.votes.push_back(held == nullptr ? frame.votes[i][mesa] : held->votes[i]);
    out.null -= out.votes.back();
  }
  out.null = std::max<std::int64_t>(out.null, 0);  // a held row may have more votes than ballots
  return out;
}

namespace {

std::vector<std::int64_t> row_of(const Frame& frame, std::size_t mesa) {
  std::vector<std::int64_t> out;
  for (const auto& column : frame.votes) out.push_back(column[mesa]);
  return out;
}

Result<std::vector<RecountLine>> lines_of(const Frame& frame, const std::vector<Sheet>& sheets) {
  std::vector<RecountLine> out;
  for (std::size_t m = 0; m < frame.size(); ++m) out.push_back({m, row_of(frame, m), {}, {}});
  for (const Sheet& sheet : sheets) {
    const auto mesa = frame.find(sheet.mesa);
    if (!mesa || sheet.contest != frame.contest || out[*mesa].accounted()) {
      return fail(kNotInOrder, {{"mesa", sheet.mesa.text()}});
    }
    if (sheet.paper) {
      if (sheet.paper->receipts.size() != frame.votes.size()) {
        return fail(kImpossibleCount, {{"mesa", sheet.mesa.text()}});
      }
      out[*mesa].counted = sheet.paper->receipts;
    }
    out[*mesa].reason = sheet.reason;
  }
  return out;
}

// Do the boxes without a count hold as much error as the new result could lose?
bool could_still_change(const Frame& frame, const std::vector<RecountLine>& lines,
                        const std::vector<std::int64_t>& after) {
  const auto assertions = assertions_of(frame.rule, after, frame.outside);
  if (!assertions) return true;
  return std::ranges::any_of(*assertions, [&](const Assertion& assertion) {
    std::int64_t swing = 0;
    for (const RecountLine& line : lines) {
      if (line.counted) continue;
      swing += assertion.worst * frame.ballots[line.mesa];
      for (const Term& term : assertion.terms) {
        swing += term.factor * frame.votes[term.option][line.mesa];
      }
    }
    return swing >= assertion.margin;
  });
}

}  // namespace

Result<RecountAct> recount(const Frame& frame, const std::vector<Sheet>& sheets) {
  const std::vector<RecountLine> lines = TRY(lines_of(frame, sheets));
  RecountAct out;
  out.boxes = static_cast<std::int64_t>(lines.size());
  out.before = frame.totals();
  out.after = out.before;
  for (const RecountLine& line : lines) {
    if (line.counted) {
      ++out.counted;
      for (std::size_t i = 0; i < out.after.size(); ++i) {
        out.after[i] += (*line.counted)[i] - line.reported[i];
      }
      if (line.changed()) out.changes.push_back(line);
    } else if (line.reason) {
      ++out.not_counted;
      out.unaccounted.push_back(frame.mesas[line.mesa]);
    } else {
      out.waiting.push_back(frame.mesas[line.mesa]);
    }
  }
  out.state = out.waiting.empty() ? RecountState::final : RecountState::open;
  out.seats_before = seats_of(frame.rule, out.before);
  out.seats_after = seats_of(frame.rule, out.after);
  out.open_outcome = could_still_change(frame, lines, out.after);
  return out;
}

}  // namespace sufragio::audit
