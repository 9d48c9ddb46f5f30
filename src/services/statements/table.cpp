#include <algorithm>

#include "codec/csv.h"
#include "services/statements/render.h"
#include "statement/file.h"

namespace sufragio::services {

using statement::Table;
using statement::Value;

namespace {

// Columns on a terminal: one per character of UTF-8 (the catalogues use no wide characters).
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

bool is_figure(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) ||
         std::holds_alternative<statement::Decimal>(value) ||
         std::holds_alternative<statement::Probability>(value);
}

std::string plain_text(const Value& value, const Catalogue& words) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* decimal = std::get_if<statement::Decimal>(&value)) {
    return statement::decimal_text(*decimal);
  }
  if (const auto* probability = std::get_if<statement::Probability>(&value)) {
    return probability->text();
  }
  const auto* list = std::get_if<statement::List>(&value);
  if (list == nullptr) return value_text(value, words);
  std::string out;
  for (const std::string& item : *list) out += (out.empty() ? "" : " ") + item;
  return out;
}

std::string table_text(const Table& table, const Catalogue& words) {
  std::vector<std::vector<std::string>> lines(1);
  std::vector<bool> right(table.columns.size(), false);
  for (const std::string& name : table.columns) lines[0].push_back(words.text("column." + name));
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      line.push_back(value_text(row[c], words));
      right[c] = right[c] || is_figure(row[c]);
    }
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      widths[c] = std::max(widths[c], width_of(line[c]));
    }
  }
  std::string out = words.text(table.caption) + "\n";
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      const std::string blanks(widths[c] - width_of(line[c]), ' ');
      const bool last = c + 1 == line.size();
      out += right[c] ? blanks + line[c] : line[c] + (last ? "" : blanks);
      out += last ? "\n" : "  ";
    }
  }
  return out;
}

std::string table_csv(const Table& table, const Catalogue& words) {
  std::string out;
  codec::csv_append(out, table.columns);
  for (const auto& row : table.rows) {
    std::vector<std::string> fields;
    for (const Value& value : row) fields.push_back(plain_text(value, words));
    codec::csv_append(out, fields);
  }
  return out;
}

std::string report_tables_csv(const statement::Report& report, const Catalogue& words) {
  std::string out;
  for (const statement::Section& section : report.sections) {
    for (const Table& table : section.tables) {
      out += (out.empty() ? "" : "\n") + table_csv(table, words);
    }
  }
  return out.empty() ? report_csv(report, words) : out;
}

std::string report_csv(const statement::Report& report, const Catalogue& words) {
  std::string out;
  codec::csv_append(out, {"class", "id", "text"});
  for (const statement::Statement& one : statements_of(report)) {
    codec::csv_append(
        out, {words.text(class_key(class_of(one))), id_of(one).hex(), statement_text(one, words)});
  }
  return out;
}

}  // namespace sufragio::services
