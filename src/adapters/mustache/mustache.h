#pragma once

#include <map>
#include <memory>
#include <string>

#include "ports/templates.h"

namespace sufragio::adapters {

// Logic-less templates (`{{name}}`, `{{#section}}`, `{{^section}}`, `{{> partial}}`). Every text is
// escaped for HTML: `{{{` and `{{&` are refused, and so are lambdas and other delimiters. Partials
// are put in when the templates are read, so a page costs no parsing. Immutable; `render` may run
// in many threads.
class Mustache : public ports::Templates {
 public:
  // Name → text. P102 with the facts "template" and "what".
  [[nodiscard]] static Result<std::unique_ptr<Mustache>> from(
      const std::map<std::string, std::string>& templates);
  ~Mustache() override;
  Mustache(const Mustache&) = delete;
  Mustache& operator=(const Mustache&) = delete;

  // P101 unknown template, P103 a name that the data does not have.
  [[nodiscard]] Result<std::string> render(std::string_view name,
                                           const ports::TemplateData& data) const override;

 private:
  struct State;
  explicit Mustache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sufragio::adapters
