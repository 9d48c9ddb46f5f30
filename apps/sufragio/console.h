#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "services/words/catalogue.h"
#include "services/words/format.h"
#include "statement/report.h"

namespace sufragio::app {

enum class TableFormat { text, csv, json };

struct Cell {  // a text or a whole number
  Cell(std::string value) : text{std::move(value)} {}
  Cell(const char* value) : text{value} {}
  Cell(std::int64_t value) : number{value} {}
  std::string text;
  std::optional<std::int64_t> number;
};

// Everything the toolbox says to people, in the words of the catalogue. Results go to standard
// output; progress, warnings and failures to standard error.
class Console {
 public:
  Console(services::Catalogue words, services::Language language);

  void say(std::string_view key,
           const services::WordFacts& facts = {}) const;  // one line of output
  void note(std::string_view key,
            const services::WordFacts& facts = {}) const;  // one line beside the output
  void print(std::string_view text) const;                 // exact bytes of output
  int fail(const Error& error) const;      // what happened, where, what to do; the exit code 1
  void finding(const Error& error) const;  // the same as one line beside the output
  void progress(std::string_view key, std::int64_t done,
                std::int64_t total);  // redrawn in place on a terminal

  // Text: titles by catalogue key ("column.votes"), numbers grouped and to the right. CSV and JSON:
  // plain names and digits.
  void table(const std::vector<std::string>& columns, const std::vector<std::vector<Cell>>& rows,
             TableFormat format) const;

  // Text, one line a statement as CSV, or the file of its statements as JSON.
  void report(const statement::Report& report, TableFormat format) const;

  [[nodiscard]] const services::Catalogue& words() const { return words_; }
  [[nodiscard]] services::Language language() const { return language_; }
  [[nodiscard]] std::string number(std::int64_t value) const;

 private:
  [[nodiscard]] std::string text_table(const std::vector<std::string>& columns,
                                       const std::vector<std::vector<Cell>>& rows) const;
  services::Catalogue words_;
  services::Language language_;
  std::int64_t shown_ = -1;
};

}  // namespace sufragio::app
