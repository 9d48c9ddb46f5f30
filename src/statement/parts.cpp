#include "statement/parts.h"

#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "statement/codes.h"
#include "statement/file.h"

namespace sufragio::statement {

namespace {

constexpr std::size_t kMaxText = 1'000;
constexpr std::size_t kMaxKey = 64;
constexpr std::size_t kMaxArguments = 64;

bool is_key(std::string_view text) {  // of a catalogue, a role, a name
  return !text.empty() && text.size() <= kMaxKey && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool is_text(std::string_view text) {  // one line
  return text.size() <= kMaxText && is_utf8(text) && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
         });
}

bool good(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    return decimal->decimals >= 0 && decimal->decimals <= 9;
  }
  if (const auto* text = std::get_if<Text>(&value)) return is_text(text->text);
  if (const auto* word = std::get_if<Word>(&value)) return is_key(word->key);
  if (const auto* list = std::get_if<List>(&value)) {
    return list->size() <= kMaxItems && std::ranges::all_of(*list, is_text);
  }
  return true;
}

Result<void> check_body(const Parts& parts) {
  const Body& body = parts.body;
  if (!is_key(body.text)) return bad_statement("template");
  if (!body.text.starts_with(std::string{class_name(parts.of)} + ".")) {
    return fail(kOtherClass,
                {{"template", body.text}, {"class", std::string{class_name(parts.of)}}});
  }
  if (body.arguments.size() > kMaxArguments) return bad_statement("arguments");
  std::set<std::string_view> names;
  for (const Argument& argument : body.arguments) {
    if (!is_key(argument.name) || !names.insert(argument.name).second || !good(argument.value)) {
      return bad_statement("arguments");
    }
  }
  for (const Input& input : body.inputs) {
    if (!is_key(input.role)) return bad_statement("inputs");
  }
  if (body.inputs.size() > kMaxItems) return bad_statement("inputs");
  return is_text(body.formula) ? Result<void>{} : bad_statement("formula");
}

Result<void> check(const Parts& parts) {
  TRY(check_body(parts));
  const bool fact = parts.of == Class::fact;
  if (fact && !parts.assumptions.empty()) return bad_statement("assumptions");
  if (!fact && parts.assumptions.empty()) {
    return fail(kNoAssumptions, {{"template", parts.body.text}});
  }
  if (!std::ranges::all_of(parts.assumptions, is_key)) return bad_statement("assumptions");
  if (parts.draw.has_value() != (parts.of == Class::draw)) return bad_statement("draw");
  if (parts.draw && !(is_text(parts.draw->id) && is_text(parts.draw->seed))) {
    return bad_statement("draw");
  }
  const bool model = parts.of == Class::model;
  if (parts.causes.empty() == model) return bad_statement("causes");
  if (!std::ranges::all_of(parts.causes, is_key)) return bad_statement("causes");
  if (!model && !parts.compare.empty()) return bad_statement("compare");
  return std::ranges::all_of(parts.compare, is_text) ? Result<void>{} : bad_statement("compare");
}

}  // namespace

tl::unexpected<Error> bad_statement(std::string_view field) {
  return fail(kBadStatement, {{"field", std::string{field}}});
}

std::string_view kind_of(const Value& value) {
  static constexpr std::string_view kKinds[] = {"integer", "decimal", "probability",
                                                "text",    "word",    "list"};
  return kKinds[value.index()];
}

Parts apart(const Statement& statement) {
  Parts out;
  out.of = class_of(statement);
  out.body = body_of(statement);
  const auto assumptions = assumptions_of(statement);
  out.assumptions.assign(assumptions.begin(), assumptions.end());
  if (const auto* design = std::get_if<DesignBased>(&statement)) out.draw = design->draw();
  if (const auto* model = std::get_if<Model>(&statement)) {
    out.causes = model->causes();
    out.compare = model->compare();
  }
  return out;
}

Result<Statement> together(Parts parts) {
  TRY(check(parts));
  if (parts.of == Class::fact) return FactStatement{std::move(parts.body)};
  if (parts.of == Class::bound) {
    auto bound = Bound::of(std::move(parts.body), std::move(parts.assumptions));
    return Statement{*std::move(bound)};
  }
  if (parts.of == Class::model) {
    auto model = Model::of(std::move(parts.body), std::move(parts.assumptions),
                           std::move(parts.causes), std::move(parts.compare));
    return Statement{*std::move(model)};
  }
  auto design =
      DesignBased::of(std::move(parts.body), std::move(parts.assumptions), *std::move(parts.draw));
  if (!design) return bad_statement("draw");
  return Statement{*std::move(design)};
}

Result<void> valid(const Statement& statement) { return check(apart(statement)); }

}  // namespace sufragio::statement
