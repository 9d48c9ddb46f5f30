#include "console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "codec/csv.h"
#include "codec/json_write.h"
#include "services/statements/render.h"
#include "statement/file.h"

namespace sufragio::app {

namespace {

// Columns on a terminal: one per character of UTF-8 (the catalogues use no wide characters).
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::size_t have = width_of(text);
  const std::string blanks(width > have ? width - have : 0, ' ');
  return right ? blanks + std::string{text} : std::string{text} + blanks;
}

// Numbers and percentages stand to the right.
bool is_right(const std::vector<std::vector<Cell>>& rows, std::size_t column) {
  return std::ranges::any_of(rows, [&](const auto& row) {
    return row[column].number.has_value() || row[column].text.ends_with('%');
  });
}

std::string json_table(const std::vector<std::string>& columns,
                       const std::vector<std::vector<Cell>>& rows) {
  codec::JsonWriter out{2};
  out.begin_array();
  for (const auto& row : rows) {
    out.begin_object();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      out.key(columns[c]);
      if (row[c].number) {
        out.integer(*row[c].number);
      } else {
        out.string(row[c].text);
      }
    }
    out.end_object();
  }
  out.end_array();
  return out.text() + "\n";
}

std::string csv_table(const std::vector<std::string>& columns,
                      const std::vector<std::vector<Cell>>& rows) {
  std::string out;
  codec::csv_append(out, columns);
  for (const auto& row : rows) {
    std::vector<std::string> fields;
    for (const Cell& cell : row) {
      fields.push_back(cell.number ? std::to_string(*cell.number) : cell.text);
    }
    codec::csv_append(out, fields);
  }
  return out;
}

}  // namespace

Console::Console(services::Catalogue words, services::Language language)
    : words_{std::move(words)}, language_{language} {}

void Console::say(std::string_view key, const services::WordFacts& facts) const {
  print(words_.text(key, facts) + "\n");
}

void Console::note(std::string_view key, const services::WordFacts& facts) const {
  fmt::print(stderr, "{}\n", words_.text(key, facts));
}

void Console::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Console::finding(const Error& error) const {
  std::string place;
  for (const Fact& fact : error.context) {
    if (fact.name == "file" || fact.name == "path") place = fact.value + place;
    if (fact.name == "line") place += ":" + fact.value;
  }
  if (place.starts_with(':')) place.clear();  // a line of no file: the words say which
  fmt::print(stderr, "{}{}{}: {}\n", place, place.empty() ? "" : "  ", error.code.text(),
             words_.what(error.code, error.context));
}

int Console::fail(const Error& error) const {
  finding(error);
  fmt::print(stderr, "  {}\n", words_.remedy(error.code, error.context));
  return 1;
}

void Console::progress(std::string_view key, std::int64_t done, std::int64_t total) {
  const std::int64_t percent = total > 0 ? done * 100 / total : 100;
  if (percent == shown_) return;
  shown_ = percent;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (!terminal && done != total) return;
  fmt::print(stderr, "{}{} {} %{}", terminal ? "\r" : "", words_.text(key), percent,
             done == total || !terminal ? "\n" : "");
  if (done == total) shown_ = -1;
}

void Console::report(const statement::Report& report, TableFormat format) const {
  switch (format) {
    case TableFormat::json:
      return print(statement::json_file(statement::statements_of(report)));
    case TableFormat::csv:
      return print(services::report_csv(report, words_));
    case TableFormat::text:
      return print(services::report_text(report, words_));
  }
}

std::string Console::number(std::int64_t value) const {
  return services::grouped(value, language_);
}

void Console::table(const std::vector<std::string>& columns,
                    const std::vector<std::vector<Cell>>& rows, TableFormat format) const {
  switch (format) {
    case TableFormat::json:
      return print(json_table(columns, rows));
    case TableFormat::csv:
      return print(csv_table(columns, rows));
    case TableFormat::text:
      return print(text_table(columns, rows));
  }
}

std::string Console::text_table(const std::vector<std::string>& columns,
                                const std::vector<std::vector<Cell>>& rows) const {
  std::vector<std::vector<std::string>> lines(1);
  for (const std::string& name : columns) lines[0].push_back(words_.text("column." + name));
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const Cell& cell : row) line.push_back(cell.number ? number(*cell.number) : cell.text);
  }
  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], width_of(line[c]));
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      const bool right = is_right(rows, c);
      out += padded(line[c], widths[c], right) + (c + 1 < line.size() ? "  " : "\n");
    }
  }
  return out;
}

}  // namespace sufragio::app
