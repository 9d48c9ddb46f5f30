#pragma once

#include <string>
#include <vector>

#include "statement/statement.h"

// A statement taken apart, as both forms of the file and the renderers look at it.
namespace sufragio::statement {

struct Parts {
  Class of = Class::fact;
  Body body;
  std::vector<std::string> assumptions;
  std::optional<DrawReference> draw;
  std::vector<std::string> causes;
  std::vector<std::string> compare;
};
[[nodiscard]] Parts apart(const Statement& statement);
[[nodiscard]] Result<Statement> together(Parts parts);  // Z101, Z103, Z104

constexpr std::size_t kMaxStatements = 10'000;
constexpr std::size_t kMaxFile = std::size_t{16} << 20;
constexpr std::size_t kMaxItems = 100'000;  // of a list

[[nodiscard]] std::string_view kind_of(const Value& value);  // "integer", "decimal" …

[[nodiscard]] tl::unexpected<Error> bad_statement(std::string_view field);  // Z101

}  // namespace sufragio::statement
