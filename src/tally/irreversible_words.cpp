#include <algorithm>

#include "base/check.h"
#include "tally/irreversible.h"

// The sentences: docs/spec/statement.md, "Recomputing".
namespace sufragio::tally {

namespace {

struct BoundsOf {
  const election::Contest& contest;
  const Figures& figures;
  const Outstanding& out;
  const Bounds& bounds;
  std::vector<statement::Input> inputs;
  Hash32 law;
};

using statement::Body;
using statement::Bound;
using statement::FactStatement;
using statement::Statement;
using statement::Text;

constexpr std::int64_t kImpossible = 1'000;  // thousandths

std::string option_name(const election::Contest& contest, std::size_t contender,
                        const std::vector<Share>& options) {
  for (const election::Option& option : contest.options) {
    if (option.id.text() == options.at(contender).id) return option.name;
  }
  return options.at(contender).id;
}

Body new_body(const BoundsOf& of, std::string_view text, std::string_view formula) {
  Body body;
  body.text = text;
  body.inputs = of.inputs;
  body.law = of.law;
  body.formula = formula;
  body.arguments = {{"contest", Text{of.contest.id.text()}},
                    {"mesas", of.out.mesas},
                    {"electors", of.out.electors}};
  return body;
}

Bound bound_of(const BoundsOf& of, Body body) {
  const char* electors = of.out.stated ? "assume.electors-stated" : "assume.electors-of-mesas";
  auto out = Bound::of(std::move(body), {"assume.counted-rows", electors});
  CHECK(out.has_value());
  return *std::move(out);
}

Statement of_seat(const BoundsOf& of, const SeatHold& hold, std::int64_t seat,
                  const std::vector<Share>& options) {
  const std::optional<std::int64_t> needed = hold.safe_below;
  const bool open_ended = !needed || *needed == INT64_MAX;
  std::string_view text = "bound.irreversible-not";
  if (hold.irreversible) {
    text = of.out.electors == 0 || open_ended ? "bound.irreversible-all" : "bound.irreversible";
  }
  if (!hold.irreversible && !of.out.known()) text = "bound.irreversible-unknown";
  if (!hold.irreversible && of.out.known() && open_ended) text = "bound.irreversible-no-formula";
  Body body = new_body(of, text, "irreversible: electors < needed");
  body.arguments.push_back({"seat", seat});
  body.arguments.push_back({"option", Text{option_name(of.contest, hold.contender, options)}});
  if (!open_ended) body.arguments.push_back({"needed", *needed});
  if (!of.out.known()) body.arguments.push_back({"unknown", of.out.unknown});
  return bound_of(of, std::move(body));
}

Statement of_list(const BoundsOf& of, std::size_t contender, const std::vector<Share>& options) {
  const SeatRange& range = of.bounds.ranges[contender];
  Body body = new_body(of, "bound.irreversible-list", "secured <= now <= possible");
  body.arguments.push_back({"option", Text{option_name(of.contest, contender, options)}});
  body.arguments.push_back({"votes", options[contender].votes});
  body.arguments.push_back({"seats", std::int64_t{of.contest.seats}});
  body.arguments.push_back({"secured", std::int64_t{range.secured}});
  body.arguments.push_back({"now", std::int64_t{range.now}});
  body.arguments.push_back({"possible", std::int64_t{range.possible}});
  return bound_of(of, std::move(body));
}

// The last seat of a plurality contest, and who is nearest to it.
std::optional<Statement> of_flip(const BoundsOf& of, const std::vector<Share>& options) {
  if (of.bounds.seats.empty() || of.out.mesas == 0) return std::nullopt;
  std::vector<std::int64_t> votes;
  for (const Share& option : options) votes.push_back(option.votes);
  std::sort(votes.begin(), votes.end(), [](std::int64_t a, std::int64_t b) { return a > b; });
  const std::size_t seats = of.bounds.seats.size();
  if (seats >= votes.size()) return std::nullopt;
  const Flip flipped =
      flip(votes[seats - 1] - votes[seats], outstanding_votes(of.figures, of.out), of.out.electors);
  std::string_view text = "fact.flip";
  if (!flipped.share || !flipped.turnout) text = "fact.flip-unknown";
  if (flipped.share && *flipped.share > kImpossible) text = "fact.flip-turnout";
  if (flipped.turnout && *flipped.turnout > kImpossible) text = "fact.flip-impossible";
  Body body = new_body(of, text, "share = (lead + votes) / 2 / votes; turnout = lead / electors");
  body.arguments.push_back({"lead", flipped.lead});
  body.arguments.push_back({"votes", flipped.votes});
  const auto tenths = [](std::int64_t thousandths) { return statement::Decimal{thousandths, 1}; };
  if (flipped.share) body.arguments.push_back({"share", tenths(*flipped.share)});
  if (flipped.turnout) body.arguments.push_back({"turnout", tenths(*flipped.turnout)});
  return FactStatement{std::move(body)};
}

}  // namespace

Result<std::vector<Statement>> bounds_of(const election::Contest& contest, const Figures& figures,
                                         const election::LawPack& law, const Outstanding& left,
                                         std::vector<statement::Input> inputs) {
  const Bounds bound = TRY(bounds(contest, figures, law, left));
  const BoundsOf of{contest, figures, left, bound, std::move(inputs), law.hash};
  std::vector<Statement> out;
  const std::vector<Share> options = by_option(of.contest, of.figures.votes);
  if (of.contest.kind == election::ContestKind::list) {
    for (std::size_t i = 0; i < options.size(); ++i) {
      const SeatRange& range = of.bounds.ranges[i];
      if (range.now > 0 || range.possible > 0) out.push_back(of_list(of, i, options));
    }
    return out;
  }
  for (std::size_t i = 0; i < of.bounds.seats.size(); ++i) {
    out.push_back(of_seat(of, of.bounds.seats[i], static_cast<std::int64_t>(i + 1), options));
  }
  if (const auto flipped = of_flip(of, options)) out.push_back(*flipped);
  return out;
}

}  // namespace sufragio::tally
