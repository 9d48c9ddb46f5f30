#include "ports/row_index.h"

#include <algorithm>

#include "base/check.h"
#include "ports/codes.h"

namespace sufragio::ports {

namespace {
constexpr std::int64_t kMaxNumber = 1'000'000'000;

bool matches(const IndexedRow& row, const RowQuery& query, const CentreRange& range) {
  const std::uint32_t centre = row.mesa.centre.value();
  return centre >= range.first && centre <= range.last &&
         (!query.contest || *query.contest == row.contest) &&
         (!query.status || *query.status == row.status);
}
}  // namespace

Result<void> check_row(const IndexedRow& row) {
  const auto out_of_range = [&](std::string_view field) {
    return fail(kIndexRowRange, {{"mesa", row.mesa.text()}, {"field", std::string{field}}});
  };
  if (row.mesa.centre.value() > CentreRange{}.last) return out_of_range("centre");
  if (row.votes.size() > kMaxRowVotes) return out_of_range("votes");
  const auto good = [](std::int64_t value) { return value >= 0 && value <= kMaxNumber; };
  const std::pair<std::string_view, std::int64_t> numbers[] = {
      {"contest", row.contest}, {"revision", row.revision},     {"status", row.status},
      {"trust", row.trust},     {"registered", row.registered}, {"voters", row.voters},
      {"ballots", row.ballots}, {"null", row.null_votes},       {"invalid", row.invalid}};
  for (const auto& number : numbers) {
    if (!good(number.second)) return out_of_range(number.first);
  }
  if (!std::all_of(row.votes.begin(), row.votes.end(), good)) return out_of_range("votes");
  return {};
}

CentreRange centres_of(std::string_view territory) {
  CHECK(territory.size() <= 9);
  std::uint32_t first = 0;
  std::uint32_t width = 1;
  for (const char digit : territory) {
    CHECK(digit >= '0' && digit <= '9');
    first = first * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  for (std::size_t i = territory.size(); i < 9; ++i) width *= 10;
  CentreRange out;
  out.first = first * width;
  out.last = out.first + (width - 1);
  return out;
}

Result<std::optional<Hash32>> MemoryRowIndex::schema() const { return schema_; }

Result<void> MemoryRowIndex::clear(const Hash32& schema) {
  rows_.clear();
  schema_ = schema;
  return {};
}

Result<void> MemoryRowIndex::put(std::span<const IndexedRow> rows) {
  for (const IndexedRow& row : rows) {
    TRY(check_row(row));
  }
  for (const IndexedRow& row : rows) rows_.insert_or_assign(row.key(), row);
  return {};
}

Result<std::vector<IndexedRow>> MemoryRowIndex::list(const RowQuery& query) const {
  const CentreRange range = centres_of(query.territory);
  std::vector<IndexedRow> out;
  std::int64_t seen = 0;
  for (const auto& entry : rows_) {
    if (!matches(entry.second, query, range)) continue;
    if (seen++ < query.offset) continue;
    if (static_cast<std::int64_t>(out.size()) == query.limit) break;
    out.push_back(entry.second);
  }
  return out;
}

Result<std::int64_t> MemoryRowIndex::count(const RowQuery& query) const {
  const CentreRange range = centres_of(query.territory);
  std::int64_t out = 0;
  for (const auto& entry : rows_) out += matches(entry.second, query, range) ? 1 : 0;
  return out;
}

}  // namespace sufragio::ports
