#include "services/publication/figures.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "crypto/hash.h"

namespace sufragio::services {

namespace {

using election::ContestIndex;
using election::TerritoryCode;
using tally::JudgedRow;
using tally::Unit;

bool unit_before(const Unit& a, const Unit& b) {
  return std::tie(a.territory, a.mesa) < std::tie(b.territory, b.mesa);
}

Unit unit_of(const MesaId& mesa) { return {TerritoryCode::of(mesa.centre), mesa.mesa}; }

// All that lies in `code`, of something ascending by mesa: the codes are prefixes.
template <typename Item, typename Key>
std::span<const Item> inside(const std::vector<Item>& items, const TerritoryCode& code, Key key) {
  const std::string& prefix = code.text();
  const auto text = [&](const Item& item) {
    return key(item).centre_text().substr(0, prefix.size());
  };
  const auto first = std::partition_point(items.begin(), items.end(),
                                          [&](const Item& item) { return text(item) < prefix; });
  const auto last = std::partition_point(first, items.end(),
                                         [&](const Item& item) { return text(item) == prefix; });
  return {items.data() + (first - items.begin()), static_cast<std::size_t>(last - first)};
}

}  // namespace

SiteFigures::SiteFigures(const election::Definition& definition, std::vector<JudgedRow> rows,
                         const std::vector<SiteActa>& actas, bool is_signed,
                         const election::Counting* counting)
    : definition_{definition},
      counting_{counting == nullptr ? election::Counting::as_printed() : *counting},
      signed_{is_signed},
      rows_{std::move(rows)},
      totals_{definition} {
  for (std::size_t i = 0; i < definition.contests.size(); ++i) {
    contests_in_[definition.contests[i].territory].emplace_back(static_cast<std::uint16_t>(i));
  }
  sort_rows();
  fold();
  choose_actas(actas);
  find_missing();
}

void SiteFigures::sort_rows() {
  std::stable_sort(rows_.begin(), rows_.end(), [](const JudgedRow& a, const JudgedRow& b) {
    return std::tie(a.row.contest, a.row.unit.territory, a.row.unit.mesa, a.row.revision) <
           std::tie(b.row.contest, b.row.unit.territory, b.row.unit.mesa, b.row.revision);
  });
  by_unit_.resize(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) by_unit_[i] = static_cast<std::uint32_t>(i);
  std::stable_sort(by_unit_.begin(), by_unit_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return unit_before(rows_[a].row.unit, rows_[b].row.unit);
  });
  for (std::size_t i = 0; i < by_unit_.size(); ++i) {
    const Unit& unit = rows_[by_unit_[i]].row.unit;
    if (!units_.empty() && units_.back() == unit) continue;
    units_.push_back(unit);
    unit_begin_.push_back(static_cast<std::uint32_t>(i));
  }
  unit_begin_.push_back(static_cast<std::uint32_t>(by_unit_.size()));
}

void SiteFigures::fold() {
  for (const JudgedRow& judged : rows_) {
    if (judged.row.status == tally::RowStatus::counted && totals_.fits(judged.row)) {
      totals_.add(judged.row);
    }
    if (judged.findings.empty()) continue;
    std::optional<TerritoryCode> code = judged.row.unit.territory;
    for (; code; code = code->parent()) {
      for (const tally::Finding& finding : judged.findings) ++flags_[*code][finding.rule];
    }
  }
}

void SiteFigures::choose_actas(const std::vector<SiteActa>& actas) {
  std::map<Hash32, bool> counts;
  for (const JudgedRow& judged : rows_) {
    if (judged.row.status == tally::RowStatus::counted) counts[judged.row.source] = true;
  }
  std::set<MesaId> settled;
  for (const SiteActa& acta : actas) {
    const bool counted = counts.contains(acta.id);
    if (!actas_.contains(acta.mesa) || (counted && !settled.contains(acta.mesa))) {
      actas_.insert_or_assign(acta.mesa, acta);
    }
    if (counted) settled.insert(acta.mesa);
  }
}

