#include "election/selections.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/little_endian.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

tl::unexpected<Error> bad_selections(std::size_t contest) {
  return fail(kBadSelections, {{"contest", std::to_string(contest + 1)}});
}

Result<void> check_style(const Definition& definition, std::uint16_t style) {
  if (style < definition.styles.size()) return {};
  return fail(kUnknownReference, {{"style", std::to_string(style)}});
}

// No branch and no early end: what is looked at does not depend on what was chosen.
bool allowed(std::span<const std::uint16_t> votes, std::uint32_t cards) {
  std::uint32_t wrong = 0;
  std::uint32_t before = 0;  // the least card that may come next
  for (const std::uint32_t vote : votes) {
    const auto unused = static_cast<std::uint32_t>(vote == kUnusedVote);
    const auto exists = static_cast<std::uint32_t>(vote < cards);
    const auto ascends = static_cast<std::uint32_t>(vote >= before);
    wrong |= ~(exists | unused) | ~ascends;
    before = vote + 1 - unused;
  }
  return (wrong & 1) == 0;
}

}  // namespace

ContestChoice::ContestChoice(const std::vector<std::uint16_t>& cards, std::uint16_t null)
    : votes(cards.begin(), cards.end()) {
  std::ranges::sort(votes);
  votes.resize(votes.size() + null, kUnusedVote);
}

std::uint16_t ContestChoice::null() const {
  std::uint32_t out = 0;
  for (const std::uint16_t vote : votes) out += static_cast<std::uint32_t>(vote == kUnusedVote);
  return static_cast<std::uint16_t>(out);
}

std::span<const std::uint16_t> ContestChoice::cards() const {
  return std::span{votes}.first(votes.size() - null());
}

Result<void> check_selections(const Definition& definition, const Selections& selections) {
  TRY(check_style(definition, selections.style));
  const auto& contests = definition.styles[selections.style].contests;
  if (selections.contests.size() != contests.size())
    return bad_selections(selections.contests.size());
  for (std::size_t i = 0; i < contests.size(); ++i) {
    const Contest& contest = definition.contest(contests[i]);
    const std::span<const std::uint16_t> votes = selections.contests[i].votes;
    if (votes.size() != contest.votes_per_voter) return bad_selections(i);
    if (!allowed(votes, static_cast<std::uint32_t>(contest.cards.size()))) return bad_selections(i);
  }
  return {};
}

Selections null_selections(const Definition& definition, std::uint16_t style) {
  CHECK(style < definition.styles.size());
  Selections out;
  out.style = style;
  for (const ContestIndex index : definition.styles[style].contests) {
    out.contests.push_back({{}, definition.contest(index).votes_per_voter});
  }
  return out;
}

std::size_t compact_size(const Definition& definition, std::uint16_t style) {
  CHECK(style < definition.styles.size());
  std::size_t out = 0;
  for (const ContestIndex index : definition.styles[style].contests) {
    out += 2 * (1 + std::size_t{definition.contest(index).votes_per_voter});
  }
  return out;
}

crypto::Wiped<std::uint8_t> encode_compact(const Definition& definition,
                                           const Selections& selections) {
  CHECK(check_selections(definition, selections).has_value());
  crypto::Wiped<std::uint8_t> out(compact_size(definition, selections.style));
  std::size_t at = 0;
  const auto append = [&out, &at](std::uint16_t value) {
    put_le(out, at, value, 2);
    at += 2;
  };
  for (const ContestChoice& choice : selections.contests) {
    append(choice.null());
    for (const std::uint16_t vote : choice.votes) append(vote);
  }
  return out;
}

Result<Selections> decode_compact(const Definition& definition, std::uint16_t style,
                                  ByteView bytes) {
  TRY(check_style(definition, style));
  if (bytes.size() != compact_size(definition, style)) return bad_selections(0);
  const auto word = [&bytes](std::size_t at) {
    return static_cast<std::uint16_t>(get_le(bytes, at, 2));
  };
  Selections out;
  out.style = style;
  std::size_t at = 0;
  for (const ContestIndex index : definition.styles[style].contests) {
    const std::uint16_t null = word(at);
    at += 2;
    ContestChoice choice;
    for (std::uint16_t n = 0; n < definition.contest(index).votes_per_voter; ++n, at += 2) {
      choice.votes.push_back(word(at));
    }
    if (choice.null() != null) return bad_selections(out.contests.size());
    out.contests.push_back(std::move(choice));
  }
  TRY(check_selections(definition, out));
  return out;
}

}  // namespace sufragio::election
