#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sufragio::ports {

// What a page says, for a logic-less template: texts, lists of sections, conditions (a section with
// 0 or 1 items).
struct TemplateData {
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::pair<std::string, std::vector<TemplateData>>> sections;

  void text(std::string_view name, std::string value) {
    texts.emplace_back(name, std::move(value));
  }
  std::vector<TemplateData>& list(std::string_view name) {
    sections.emplace_back(name, std::vector<TemplateData>{});
    return sections.back().second;
  }
  void when(std::string_view name, bool condition) { list(name).resize(condition ? 1 : 0); }
};

class Templates {
 public:
  virtual ~Templates() = default;
  // P1xx: unknown template, broken template, or a name that the data does not have. Every text is
  // escaped.
  [[nodiscard]] virtual Result<std::string> render(std::string_view name,
                                                   const TemplateData& data) const = 0;
};

}  // namespace sufragio::ports
