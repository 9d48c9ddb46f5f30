#include "election/counting.h"

#include "election/codes.h"

namespace sufragio::election {

Counting Counting::made(const Package& package, SignedHistory history) {
  const Definition& definition = package.definition();
  Counting out;
  out.signed_ = std::move(history);
  out.head_ = ActsHead{out.signed_.acts.size(), out.signed_.acts.back().record};
  out.opening_ = minute_of(definition.date, package.law().day.open_min);
  out.stale_ = errata(definition, package.law(), out.signed_.history, out.opening_);
  for (const StaleCard& card : out.stale_) {
    if (out.contests_.contains(card.contest)) continue;
    out.contests_.emplace(
        card.contest, contest_by_law(definition.contest(card.contest), out.stale(card.contest)));
  }
  return out;
}

Result<Counting> Counting::of(const Package& package, ByteView signed_acts) {
  SignedHistory history = TRY(nominations_of(package, signed_acts));
  return made(package, std::move(history));
}

const Counting& Counting::as_printed() {
  static const Counting kAsPrinted;
  return kAsPrinted;
}

Result<Counting> Counting::first(const Package& package, const ActsHead& head) const {
  if (head_ == head) return *this;
  const std::vector<ActEnd>& acts = signed_.acts;
  const std::uint64_t least = package.nominations() ? package.nominations()->acts : 1;
  if (head.acts < least || head.acts > acts.size() || acts[head.acts - 1].record != head.last) {
    return fail(kOtherActs,
                {{"got", std::to_string(acts.size())}, {"expected", std::to_string(head.acts)}});
  }
  SignedHistory part = signed_;
  part.acts.resize(head.acts);
  part.history.resize(part.acts.back().events);
  return made(package, std::move(part));
}

const Contest& Counting::contest(const Definition& printed, ContestIndex index) const {
  const auto found = contests_.find(index);
  return found == contests_.end() ? printed.contest(index) : found->second;
}

Result<void> Package::take_nominations(ByteView signed_acts) {
  Counting counting = TRY(Counting::of(*this, signed_acts));
  counting_ = std::make_shared<const Counting>(std::move(counting));
  return {};
}

const Counting& Package::counting() const {
  return counting_ ? *counting_ : Counting::as_printed();
}

Result<void> Package::can_count() const {
  if (!nominations_ || counting_) return {};
  return fail(kOtherActs, {{"got", "0"}, {"expected", std::to_string(nominations_->acts)}});
}

}  // namespace sufragio::election
