#include "seats/readings.h"

#include <map>
#include <set>

#include "seats/table.h"

namespace sufragio::seats {

namespace {

// Empty: null.
const std::string& goes_to(const CardVotes& card, std::string_view follow,
                           std::string_view orphan) {
  static const std::string nobody;
  if (follow == "printed_candidate") return card.printed;
  if (!card.current.empty()) return card.current;
  if (orphan == "list") return card.list;
  if (orphan == "transfer") return card.transfer;
  return nobody;
}

Result<Reading> read_so(const std::vector<CardVotes>& cards, std::string follow,
                        std::string orphan) {
  Reading out;
  std::map<std::string, Votes> votes;
  for (const CardVotes& card : cards) {
    for (const std::string* option : {&card.printed, &card.current, &card.list, &card.transfer}) {
      if (!option->empty()) votes.try_emplace(*option);
    }
    const std::string& option = goes_to(card, follow, orphan);
    Votes& sum = option.empty() ? out.null : votes[option];
    sum = TRY(sum.plus(card.votes));
  }
  for (const auto& [option, sum] : votes) out.contenders.push_back({option, sum});
  out.follow = std::move(follow);
  out.orphan = std::move(orphan);
  return out;
}

}  // namespace

Result<std::vector<CardVotes>> read_cards(std::string_view csv) {
  std::vector<CardVotes> out;
  std::set<std::string> names;
  const auto on_line = [&](const Line& line) -> Result<void> {
    const auto votes = line.count("votes", Votes::kMax);
    CardVotes card{line.text("card"),    {},
                   line.text("printed"), line.text("current"),
                   line.text("list"),    line.text("transfer")};
    if (!votes || card.card.empty() || card.printed.empty()) return line.bad();
    card.votes = TRY(Votes::from(static_cast<std::int64_t>(*votes)));
    if (!names.insert(card.card).second) return fail(kNamedTwice, {{"value", card.card}});
    if (names.size() > 1'000) return fail(kTooMany, {{"value", "1001"}, {"max", "1000"}});
    out.push_back(std::move(card));
    return {};
  };
  TRY(each_line(csv, {"card", "votes", "printed", "current"}, on_line));
  return out;
}

Result<std::vector<Reading>> readings(const std::vector<CardVotes>& cards,
                                      const election::LawPack& pack) {
  std::vector<Reading> out;
  std::set<std::string> seen;
  for (const election::CardReading& one : election::card_readings(pack)) {
    // An orphan exists only where votes follow the current candidate.
    const std::string orphan = one.follow == "current_candidate" ? one.orphan : std::string{};
    if (!seen.insert(one.follow + "/" + orphan).second) continue;
    Reading reading = TRY(read_so(cards, one.follow, orphan));
    reading.of_pack = out.empty();
    out.push_back(std::move(reading));
  }
  return out;
}

}  // namespace sufragio::seats
