#include "election/selections.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/little_endian.h"
#include "election/codes.h"

namespace sufragio::election {

namespace {

constexpr std::uint16_t kUnusedVote = 0xffff;

tl::unexpected<Error> bad_selections(std::size_t contest) {
  return fail(kBadSelections, {{"contest", std::to_string(contest + 1)}});
}

const Contest& contest_at(const Definition& definition, std::uint16_t style, std::size_t i) {
  return definition.contest(definition.styles[style].contests[i]);
}

Result<void> check_style(const Definition& definition, std::uint16_t style) {
  if (style < definition.styles.size()) return {};
  return fail(kUnknownReference, {{"style", std::to_string(style)}});
}

}  // namespace

Result<void> check_selections(const Definition& definition, const Selections& selections) {
  TRY(check_style(definition, selections.style));
  const auto& contests = definition.styles[selections.style].contests;
  if (selections.contests.size() != contests.size())
    return bad_selections(selections.contests.size());
  for (std::size_t i = 0; i < contests.size(); ++i) {
    const Contest& contest = definition.contest(contests[i]);
    const ContestChoice& choice = selections.contests[i];
    if (choice.cards.size() + choice.null != contest.votes_per_voter) return bad_selections(i);
    for (std::size_t n = 0; n < choice.cards.size(); ++n) {
      if (choice.cards[n] >= contest.cards.size()) return bad_selections(i);
      if (n > 0 && choice.cards[n] <= choice.cards[n - 1]) return bad_selections(i);
    }
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

Bytes encode_compact(const Definition& definition, const Selections& selections) {
  CHECK(check_selections(definition, selections).has_value());
  Bytes out(compact_size(definition, selections.style));
  std::size_t at = 0;
  const auto append = [&out, &at](std::uint16_t value) {
    put_le(out, at, value, 2);
    at += 2;
  };
  for (const ContestChoice& choice : selections.contests) {
    append(choice.null);
    for (const std::uint16_t card : choice.cards) append(card);
    for (std::uint16_t n = 0; n < choice.null; ++n) append(kUnusedVote);
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
  for (std::size_t i = 0; i < definition.styles[style].contests.size(); ++i) {
    const std::uint16_t votes = contest_at(definition, style, i).votes_per_voter;
    ContestChoice choice;
    choice.null = word(at);
    if (choice.null > votes) return bad_selections(i);
    for (std::uint16_t n = 0; n < votes; ++n) {
      const std::uint16_t card = word(at + 2 * (1 + std::size_t{n}));
      if (n < votes - choice.null) {
        choice.cards.push_back(card);
      } else if (card != kUnusedVote) {
        return bad_selections(i);
      }
    }
    at += 2 * (1 + std::size_t{votes});
    out.contests.push_back(std::move(choice));
  }
  TRY(check_selections(definition, out));
  return out;
}

}  // namespace sufragio::election
