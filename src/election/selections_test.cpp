#include "election/selections.h"

#include <gtest/gtest.h>

#include <set>

#include "election/codes.h"
#include "sim/rng.h"

namespace sufragio::election {
namespace {

// One style of two contests: of `cards` cards and `votes` votes, and of two cards and one vote.
Definition two_contests(std::size_t cards, std::uint16_t votes) {
  Definition out;
  for (const auto& [size, each] : {std::pair{cards, votes}, {std::size_t{2}, std::uint16_t{1}}}) {
    Contest contest;
    contest.cards.resize(size);
    contest.votes_per_voter = each;
    out.contests.push_back(std::move(contest));
  }
  Style style;
  style.contests = {ContestIndex{0}, ContestIndex{1}};
  out.styles.push_back(std::move(style));
  return out;
}

// The rule in words: as many places as votes; existing cards once each, in order, then the unused.
bool allowed_in_words(std::span<const std::uint16_t> votes, std::size_t cards, std::size_t places) {
  if (votes.size() != places) return false;
  const auto end = std::ranges::find(votes, kUnusedVote);
  const std::set<std::uint16_t> given(votes.begin(), end);
  return std::all_of(end, votes.end(), [](auto vote) { return vote == kUnusedVote; }) &&
         std::ranges::all_of(given, [&](auto card) { return card < cards; }) &&
         std::equal(votes.begin(), end, given.begin(), given.end());
}

TEST(Selections, AreAllowedAsTheRuleInWordsSays) {  // every list of up to four votes of these
  const std::vector<std::uint16_t> words = {0, 1, 2, 3, 4, 0x7fff, 0xfffe, kUnusedVote};
  for (const std::size_t cards : {std::size_t{1}, std::size_t{3}, std::size_t{4}}) {
    for (std::uint16_t places = 1; places <= 3; ++places) {
      const Definition definition = two_contests(cards, places);
      std::size_t allowed = 0;
      for (std::size_t size = 0; size <= 4; ++size) {
        std::size_t lists = 1;
        for (std::size_t n = 0; n < size; ++n) lists *= words.size();
        for (std::size_t list = 0; list < lists; ++list) {
          ContestChoice choice;
          for (std::size_t n = 0, rest = list; n < size; ++n, rest /= words.size()) {
            choice.votes.push_back(words[rest % words.size()]);
          }
          const Selections selections{0, {choice, ContestChoice{{1}, 0}}};
          const bool good = check_selections(definition, selections).has_value();
          ASSERT_EQ(good, allowed_in_words(choice.votes, cards, places));
          allowed += good ? 1 : 0;
          if (!good) continue;
          const auto bytes = encode_compact(definition, selections);
          ASSERT_EQ(bytes.size(), compact_size(definition, 0));
          ASSERT_EQ(decode_compact(definition, 0, bytes), selections);
          ASSERT_EQ((ContestChoice{{choice.cards().begin(), choice.cards().end()}, choice.null()}),
                    choice);
        }
      }
      EXPECT_GT(allowed, cards);
    }
  }
}

TEST(Selections, SayWhichContestIsWrong) {
  const Definition definition = two_contests(3, 2);
  const auto contest_of = [&](const Selections& selections) {
    const auto checked = check_selections(definition, selections);
    return checked ? std::string{} : std::string{checked.error().fact("contest")};
  };
  EXPECT_EQ(contest_of({0, {{{0, 3}, 0}, {{0}, 0}}}), "1");
  EXPECT_EQ(contest_of({0, {{{0, 2}, 0}, {{0}, 1}}}), "2");
  EXPECT_EQ(check_selections(definition, {1, {}}).error().code, kUnknownReference);
  EXPECT_EQ(check_selections(definition, {0, {}}).error().code, kBadSelections);
}

// Whatever stands in a record: refused, or written again as it was.
TEST(Selections, ARecordIsReadAsItWasWrittenOrNotAtAll) {
  const Definition definition = two_contests(5, 3);
  const Bytes good = to_bytes(encode_compact(definition, {0, {{{1, 4}, 1}, {{}, 1}}}));
  EXPECT_EQ(good, (Bytes{1, 0, 1, 0, 4, 0, 0xff, 0xff, 1, 0, 0xff, 0xff}));
  sim::SimRng rng{7};
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = good;
    for (std::uint64_t n = rng.below(3) + 1; n > 0; --n) {
      const std::uint64_t value = rng.below(4) == 0 ? rng.below(256) : rng.below(6);
      bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(value);
    }
    const auto back = decode_compact(definition, 0, bytes);
    if (!back) continue;
    ++read;
    EXPECT_EQ(to_bytes(encode_compact(definition, *back)), bytes);
  }
  EXPECT_GT(read, 20);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_compact(definition, 0, ByteView{good}.first(size)));
  }
}

}  // namespace
}  // namespace sufragio::election
