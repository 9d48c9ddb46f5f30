#include <algorithm>

#include "base/bytes.h"
#include "base/numbers.h"
#include "codec/text_codes.h"
#include "services/statements/render.h"
#include "statement/file.h"
#include "statement/parts.h"

namespace sufragio::services {

using ports::TemplateData;
using statement::Report;
using statement::Section;
using statement::Statement;
using statement::Table;

namespace {

std::string as_data(std::string_view kind, std::string_view text) {
  return "data:" + std::string{kind} + ";base64," + codec::base64_encode(as_bytes(text));
}

std::string inputs_text(const Statement& one) {
  std::string out;
  for (const statement::Input& input : statement::body_of(one).inputs) {
    out += (out.empty() ? "" : ", ") + input.role + " " + input.hash.hex();
  }
  return out;
}

void add_statement(TemplateData& section, const Statement& one, const Catalogue& words) {
  TemplateData data;
  const std::string text = statement_text(one, words);
  const std::string word = words.text(statement::class_key(statement::class_of(one)));
  data.text("class", word);
  data.text("text", text.substr(word.size() + 2));
  data.text("id", statement::id_of(one).hex());
  data.text("inputs", inputs_text(one));
  data.text("formula", statement::body_of(one).formula);
  data.when("has_inputs", !statement::body_of(one).inputs.empty());
  data.when("has_formula", !statement::body_of(one).formula.empty());
  section.sections.back().second.push_back(std::move(data));
}

TemplateData table_data(const Table& table, const Catalogue& words) {
  TemplateData out;
  out.text("caption", words.text(table.caption));
  std::vector<bool> right(table.columns.size(), false);
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) right[c] = right[c] || is_figure(row[c]);
  }
  const auto align = [&](std::size_t c) { return std::string{right[c] ? "num" : "words"}; };
  std::vector<TemplateData> columns, rows;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    TemplateData& column = columns.emplace_back();
    column.text("name", words.text("column." + table.columns[c]));
    column.text("align", align(c));
  }
  for (const auto& row : table.rows) {
    std::vector<TemplateData> cells;
    for (std::size_t c = 0; c < row.size(); ++c) {
      TemplateData& cell = cells.emplace_back();
      cell.text("value", value_text(row[c], words));
      cell.text("align", align(c));
    }
    rows.emplace_back().sections.emplace_back("cells", std::move(cells));
  }
  out.sections.emplace_back("columns", std::move(columns));
  out.sections.emplace_back("rows", std::move(rows));
  return out;
}

TemplateData section_data(const Section& section, const Catalogue& words) {
  TemplateData out;
  out.text("heading", filled(section.heading, section.arguments, words));
  std::vector<TemplateData> notes;
  for (const std::string& note : section.notes) {
    notes.emplace_back().text("text", words.text(note));
  }
  out.sections.emplace_back("notes", std::move(notes));
  out.list("statements");
  for (const Statement& one : section.statements) add_statement(out, one, words);
  std::vector<TemplateData> tables, plots;
  for (const Table& table : section.tables) tables.push_back(table_data(table, words));
  for (const statement::Plot& plot : section.plots) {
    TemplateData& data = plots.emplace_back();
    data.text("title", filled(plot.caption, plot.arguments, words));
    data.text("picture", as_data("image/svg+xml", plot_svg(plot, words)));
  }
  out.sections.emplace_back("tables", std::move(tables));
  out.sections.emplace_back("plots", std::move(plots));
  return out;
}

}  // namespace

Result<std::string> report_html(const Report& report, const Catalogue& words,
                                const ports::Templates& templates, std::string_view style) {
  TemplateData page;
  page.text("language", words.language());
  page.text("title", filled(report.title, report.arguments, words));
  page.text("style", as_data("text/css", style));
  page.text("file",
            as_data("application/json", statement::json_file(statement::statements_of(report))));
  std::vector<TemplateData> sections;
  for (const Section& section : report.sections) sections.push_back(section_data(section, words));
  page.sections.emplace_back("sections", std::move(sections));
  return templates.render("report", page);
}

