#include "witness/reconcile.h"

#include <algorithm>

#include "witness/codes.h"
#include "witness/sheets.h"

namespace sufragio::witness {

namespace {

using election::ContestIndex;
using election::TerritoryCode;
using tally::Unit;

constexpr std::array<std::string_view, 6> kKinds{"shifted-row", "swapped",       "shifted-column",
                                                 "one-digit",   "transposition", "other"};

// "1407" and "147", "1407" and "1487": one digit replaced, left out or too many.
bool one_digit_apart(const std::string& a, const std::string& b) {
  if (a.size() == b.size()) {
    int apart = 0;
    for (std::size_t i = 0; i < a.size(); ++i) apart += a[i] != b[i] ? 1 : 0;
    return apart == 1;
  }
  const std::string& longer = a.size() > b.size() ? a : b;
  const std::string& shorter = a.size() > b.size() ? b : a;
  if (longer.size() != shorter.size() + 1) return false;
  for (std::size_t i = 0; i < longer.size(); ++i) {
    if (longer.substr(0, i) + longer.substr(i + 1) == shorter) return true;
  }
  return false;
}

bool digits_exchanged(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i + 1 < a.size(); ++i) {
    std::string swapped = a;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped == b) return true;
  }
  return false;
}

// From the first to the last place that differs, b has a's figures one place on (or back).
bool column_shifted(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  if (a.size() != b.size()) return false;
  std::size_t first = 0;
  std::size_t last = a.size();
  while (first < last && a[first] == b[first]) ++first;
  while (last > first && a[last - 1] == b[last - 1]) --last;
  if (last - first < 3) return false;
  const auto n = static_cast<std::ptrdiff_t>(last - first);
  const auto* const x = a.data() + first;
  const auto* const y = b.data() + first;
  return std::equal(x, x + n - 1, y + 1) || std::equal(y, y + n - 1, x + 1);
}

}  // namespace

