#include "services/office/walk.h"

#include <algorithm>
#include <set>

#include "acta/qr.h"
#include "base/check.h"
#include "services/office/codes.h"
#include "services/publication/layout.h"
#include "tally/bulletin.h"
#include "tally/totals.h"

namespace sufragio::services {

namespace {

using election::Contest;
using election::ContestIndex;
using election::Definition;
using election::Mesa;
using election::TerritoryCode;

// No code of ours is longer on paper: version 28-M holds so many alphanumeric characters
// (docs/spec/qr.md).
constexpr std::size_t kMaxCodeLength = 1'200;

template <typename T>
T most(std::int64_t value) {
  const auto out = T::from(value);
  CHECK(out.has_value());
  return *out;
}

class Walker {
 public:
  explicit Walker(const election::Package& package)
      : package_{package}, definition_{package.definition()}, totals_{definition_} {}

  WalkReport run() {
    walk_seat_rules();
    for (const Mesa& mesa : definition_.mesas) walk_mesa(mesa);
    return std::move(report_);
  }

 private:
  void problem(Code code, const std::string& mesa, const std::string& contest) {
    report_.problems.push_back(Error{code, {{"mesa", mesa}, {"contest", contest}}});
  }

  void walk_seat_rules() {
    for (std::size_t i = 0; i < definition_.contests.size(); ++i) {
      const Contest& contest = definition_.contests[i];
      tally::Figures some;
      some.votes.assign(contest.cards.size(), 1);
      if (!tally::allocate(contest, some, package_.law())) {
        problem(kWalkNoSeatRule, "", contest.id.text());
      }
    }
  }

  void walk_mesa(const Mesa& mesa) {
    ++report_.mesas;
    if (mesa.style >= definition_.styles.size() ||
        definition_.styles[mesa.style].contests.empty()) {
      return problem(kWalkNoBallot, mesa.id.text(), "");
    }
    if (!addresses_.insert(mesa_folder(mesa.id)).second) {
      problem(kWalkNoAddress, mesa.id.text(), "");
    }
    for (const ContestIndex contest : definition_.styles[mesa.style].contests) {
      ++report_.pairs;
      walk_sums(mesa, contest);
    }
    walk_acta(mesa);
  }

  void walk_sums(const Mesa& mesa, ContestIndex index) {
    const Contest& contest = definition_.contest(index);
    const TerritoryCode centre = TerritoryCode::of(mesa.id.centre);
    bool found = contest.territory.contains(centre);
    std::optional<TerritoryCode> code = centre;
    while (found && code && contest.territory.contains(*code)) {
      found = totals_.at(index, *code) != nullptr;
      code = code->parent();
    }
    if (!found) problem(kWalkNoSum, mesa.id.text(), contest.id.text());
  }

  // The acta with the largest figures that the rules allow, as the machine would sign it (a
  // signature of zeros: only the length counts), written and read back, with every code.
  void walk_acta(const Mesa& mesa) {
    const acta::Acta acta = fullest_acta(mesa);
    const Bytes payload = acta::encode(acta);
    const auto again = acta::decode(payload);
    constexpr std::size_t kCoseFrame = 85;  // tag, headers, kid, lengths, 64 bytes of signature
    const std::size_t size = payload.size() + kCoseFrame;
    if (!again || *again != acta || size > acta::kMaxActa) {
      return problem(kWalkNoActa, mesa.id.text(), "");
    }
    const std::string code = acta::qr_b_text(Bytes(size, 0xff));
    report_.longest_acta = std::max(report_.longest_acta, size);
    report_.longest_code = std::max(report_.longest_code, code.size());
    for (const std::string& part : acta::qr_b_parts(Bytes(size, 0xff))) {
      if (part.size() > kMaxCodeLength) problem(kWalkNoQr, mesa.id.text(), "");
    }
    for (std::size_t i = 0; i < acta.contests.size(); ++i) {
      const acta::QrA expected = acta::qr_a_of(acta, i);
      const auto read = acta::parse_qr_a(acta::qr_a_text(expected), acta.contests[i].cards.size(),
                                         most<Votes>(Votes::kMax));
      const ContestIndex index = definition_.styles[mesa.style].contests[i];
      if (!read || *read != expected) {
        problem(kWalkNoQr, mesa.id.text(), definition_.contest(index).id.text());
      }
    }
  }

  acta::Acta fullest_acta(const Mesa& mesa) const {
    acta::Acta out;
    out.election = package_.handle();
    out.ballot = package_.ballot_of(mesa);
    out.mesa = mesa.id;
    out.time_s = 4'102'444'800;  // the year 2100: the longest time
    out.opening_s = out.time_s;
    out.registered = mesa.electors;
    out.voters = mesa.electors;
    out.ballots = mesa.electors;
    for (const ContestIndex index : definition_.styles[mesa.style].contests) {
      const Contest& contest = definition_.contest(index);
      acta::ContestCount count;
      const Votes all = most<Votes>(mesa.electors.value() * contest.votes_per_voter);
      count.cards.assign(contest.cards.size(), all);
      count.null = all;
      count.invalid = all;
      out.contests.push_back(std::move(count));
    }
    out.gate = {mesa.electors, mesa.electors, mesa.electors, mesa.electors};
    const Persons n = mesa.electors;
    out.counters = {n, n, n, n, n, n, n, n, n};
    out.former_machines.resize(2);
    return out;
  }

  const election::Package& package_;
  const Definition& definition_;
  tally::Totals totals_;
  std::set<std::string> addresses_;
  WalkReport report_;
};

}  // namespace

WalkReport walk(const election::Package& package) { return Walker{package}.run(); }

}  // namespace sufragio::services
