#include "statement/statement.h"

#include <algorithm>

#include "base/check.h"

namespace sufragio::statement {

namespace {

constexpr const char* kKeys[] = {"class.fact", "class.bound", "class.design", "class.model"};
constexpr std::string_view kNames[] = {"fact", "bound", "draw", "model"};

}  // namespace

const Value* Body::find(std::string_view name) const {
  const auto found = std::ranges::find(arguments, name, &Argument::name);
  return found == arguments.end() ? nullptr : &found->value;
}

std::int64_t Body::integer(std::string_view name) const {
  const Value* value = find(name);
  CHECK(value != nullptr && std::holds_alternative<std::int64_t>(*value));
  return std::get<std::int64_t>(*value);
}

std::optional<Bound> Bound::of(Body body, std::vector<std::string> assumptions) {
  if (assumptions.empty()) return std::nullopt;
  Bound out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  return out;
}

std::optional<DesignBased> DesignBased::of(Body body, std::vector<std::string> assumptions,
                                           DrawReference draw) {
  const bool named = draw.record != Hash32{} && draw.commitment != Hash32{} && !draw.seed.empty();
  const bool possible = draw.drawn >= 0 && draw.drawn <= draw.universe;
  if (assumptions.empty() || !named || !possible) return std::nullopt;
  DesignBased out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  out.draw_ = std::move(draw);
  return out;
}

std::optional<Model> Model::of(Body body, std::vector<std::string> assumptions,
                               std::vector<std::string> causes, std::vector<std::string> compare) {
  if (assumptions.empty() || causes.empty()) return std::nullopt;
  Model out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  out.causes_ = std::move(causes);
  out.compare_ = std::move(compare);
  return out;
}

Class class_of(const Statement& statement) { return static_cast<Class>(statement.index()); }

const Body& body_of(const Statement& statement) {
  if (const auto* fact = std::get_if<FactStatement>(&statement)) return fact->body;
  if (const auto* bound = std::get_if<Bound>(&statement)) return bound->body();
  if (const auto* design = std::get_if<DesignBased>(&statement)) return design->body();
  return std::get<Model>(statement).body();
}

std::span<const std::string> assumptions_of(const Statement& statement) {
  if (const auto* bound = std::get_if<Bound>(&statement)) return bound->assumptions();
  if (const auto* design = std::get_if<DesignBased>(&statement)) return design->assumptions();
  if (const auto* model = std::get_if<Model>(&statement)) return model->assumptions();
  return {};
}

std::string class_key(Class of) { return kKeys[static_cast<std::size_t>(of)]; }
std::string_view class_name(Class of) { return kNames[static_cast<std::size_t>(of)]; }
std::string class_key(const OutcomeFinding& finding) { return kKeys[finding.ground().index()]; }

}  // namespace sufragio::statement
