#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/csv.h"
#include "services/importing/builder.h"

namespace sufragio::services {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

// A CSV source with the columns of its mapping. Lines that cannot be read become notes and are
// stepped over.
class SourceTable {
 public:
  // I102 with the column that is missing, unknown or stands twice. `roles` are the roles that the
  // format knows; every column must be one of them, one of `further`, or one that is dropped.
  [[nodiscard]] static Result<SourceTable> open(Builder& builder, const PlainFile& file,
                                                const std::vector<std::string_view>& roles,
                                                const std::vector<std::string>& further);
  // The next line that can be read; nothing at the end or when there are too many defects.
  [[nodiscard]] std::optional<codec::CsvRecord> next();

  // Column of a role, or kNoColumn.
  [[nodiscard]] std::size_t role(std::string_view name) const;
  [[nodiscard]] std::size_t column(const std::string& name) const;
  [[nodiscard]] Place at(std::size_t line) const { return {file_, line}; }

 private:
  SourceTable(Builder& builder, const PlainFile& file, codec::CsvTable table)
      : builder_{&builder}, file_{&file}, table_{std::move(table)} {}
  Builder* builder_;
  const PlainFile* file_;
  codec::CsvTable table_;
  std::size_t lines_ = 0;
};

// The figures of one line, with a defect for what is no figure.
class Cells {
 public:
  Cells(Builder& builder, const codec::CsvRecord& record, const Place& place)
      : builder_{&builder}, record_{&record}, place_{place} {}

  [[nodiscard]] std::string_view text(std::size_t column) const {
    return column == kNoColumn ? std::string_view{} : record_->fields[column];
  }
  [[nodiscard]] bool missing(std::size_t column) const;  // the cell says "not known"
  template <typename C>
  std::optional<C> count(std::size_t column) {  // nothing without column or when not known
    if (column == kNoColumn || missing(column)) return std::nullopt;
    const std::optional<C> value = count_from<C>(text(column));
    if (!value) bad_figure(column);
    return value;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  void bad_figure(std::size_t column);
  Builder* builder_;
  const codec::CsvRecord* record_;
  Place place_;
  bool good_ = true;
};

}  // namespace sufragio::services
