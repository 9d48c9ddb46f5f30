#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.h"
#include "codec/csv.h"
#include "seats/codes.h"

// Lines of the CSV inputs. Inside the room only.
namespace sufragio::seats {

class Line {
 public:
  Line(const codec::CsvTable& table, const codec::CsvRecord& record)
      : table_{table}, record_{record} {}

  [[nodiscard]] bool has(std::string_view column) const {
    return table_.column(column).has_value();
  }
  [[nodiscard]] std::string text(std::string_view column) const {  // "" without the column
    const auto place = table_.column(column);
    return place ? std::string{record_.fields[*place]} : std::string{};
  }
  [[nodiscard]] std::optional<std::uint64_t> count(std::string_view column,
                                                   std::uint64_t max) const {
    const auto value = parse_uint(text(column), max);
    return value ? std::optional{*value} : std::nullopt;
  }
  [[nodiscard]] tl::unexpected<Error> bad() const {
    return fail(kBadVotesFile, {{"line", std::to_string(record_.line)}});
  }

 private:
  const codec::CsvTable& table_;
  const codec::CsvRecord& record_;
};

template <typename OnLine>
Result<void> each_line(std::string_view csv, const std::vector<std::string>& needed,
                       OnLine&& on_line) {
  auto table = codec::CsvTable::open(csv, {}, needed);
  if (!table) return fail(kBadVotesFile, {{"line", std::string{table.error().fact("line")}}});
  for (;;) {
    const auto record = table->next();
    if (!record) return fail(kBadVotesFile, {{"line", std::string{record.error().fact("line")}}});
    if (!record->has_value()) return {};
    TRY(on_line(Line{*table, **record}));
  }
}

}  // namespace sufragio::seats
