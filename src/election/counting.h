#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "election/errata.h"
#include "election/nominations.h"

// Which option the votes of each card count for, by the law (docs/decisions/0016-by-law.md): what
// the ballot prints, but for cards that were stale when polls opened. The signed figures of cards
// never change; bulletins, pages, irreversibility and the act of award ask here what they mean.
namespace sufragio::election {

class Counting {
 public:
  Counting() = default;                               // every card counts for what it prints
  [[nodiscard]] static const Counting& as_printed();  // the same, for whoever keeps a reference
  // By the signed acts of the election: what stands in them when polls open (`day.open` of its
  // date). H20x, K10x.
  [[nodiscard]] static Result<Counting> of(const Package& package, ByteView signed_acts);
  // As of() was when there were only the first acts of these, at least those that the package
  // names: what a bulletin was made by. H204.
  [[nodiscard]] Result<Counting> first(const Package& package, const ActsHead& head) const;

  [[nodiscard]] const std::vector<StaleCard>& stale() const { return stale_; }
  [[nodiscard]] std::span<const StaleCard> stale(ContestIndex contest) const {
    return stale_of(stale_, contest);
  }
  // The contest with its cards as the law counts them (contest_by_law).
  [[nodiscard]] const Contest& contest(const Definition& printed, ContestIndex index) const;

  [[nodiscard]] const std::optional<ActsHead>& head() const { return head_; }  // nothing: no acts
  [[nodiscard]] const NominationHistory& history() const { return signed_.history; }
  [[nodiscard]] LocalMinute opening() const { return opening_; }

 private:
  [[nodiscard]] static Counting made(const Package& package, SignedHistory history);

  SignedHistory signed_;
  std::optional<ActsHead> head_;
  LocalMinute opening_;
  std::vector<StaleCard> stale_;
  std::map<ContestIndex, Contest> contests_;  // those with stale cards
};

}  // namespace sufragio::election