std::string_view kind_name(Kind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Kind classify(std::span<const FigurePair> differing, std::span<const std::int64_t> a,
              std::span<const std::int64_t> b) {
  if (differing.size() == 2 && differing[0].a == differing[1].b &&
      differing[0].b == differing[1].a) {
    return Kind::swapped;
  }
  if (column_shifted(a, b)) return Kind::shifted_column;
  if (differing.size() != 1) return Kind::other;
  const std::string before = std::to_string(differing[0].a);
  const std::string after = std::to_string(differing[0].b);
  if (one_digit_apart(before, after)) return Kind::one_digit;
  return digits_exchanged(before, after) ? Kind::transposition : Kind::other;
}

namespace {

class Reconciler {
 public:
  Reconciler(Sheets in_a, Sheets in_b) : in_a_{std::move(in_a)}, in_b_{std::move(in_b)} {}

  Reconciliation run() {
    start_sums();
    for (const auto& [key, sheets] : in_a_.by_unit) {
      const auto other = in_b_.by_unit.find(key);
      if (other == in_b_.by_unit.end()) {
        out_.only_a.push_back(key.second);
        count(key.second, &Counts::only_a);
      } else {
        both(key, sheets, other->second);
      }
    }
    for (const auto& [key, sheets] : in_b_.by_unit) {
      if (in_a_.by_unit.contains(key)) continue;
      out_.only_b.push_back(key.second);
      count(key.second, &Counts::only_b);
    }
    const std::string_view names[] = {"option",     "null",   "invalid",
                                      "registered", "voters", "ballots"};
    for (const FigureName::What what :
         {FigureName::What::registered, FigureName::What::voters, FigureName::What::ballots}) {
      const auto at = static_cast<std::size_t>(what);
      if (in_a_.states(what) != in_b_.states(what)) out_.not_compared.emplace_back(names[at]);
    }
    return std::move(out_);
  }

 private:
  void start_sums() {
    for (const auto& [contest, options] : in_a_.options) {
      ContestSums sums;
      sums.contest = ContestIndex{contest};
      for (const std::string& id : options)
        sums.options.push_back({id, in_a_.name(contest, id), 0, 0, 0});
      for (std::size_t i = 0; i < options.size(); ++i) {
        sums.options[i].a = in_a_.sums.at(contest)[i];
        sums.options[i].b = in_b_.sums.at(contest)[i];
      }
      place_.emplace(contest, out_.sums.size());
      out_.sums.push_back(std::move(sums));
    }
  }

  void count(const Unit& unit, std::int64_t Counts::*which) {
    ++(out_.total.*which);
    const std::string text = unit.territory.text();
    const auto state = TerritoryCode::parse(text.substr(0, 2));
    if (text.size() >= 2 && state) ++(out_.by_state[*state].*which);
  }

  void both(const Sheets::Key& key, const std::vector<Sheet>& a, const std::vector<Sheet>& b) {
    if (a.size() != 1 || b.size() != 1) {
      out_.ambiguous.push_back(key.second);
      return count(key.second, &Counts::ambiguous);
    }
    std::vector<FigurePair> differing = differences(a[0], b[0]);
    if (differing.empty()) {
      std::vector<OptionSums>& sums = out_.sums[place_.at(key.first)].options;
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i].common += a[0].votes[i];
      return count(key.second, &Counts::equal);
    }
    Conflict conflict;
    conflict.contest = ContestIndex{key.first};
    conflict.unit = key.second;
    conflict.kind = kind_of(differing, a[0], b[0]);
    if (const auto like = shifted(key, a[0], b[0])) {
      conflict.kind = Kind::shifted_row;
      conflict.like = like;
    }
    conflict.figures = std::move(differing);
    out_.conflicts.push_back(std::move(conflict));
    count(key.second, &Counts::different);
  }

  // Ballots and voters follow the votes: they are looked at when no vote differs.
  static Kind kind_of(const std::vector<FigurePair>& differing, const Sheet& a, const Sheet& b) {
    std::vector<FigurePair> votes;
    for (const FigurePair& pair : differing) {
      if (pair.name.what <= FigureName::What::invalid) votes.push_back(pair);
    }
    return classify(votes.empty() ? differing : votes, a.votes, b.votes);
  }

  static std::vector<FigurePair> differences(const Sheet& a, const Sheet& b) {
    std::vector<FigurePair> out;
    for (std::size_t i = 0; i < a.votes.size(); ++i) {
      if (a.votes[i] != b.votes[i]) {
        out.push_back({{FigureName::What::option, i}, a.votes[i], b.votes[i]});
      }
    }
    for (std::size_t i = 0; i < a.others.size(); ++i) {
      if (!a.others[i] || !b.others[i] || *a.others[i] == *b.others[i]) continue;
      const auto what = static_cast<FigureName::What>(i + 1);
      out.push_back({{what, 0}, *a.others[i], *b.others[i]});
    }
    return out;
  }

  // Another mesa of the same centre whose votes on one side are this mesa's on the other.
  std::optional<Unit> shifted(const Sheets::Key& key, const Sheet& a, const Sheet& b) const {
    for (const auto& [sheets, here] : {std::pair{&in_b_, &a}, std::pair{&in_a_, &b}}) {
      const Sheets::Key from{key.first, Unit{key.second.territory, MesaNumber{0}}};
      for (auto at = sheets->by_unit.lower_bound(from); at != sheets->by_unit.end(); ++at) {
        if (at->first.first != key.first || at->first.second.territory != key.second.territory)
          break;
        if (at->first.second == key.second) continue;
        const bool some = std::ranges::any_of(here->votes, [](std::int64_t v) { return v > 0; });
        if (some && at->second.front().votes == here->votes) return at->first.second;
      }
    }
    return std::nullopt;
  }

  Sheets in_a_, in_b_;
  Reconciliation out_;
  std::map<std::uint16_t, std::size_t> place_;
};

}  // namespace

Result<Reconciliation> reconcile(const Side& a, const Side& b) {
  Sheets in_a = TRY(sheets_like(a, a));
  Sheets in_b = TRY(sheets_like(b, a));
  return Reconciler{std::move(in_a), std::move(in_b)}.run();
}

}  // namespace sufragio::witness