namespace {

constexpr int kPage = 1'680;  // A4 in dots, 8 to the millimetre
constexpr int kPageHeight = 2'376;

void add_text(codec::Drawing& out, std::string text, int height, bool bold) {
  codec::Cell cell;
  cell.text = std::move(text);
  cell.height = height;
  cell.bold = bold;
  out.blocks.emplace_back(codec::TextRow{{std::move(cell)}, false});
  out.blocks.emplace_back(codec::Space{8});
}

constexpr int kMargin = 120;
constexpr int kTableHeight = 15;
constexpr int kSign = 12;  // about the width of one sign of that height
constexpr int kBetween = 8;

int signs_of(std::string_view text) {  // of UTF-8
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

int longest_word(std::string_view text) {
  int out = 0;
  for (const std::string_view word : split(text, ' ')) out = std::max(out, signs_of(word));
  return out;
}

// What each column needs; words give way to figures where the page is too narrow.
std::vector<int> widths_of(const std::vector<std::vector<std::string>>& lines,
                           const std::vector<bool>& figures) {
  const int room = kPage - 2 * kMargin - kBetween * (static_cast<int>(figures.size()) - 1);
  std::vector<int> out;
  int fixed = 0;
  int words = 0;
  for (std::size_t c = 0; c < figures.size(); ++c) {
    int signs = longest_word(lines.front()[c]);
    for (std::size_t i = 1; i < lines.size(); ++i) signs = std::max(signs, signs_of(lines[i][c]));
    out.push_back(kSign * (signs + 1));
    (figures[c] ? fixed : words) += out.back();
  }
  if (fixed + words <= room) return out;
  if (fixed >= room) return std::vector<int>(figures.size(), 0);  // equal shares
  for (std::size_t c = 0; c < figures.size(); ++c) {
    if (!figures[c]) out[c] = std::max(1, out[c] * (room - fixed) / words);
  }
  return out;
}

void add_table(codec::Drawing& out, const Table& table, const Catalogue& words) {
  std::vector<std::vector<std::string>> lines(1);
  std::vector<bool> figures(table.columns.size(), false);
  for (const std::string& name : table.columns) lines[0].push_back(words.text("column." + name));
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      line.push_back(value_text(row[c], words));
      figures[c] = figures[c] || is_figure(row[c]);
    }
  }
  const std::vector<int> widths = widths_of(lines, figures);
  codec::TableHead head;
  head.first = out.blocks.size();
  add_text(out, words.text(table.caption), 20, true);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    codec::TextRow row;
    for (std::size_t c = 0; c < lines[i].size(); ++c) {
      codec::Cell cell;
      cell.text = lines[i][c];
      cell.width = widths[c];
      cell.height = kTableHeight;
      cell.align = figures[c] ? codec::Align::right : codec::Align::left;
      cell.bold = i == 0;
      cell.tabular = i > 0;
      row.cells.push_back(std::move(cell));
    }
    out.blocks.emplace_back(std::move(row));
    if (i > 0) continue;
    out.blocks.emplace_back(codec::Rule{});
    head.count = out.blocks.size() - head.first;
  }
  head.end = out.blocks.size();
  out.heads.push_back(head);
  out.blocks.emplace_back(codec::Space{16});
}

}  // namespace

codec::Drawing report_drawing(const Report& report, const Catalogue& words, std::int64_t time_s) {
  codec::Drawing out;
  out.width = kPage;
  out.page_height = kPageHeight;
  out.margin = kMargin;
  out.time_s = time_s;
  out.title = filled(report.title, report.arguments, words);
  add_text(out, out.title, 36, true);
  for (const Section& section : report.sections) {
    out.blocks.emplace_back(codec::Space{16});
    add_text(out, filled(section.heading, section.arguments, words), 26, true);
    for (const std::string& note : section.notes) add_text(out, words.text(note), 20, false);
    for (const Statement& one : section.statements) {
      add_text(out, statement_text(one, words), 20, false);
      add_text(out, "SHA-256 " + statement::id_of(one).hex(), 14, false);
    }
    for (const Table& table : section.tables) add_table(out, table, words);
  }
  return out;
}

}  // namespace sufragio::services
