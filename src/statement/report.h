#pragma once

#include <string>
#include <vector>

#include "statement/statement.h"

// A report as a value: titles by key, statements, tables and plots. It is rendered as text, JSON,
// HTML and PDF in each language; none of them says more than the others (plots: HTML only).
namespace sufragio::statement {

struct Table {
  std::string caption;               // key
  std::vector<std::string> columns;  // names; the heading is the key "column.<name>"
  std::vector<std::vector<Value>> rows;
};

// A diagram in one plane. Values are whole numbers of `scale`-ths: nothing is drawn from floats.
struct Series {
  enum class Mark { bars, line, points };
  std::string label;  // key
  Mark mark = Mark::line;
  std::vector<std::pair<std::int64_t, std::int64_t>> points;  // x ascending
};
struct Plot {
  std::string caption;              // key
  std::vector<Argument> arguments;  // of the caption
  std::string x_label, y_label;     // keys
  std::int64_t x_scale = 1;
  std::int64_t y_scale = 1;
  std::vector<Series> series;
};

struct Section {
  std::string heading;              // key
  std::vector<Argument> arguments;  // of the heading
  std::vector<std::string> notes;   // keys of sentences without figures
  std::vector<Statement> statements;
  std::vector<Table> tables;
  std::vector<Plot> plots;
};

struct Report {
  std::string title;  // key
  std::vector<Argument> arguments;
  std::vector<Section> sections;
};

[[nodiscard]] std::vector<Statement> statements_of(const Report& report);  // in order

}  // namespace sufragio::statement
