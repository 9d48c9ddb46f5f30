#include <algorithm>

#include "base/numbers.h"
#include "codec/json_write.h"
#include "statement/codes.h"
#include "statement/file.h"
#include "statement/parts.h"

// The same as the CBOR form, readable: docs/spec/statement.md.
namespace sufragio::statement {

namespace {

using codec::Document;
using codec::JsonWriter;

constexpr std::string_view kFormat = "statement/1";

void json_write_texts(JsonWriter& out, std::string_view key,
                      const std::vector<std::string>& texts) {
  out.key(key).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

struct WriteJsonValue {
  JsonWriter& out;
  void operator()(std::int64_t value) const { out.integer(value); }
  void operator()(const Decimal& value) const { tagged("decimal", decimal_text(value)); }
  void operator()(const Probability& value) const { tagged("probability", value.text()); }
  void operator()(const Text& value) const { tagged("text", value.text); }
  void operator()(const Word& value) const { tagged("word", value.key); }
  void operator()(const List& value) const {
    out.begin_object();
    json_write_texts(out, "list", value);
    out.end_object();
  }
  void tagged(std::string_view kind, const std::string& text) const {
    out.begin_object().key(kind).string(text).end_object();
  }
};

void json_write_draw(JsonWriter& out, const std::optional<DrawReference>& draw) {
  out.key("draw");
  if (!draw) {
    out.null();
    return;
  }
  out.begin_object();
  out.key("record").string(draw->record.hex());
  out.key("id").string(draw->id);
  out.key("seed").string(draw->seed);
  out.key("drawn").integer(draw->drawn);
  out.key("universe").integer(draw->universe);
  out.key("commitment").string(draw->commitment.hex());
  out.end_object();
}

void json_write_statement(JsonWriter& out, const Statement& statement) {
  const Parts parts = apart(statement);
  out.begin_object();
  out.key("id").string(id_of(statement).hex());
  out.key("class").string(class_name(parts.of));
  out.key("template").string(parts.body.text);
  out.key("arguments").begin_object();
  for (const Argument& argument : parts.body.arguments) {
    out.key(argument.name);
    std::visit(WriteJsonValue{out}, argument.value);
  }
  out.end_object();
  out.key("inputs").begin_array();
  for (const Input& input : parts.body.inputs) {
    out.begin_object().key("role").string(input.role);
    out.key("sha256").string(input.hash.hex()).end_object();
  }
  out.end_array();
  out.key("formula").string(parts.body.formula);
  out.key("law");
  if (parts.body.law) out.string(parts.body.law->hex());
  if (!parts.body.law) out.null();
  json_write_texts(out, "assumptions", parts.assumptions);
  json_write_draw(out, parts.draw);
  json_write_texts(out, "causes", parts.causes);
  json_write_texts(out, "compare", parts.compare);
  out.end_object();
}

tl::unexpected<Error> bad_figure(std::string_view text) {
  return fail(kBadFigure, {{"value", std::string{text.substr(0, 40)}}});
}

Result<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view rest = text.substr(negative ? 1 : 0);
  const std::size_t point = rest.find('.');
  std::string digits{rest.substr(0, point)};
  Decimal out;
  if (point != std::string_view::npos) {
    const std::string_view after = rest.substr(point + 1);
    if (after.empty() || after.size() > 9) return bad_figure(text);
    out.decimals = static_cast<int>(after.size());
    digits += after;
  }
  const auto units = parse_padded(digits, INT64_MAX);
  if (!units) return bad_figure(text);
  out.units = static_cast<std::int64_t>(*units) * (negative ? -1 : 1);
  if (decimal_text(out) != text) return bad_figure(text);
  return out;
}

Result<Probability> parse_probability(std::string_view text) {
  if (text == "1") return Probability::from(10, 1);
  if (text == "< 1e-12") return Probability::from(0, 12);
  const std::size_t power = text.find("e-");
  std::string digits{text.substr(0, power)};
  std::erase(digits, '.');
  std::uint64_t exponent = digits.empty() ? 0 : digits.size() - 1;
  if (power != std::string_view::npos) {
    const auto given = parse_uint(text.substr(power + 2), 12);
    if (!given) return bad_figure(text);
    exponent = *given + 1;
  }
  const auto value = parse_padded(digits, 99);
  if (!value) return bad_figure(text);
  const Probability out = TRY(
      Probability::from(static_cast<std::int64_t>(*value), static_cast<std::int64_t>(exponent)));
  if (out.text() != text) return bad_figure(text);
  return out;
}

Result<std::vector<std::string>> json_texts_of(const Document& document, std::string_view key) {
  const Document::Array* array = TRY(document.array(key));
  if (array->size() > kMaxItems) return bad_statement(key);
  std::vector<std::string> out;
  for (const Document& item : *array) {
    const auto* text = std::get_if<std::string>(&item.value());
    if (text == nullptr) return bad_statement(key);
    out.push_back(*text);
  }
  return out;
}

Result<Value> json_value_of(const Document& document) {
  if (const auto* integer = std::get_if<std::int64_t>(&document.value())) return Value{*integer};
  const auto* table = std::get_if<Document::Table>(&document.value());
  if (table == nullptr || table->size() != 1) return bad_statement("arguments");
  const std::string& kind = table->front().first;
  if (kind == "list") {
    std::vector<std::string> list = TRY(json_texts_of(document, kind));
    return Value{std::move(list)};
  }
  std::string text = TRY(document.string(kind));
  if (kind == "text") return Value{Text{std::move(text)}};
  if (kind == "word") return Value{Word{std::move(text)}};
  if (kind == "decimal") {
    const Decimal decimal = TRY(parse_decimal(text));
    return Value{decimal};
  }
  if (kind != "probability") return bad_statement("arguments");
  const Probability probability = TRY(parse_probability(text));
  return Value{probability};
}

Result<Class> class_of_name(std::string_view name) {
  for (const Class of : {Class::fact, Class::bound, Class::draw, Class::model}) {
    if (class_name(of) == name) return of;
  }
  return bad_statement("class");
}

Result<Hash32> json_hash_of(const Document& document, std::string_view key) {
  const std::string text = TRY(document.string(key));
  return Hash32::parse(text);
}

bool is_null(const Document& document, std::string_view key) {
  const Document* found = document.find(key);
  return found != nullptr && std::holds_alternative<std::monostate>(found->value());
}

Result<std::optional<DrawReference>> json_draw_of(const Document& document) {
  if (is_null(document, "draw")) return std::optional<DrawReference>{};
  const Document* draw = TRY(document.table("draw"));
  TRY(draw->only({"record", "id", "seed", "drawn", "universe", "commitment"}));
  DrawReference out;
  out.record = TRY(json_hash_of(*draw, "record"));
  out.id = TRY(draw->string("id"));
  out.seed = TRY(draw->string("seed"));
  out.drawn = TRY(draw->integer("drawn"));
  out.universe = TRY(draw->integer("universe"));
  out.commitment = TRY(json_hash_of(*draw, "commitment"));
  return std::optional{std::move(out)};
}

Result<void> read_body(const Document& document, Body& out) {
  out.text = TRY(document.string("template"));
  const Document* arguments = TRY(document.table("arguments"));
  for (const auto& [name, value] : std::get<Document::Table>(arguments->value())) {
    Value read = TRY(json_value_of(value));
    out.arguments.push_back({name, std::move(read)});
  }
  const Document::Array* inputs = TRY(document.array("inputs"));
  for (const Document& input : *inputs) {
    TRY(input.only({"role", "sha256"}));
    Input one;
    one.role = TRY(input.string("role"));
    one.hash = TRY(json_hash_of(input, "sha256"));
    out.inputs.push_back(std::move(one));
  }
  out.formula = TRY(document.string("formula"));
  if (!is_null(document, "law")) {
    const Hash32 law = TRY(json_hash_of(document, "law"));
    out.law = law;
  }
  return {};
}

Result<Statement> json_read_statement(const Document& document) {
  TRY(document.only({"id", "class", "template", "arguments", "inputs", "formula", "law",
                     "assumptions", "draw", "causes", "compare"}));
  Parts parts;
  const std::string name = TRY(document.string("class"));
  parts.of = TRY(class_of_name(name));
  TRY(read_body(document, parts.body));
  parts.assumptions = TRY(json_texts_of(document, "assumptions"));
  parts.draw = TRY(json_draw_of(document));
  parts.causes = TRY(json_texts_of(document, "causes"));
  parts.compare = TRY(json_texts_of(document, "compare"));
  Statement out = TRY(together(std::move(parts)));
  const Hash32 stated = TRY(json_hash_of(document, "id"));
  if (stated != id_of(out)) return bad_statement("id");
  return out;
}

}  // namespace

std::string json_file(const std::vector<Statement>& statements) {
  JsonWriter out{2};
  out.begin_object();
  out.key("sufragio").string(kFormat);
  out.key("statements").begin_array();
  for (const Statement& statement : statements) json_write_statement(out, statement);
  out.end_array().end_object();
  return out.text() + "\n";
}

Result<std::vector<Statement>> read_json_file(const Document& document) {
  TRY(document.only({"sufragio", "statements"}));
  const std::string format = TRY(document.string("sufragio"));
  if (format != kFormat) return bad_statement("version");
  const Document::Array* array = TRY(document.array("statements"));
  if (array->size() > kMaxStatements) return bad_statement("statements");
  std::vector<Statement> out;
  for (const Document& item : *array) {
    Statement statement = TRY(json_read_statement(item));
    out.push_back(std::move(statement));
  }
  return out;
}

}  // namespace sufragio::statement
