#include "services/importing/source_table.h"

#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "codec/codes.h"
#include "services/importing/codes.h"

namespace sufragio::services {

namespace {

codec::TextEncoding encoding_of(Builder& builder, const PlainFile& file) {
  const bool mark = file.text.starts_with("\xef\xbb\xbf");
  const SourceEncoding wanted = builder.mapping().encoding;
  codec::TextEncoding out = codec::TextEncoding::utf8;
  if (wanted == SourceEncoding::latin1) out = codec::TextEncoding::latin1;
  if (wanted == SourceEncoding::automatic) {
    if (!mark && !is_utf8(file.text)) out = codec::TextEncoding::latin1;
    builder.remark(import_codes::kEncoding, {&file, 1},
                   {{"encoding", out == codec::TextEncoding::latin1 ? "Latin-1"
                                 : mark                             ? "UTF-8 BOM"
                                                                    : "UTF-8"}});
  }
  return out;
}

tl::unexpected<Error> wrong_columns(const PlainFile& file, Error cause) {
  Error error{import_codes::kWrongColumns, {{"file", file.name}, {"line", "1"}}};
  const std::string_view column = cause.fact("column");
  error = std::move(error).with("column", column.empty() ? cause.code.text() : column);
  return fail(std::move(error));
}

}  // namespace

Result<SourceTable> SourceTable::open(Builder& builder, const PlainFile& file,
                                      const std::vector<std::string_view>& roles,
                                      const std::vector<std::string>& further) {
  const Mapping& mapping = builder.mapping();
  codec::CsvOptions csv;
  csv.encoding = encoding_of(builder, file);
  csv.separator = mapping.separator;
  std::vector<std::string> needed = further;
  std::set<std::string> known(further.begin(), further.end());
  for (const auto& [role, column] : mapping.columns) {
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
      return fail(import_codes::kBadMapping, {{"key", role}, {"line", "0"}});
    }
    known.insert(column);
    if (!mapping.is_optional(column)) needed.push_back(column);
  }
  Result<codec::CsvTable> table = codec::CsvTable::open(file.text, csv, needed);
  if (!table) return wrong_columns(file, std::move(table).error());
  for (const std::string& column : table->header()) {
    if (known.contains(column)) continue;
    const auto& dropped = mapping.dropped;
    if (std::find(dropped.begin(), dropped.end(), column) == dropped.end()) {
      return wrong_columns(file, Error{codec::kCsvHeader, {{"column", column}}});
    }
    builder.remark(import_codes::kDroppedColumn, {&file, 1}, {{"column", column}});
  }
  return SourceTable{builder, file, std::move(*table)};
}

std::optional<codec::CsvRecord> SourceTable::next() {
  constexpr std::size_t kProgressEvery = 1'000;
  while (!builder_->hopeless()) {
    Result<std::optional<codec::CsvRecord>> record = table_.next();
    if (record) {
      if (*record && ++lines_ % kProgressEvery == 0) {
        const auto* at = (*record)->fields.front().data();
        const auto* begin = file_->text.data();
        if (at >= begin && at < begin + file_->text.size()) {
          builder_->progress(static_cast<std::uint64_t>(at - begin));
        }
      }
      return *record;
    }
    const std::optional<std::int64_t> line = whole(record.error().fact("line"));
    builder_->defect(import_codes::kUnreadableLine, at(static_cast<std::size_t>(line.value_or(0))),
                     {{"cause", record.error().code.text()}});
  }
  return std::nullopt;
}

std::size_t SourceTable::role(std::string_view name) const {
  const auto& columns = builder_->mapping().columns;
  const auto found = columns.find(std::string{name});
  return found == columns.end() ? kNoColumn : column(found->second);
}

std::size_t SourceTable::column(const std::string& name) const {
  return table_.column(name).value_or(kNoColumn);
}

bool Cells::missing(std::size_t column) const {
  const std::string& mark = builder_->mapping().missing;
  return !mark.empty() && text(column) == mark;
}

void Cells::bad_figure(std::size_t column) {
  good_ = false;
  builder_->defect(
      import_codes::kBadFigure, place_,
      {{"column", std::to_string(column + 1)}, {"value", std::string{text(column).substr(0, 60)}}});
}

}  // namespace sufragio::services
