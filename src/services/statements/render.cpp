#include "services/statements/render.h"

#include <algorithm>

#include "codec/json_write.h"
#include "statement/file.h"
#include "statement/parts.h"

namespace sufragio::services {

using statement::Argument;
using statement::List;
using statement::Report;
using statement::Section;
using statement::Statement;
using statement::Table;
using statement::Value;

namespace {

struct ValueText {
  const Catalogue& words;
  std::size_t max_listed;

  std::string operator()(std::int64_t value) const { return grouped(value, language_of(words)); }
  std::string operator()(const statement::Decimal& value) const {
    const std::string text = statement::decimal_text(value);
    const std::size_t point = text.find('.');
    const bool small = value.units < 0 && text.starts_with("-0");
    const std::int64_t whole = value.units / power(value.decimals);
    std::string out = (small ? "−" : "") + grouped(whole, language_of(words));
    if (point == std::string::npos) return out;
    return out + with_decimal_sign(text.substr(point), language_of(words));
  }
  std::string operator()(const statement::Probability& value) const {
    return with_decimal_sign(value.text(), language_of(words));
  }
  std::string operator()(const statement::Text& value) const { return value.text; }
  std::string operator()(const statement::Word& value) const { return words.text(value.key); }
  std::string operator()(const List& value) const {
    if (value.empty()) return words.text("statement.none");
    std::string out;
    const std::size_t shown = std::min(value.size(), max_listed);
    for (std::size_t i = 0; i < shown; ++i) out += (i > 0 ? ", " : "") + value[i];
    if (shown == value.size()) return out;
    const auto more = static_cast<std::int64_t>(value.size() - shown);
    return words.text("statement.more", {{"list", out}, {"count", (*this)(more)}});
  }
  static std::int64_t power(int decimals) {
    std::int64_t out = 1;
    for (int i = 0; i < decimals; ++i) out *= 10;
    return out;
  }
};

WordFacts facts_of(const std::vector<Argument>& arguments, const ValueText& text) {
  WordFacts out;
  for (const Argument& argument : arguments) {
    out.emplace_back(argument.name, std::visit(text, argument.value));
  }
  return out;
}

std::string joined(std::span<const std::string> keys, const Catalogue& words) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : "; ") + words.text(key);
  return out;
}

std::string draw_text(const statement::DrawReference& draw, const Catalogue& words) {
  const Language language = language_of(words);
  return words.text("statement.draw", {{"id", draw.id},
                                       {"seed", draw.seed},
                                       {"drawn", grouped(draw.drawn, language)},
                                       {"universe", grouped(draw.universe, language)},
                                       {"commitment", draw.commitment.hex()}});
}

}  // namespace

Language language_of(const Catalogue& words) {
  return words.language() == "es" ? Language::es : Language::en;
}

std::string value_text(const Value& value, const Catalogue& words) {
  return std::visit(ValueText{words, 40}, value);
}

std::string statement_text(const Statement& statement, const Catalogue& words,
                           std::size_t max_listed) {
  const statement::Parts parts = statement::apart(statement);
  const ValueText text{words, max_listed};
  std::string out = words.text(statement::class_key(parts.of)) + ". " +
                    words.text(parts.body.text, facts_of(parts.body.arguments, text));
  if (parts.draw) out += " " + draw_text(*parts.draw, words);
  if (!parts.assumptions.empty()) {
    out += " " + words.text("statement.assumes", {{"list", joined(parts.assumptions, words)}});
  }
  if (parts.causes.empty()) return out;
  out += " " + words.text("statement.causes", {{"list", joined(parts.causes, words)}});
  out += " " + words.text("statement.intent");
  if (!parts.compare.empty()) {
    out += " " + words.text("statement.compare", {{"list", text(parts.compare)}});
  }
  return out;
}

std::string filled(std::string_view key, const std::vector<Argument>& arguments,
                   const Catalogue& words) {
  return words.text(key, facts_of(arguments, ValueText{words, 40}));
}

std::string report_text(const Report& report, const Catalogue& words) {
  std::string out = filled(report.title, report.arguments, words) + "\n";
  for (const Section& section : report.sections) {
    out += "\n" + filled(section.heading, section.arguments, words) + "\n";
    for (const std::string& note : section.notes) out += words.text(note) + "\n";
    for (const Statement& one : section.statements) out += statement_text(one, words) + "\n";
    for (const Table& table : section.tables) out += "\n" + table_text(table, words);
  }
  return out;
}

namespace {

void write_table(codec::JsonWriter& out, const Table& table, const Catalogue& words) {
  out.begin_object();
  out.key("caption").string(words.text(table.caption));
  out.key("columns").begin_array();
  for (const std::string& column : table.columns) out.string(column);
  out.end_array().key("rows").begin_array();
  for (const auto& row : table.rows) {
    out.begin_array();
    for (const Value& value : row) {
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        out.integer(*integer);
      } else {
        out.string(plain_text(value, words));
      }
    }
    out.end_array();
  }
  out.end_array().end_object();
}

}  // namespace

std::string report_json(const Report& report, const Catalogue& words) {
  codec::JsonWriter out{2};
  out.begin_object();
  out.key("sufragio").string("report/1");
  out.key("language").string(words.language());
  out.key("title").string(filled(report.title, report.arguments, words));
  out.key("sections").begin_array();
  for (const Section& section : report.sections) {
    out.begin_object();
    out.key("heading").string(filled(section.heading, section.arguments, words));
    out.key("notes").begin_array();
    for (const std::string& note : section.notes) out.string(words.text(note));
    out.end_array().key("statements").begin_array();
    for (const Statement& one : section.statements) {
      out.begin_object();
      out.key("class").string(statement::class_name(statement::class_of(one)));
      out.key("text").string(statement_text(one, words));
      out.key("id").string(statement::id_of(one).hex()).end_object();
    }
    out.end_array().key("tables").begin_array();
    for (const Table& table : section.tables) write_table(out, table, words);
    out.end_array().end_object();
  }
  out.end_array().end_object();
  return out.text() + "\n";
}

}  // namespace sufragio::services
