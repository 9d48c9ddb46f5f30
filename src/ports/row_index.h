#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace sufragio::ports {

inline constexpr std::size_t kMaxRowVotes = 1'000;  // cards of a row

// One row of the results as plain numbers, as the bulletin has it (docs/spec/bulletin.md). Whoever
// puts it has judged it; the index only finds it again.
struct IndexedRow {
  std::int64_t contest = 0;  // index in the ballot definition
  MesaId mesa;
  std::int64_t revision = 0;
  std::int64_t status = 0;
  std::int64_t trust = 0;
  Hash32 source;
  std::int64_t registered = 0;
  std::int64_t voters = 0;
  std::int64_t ballots = 0;
  std::vector<std::int64_t> votes;  // per card
  std::int64_t null_votes = 0;
  std::int64_t invalid = 0;

  // The order of every listing, and what makes a row this row.
  [[nodiscard]] std::tuple<MesaId, std::int64_t, std::int64_t> key() const {
    return {mesa, contest, revision};
  }
  friend bool operator==(const IndexedRow&, const IndexedRow&) = default;
};

struct RowQuery {
  // The first digits of the code of a centre: "" the country, "01" a state, "010203" a parish, nine
  // digits one centre. 0 to 9 digits (CHECK).
  std::string territory;
  std::optional<std::int64_t> contest;
  std::optional<std::int64_t> status;
  std::int64_t offset = 0;         // for pages: skip so many
  std::int64_t limit = 1'000'000;  // then give at most so many
};

// An index of rows that can be dropped at any time and built again from the log: it decides
// nothing, it is only quicker than a fold. Two indexes with the same rows answer with the same
// bytes, whatever order the rows came in. Failures are F12x. One thread at a time.
class RowIndex {
 public:
  virtual ~RowIndex() = default;
  // What the rows were last cleared for; nothing for a new index. The caller hashes what the rows
  // depend on (package, format): when it differs, clear and put them again.
  [[nodiscard]] virtual Result<std::optional<Hash32>> schema() const = 0;
  [[nodiscard]] virtual Result<void> clear(const Hash32& schema) = 0;
  // All or none, replacing rows of the same key. Numbers are 0 to 10^9 (F126).
  [[nodiscard]] virtual Result<void> put(std::span<const IndexedRow> rows) = 0;
  // Ascending by (centre, mesa, contest, revision).
  [[nodiscard]] virtual Result<std::vector<IndexedRow>> list(const RowQuery& query) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> count(const RowQuery& query) const = 0;  // no paging
};

// F126 when a number of the row is outside 0 to 10^9, a centre above 9 digits, or there are more
// than 1,000 cards.
[[nodiscard]] Result<void> check_row(const IndexedRow& row);

// The codes of centres from `first` to `last` start with the digits (CHECK: 0 to 9 digits).
struct CentreRange {
  std::uint32_t first = 0;
  std::uint32_t last = kMaxCentre;
};
[[nodiscard]] CentreRange centres_of(std::string_view territory);

class MemoryRowIndex : public RowIndex {
 public:
  [[nodiscard]] Result<std::optional<Hash32>> schema() const override;
  [[nodiscard]] Result<void> clear(const Hash32& schema) override;
  [[nodiscard]] Result<void> put(std::span<const IndexedRow> rows) override;
  [[nodiscard]] Result<std::vector<IndexedRow>> list(const RowQuery& query) const override;
  [[nodiscard]] Result<std::int64_t> count(const RowQuery& query) const override;

 private:
  std::optional<Hash32> schema_;
  std::map<std::tuple<MesaId, std::int64_t, std::int64_t>, IndexedRow> rows_;
};

}  // namespace sufragio::ports