// A mesa is missing when its style has a contest of which it has no counted row.
void SiteFigures::find_missing() {
  for (const election::Mesa& mesa : definition_.mesas) {
    const std::vector<ContestIndex>& asked = definition_.styles.at(mesa.style).contests;
    const std::span<const std::uint32_t> rows = rows_of(unit_of(mesa.id));
    const bool whole = std::all_of(asked.begin(), asked.end(), [&](ContestIndex contest) {
      return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t i) {
        return rows_[i].row.contest == contest && rows_[i].row.status == tally::RowStatus::counted;
      });
    });
    if (!whole) missing_.push_back(mesa.id);
  }
}

std::span<const std::uint32_t> SiteFigures::rows_of(const Unit& unit) const {
  const auto found = std::lower_bound(units_.begin(), units_.end(), unit, unit_before);
  if (found == units_.end() || *found != unit) return {};
  const auto at = static_cast<std::size_t>(found - units_.begin());
  return {by_unit_.data() + unit_begin_[at], unit_begin_[at + 1] - unit_begin_[at]};
}

const SiteActa* SiteFigures::acta_of(const MesaId& mesa) const {
  const auto found = actas_.find(mesa);
  return found == actas_.end() ? nullptr : &found->second;
}

std::span<const MesaId> SiteFigures::missing(const TerritoryCode& code) const {
  return inside(missing_, code, [](const MesaId& mesa) { return mesa; });
}

std::span<const election::Mesa> SiteFigures::mesas(const TerritoryCode& code) const {
  return inside(definition_.mesas, code, [](const election::Mesa& mesa) { return mesa.id; });
}

bool SiteFigures::is_missing(const MesaId& mesa) const {
  return std::binary_search(missing_.begin(), missing_.end(), mesa);
}

std::vector<ContestIndex> SiteFigures::contests(const TerritoryCode& code) const {
  std::vector<ContestIndex> out;
  for (std::optional<TerritoryCode> at = code; at; at = at->parent()) {
    const auto found = contests_in_.find(*at);
    if (found != contests_in_.end()) {
      out.insert(out.end(), found->second.begin(), found->second.end());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<const election::Territory*> SiteFigures::children(const TerritoryCode& code) const {
  static constexpr std::size_t kWidth[] = {2, 4, 6, 9, 0};  // of the level below
  const std::size_t width = kWidth[static_cast<std::size_t>(code.level())];
  std::vector<const election::Territory*> out;
  const std::vector<election::Territory>& all = definition_.territories;
  auto at = std::partition_point(all.begin(), all.end(),
                                 [&](const election::Territory& t) { return t.code < code; });
  for (; at != all.end() && code.contains(at->code); ++at) {
    if (at->code.text().size() == width) out.push_back(&*at);
  }
  return out;
}

const std::map<tally::Rule, std::int64_t>& SiteFigures::flags(const TerritoryCode& code) const {
  static const std::map<tally::Rule, std::int64_t> kNone;
  const auto found = flags_.find(code);
  return found == flags_.end() ? kNone : found->second;
}

const tally::Figures& SiteFigures::at(ContestIndex contest, const TerritoryCode& code) const {
  static const tally::Figures kNone;
  const tally::Figures* found = totals_.at(contest, code);
  return found == nullptr ? kNone : *found;
}

std::string_view status_name(tally::RowStatus status) {
  static constexpr std::string_view kNames[] = {"counted", "superseded", "quarantined", "annulled"};
  return kNames[static_cast<std::size_t>(status)];
}

std::string_view trust_name(tally::Trust trust) {
  static constexpr std::string_view kNames[] = {"signed", "typed", "imported"};
  return kNames[static_cast<std::size_t>(trust)];
}

std::string_view level_name(election::Level level) {
  static constexpr std::string_view kNames[] = {"country", "state", "municipality", "parish",
                                                "centre"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string codes_text(const std::vector<tally::Finding>& findings) {
  std::string out;
  for (const tally::Finding& finding : findings) {
    if (!out.empty()) out += ';';
    out += tally::code_of(finding.rule).text();
  }
  return out;
}

}  // namespace sufragio::services
