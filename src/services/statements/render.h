#pragma once

#include <string>

#include "codec/drawing.h"
#include "ports/templates.h"
#include "services/words/catalogue.h"
#include "services/words/format.h"
#include "statement/report.h"

// Statements and reports for people, in the language of the catalogue. The class is the first word
// of every statement, and what it rests on stands in it: docs/spec/statement.md.
namespace sufragio::services {

[[nodiscard]] Language language_of(const Catalogue& words);

// Counts grouped, decimals with the sign of the language, words by key.
[[nodiscard]] std::string value_text(const statement::Value& value, const Catalogue& words);

// The words of a key with its figures filled in.
[[nodiscard]] std::string filled(std::string_view key,
                                 const std::vector<statement::Argument>& arguments,
                                 const Catalogue& words);

// One paragraph: class, sentence, then what the class asks for (assumptions; the draw; innocent
// causes and whose paper to compare). A list in it is cut after `max_listed` items and says so.
[[nodiscard]] std::string statement_text(const statement::Statement& statement,
                                         const Catalogue& words, std::size_t max_listed = 40);

// Tables: as columns for a terminal with headings and grouped figures; as CSV with plain names and
// figures ("69.32", "0.0054"), whatever the language.
[[nodiscard]] std::string table_text(const statement::Table& table, const Catalogue& words);
[[nodiscard]] std::string table_csv(const statement::Table& table, const Catalogue& words);
[[nodiscard]] std::string plain_text(const statement::Value& value, const Catalogue& words);
[[nodiscard]] bool is_figure(const statement::Value& value);

[[nodiscard]] std::string report_text(const statement::Report& report, const Catalogue& words);
// {"sufragio": "report/1", "language", "title", "sections": [… "statements": [{"id", "text"}]]}
[[nodiscard]] std::string report_json(const statement::Report& report, const Catalogue& words);
// The tables one below the other; without any, the statements as `report_csv`.
[[nodiscard]] std::string report_tables_csv(const statement::Report& report,
                                            const Catalogue& words);
// One line a statement: class, id, text.
[[nodiscard]] std::string report_csv(const statement::Report& report, const Catalogue& words);
// One page with its style inside, for the template "report". P1xx.
[[nodiscard]] Result<std::string> report_html(const statement::Report& report,
                                              const Catalogue& words,
                                              const ports::Templates& templates,
                                              std::string_view style);
// A4 pages for the drawer; no clock: `time_s` is written into the file.
[[nodiscard]] codec::Drawing report_drawing(const statement::Report& report, const Catalogue& words,
                                            std::int64_t time_s);

// A diagram as SVG: titled, readable without colour, no script, no foreign file.
[[nodiscard]] std::string plot_svg(const statement::Plot& plot, const Catalogue& words);

}  // namespace sufragio::services
