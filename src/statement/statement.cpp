#include "statement/statement.h"

namespace sufragio::statement {

std::optional<Bound> Bound::of(Body body, std::vector<std::string> assumptions) {
  if (assumptions.empty()) return std::nullopt;
  Bound out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  return out;
}

std::optional<DesignBased> DesignBased::of(Body body, std::vector<std::string> assumptions,
                                           const Hash32& draw_record) {
  if (assumptions.empty() || draw_record == Hash32{}) return std::nullopt;
  DesignBased out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  out.draw_record_ = draw_record;
  return out;
}

std::optional<Model> Model::of(Body body, std::vector<std::string> assumptions) {
  if (assumptions.empty()) return std::nullopt;
  Model out;
  out.body_ = std::move(body);
  out.assumptions_ = std::move(assumptions);
  return out;
}

std::string class_key(const OutcomeFinding& finding) {
  static constexpr const char* kKeys[] = {"class.fact", "class.bound", "class.design"};
  return kKeys[finding.ground().index()];
}

}  // namespace sufragio::statement
