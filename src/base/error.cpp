#include "base/error.h"

#include <fmt/format.h>

#include <utility>

namespace sufragio {

std::string Code::text() const { return fmt::format("{}{:03}", room, number); }

Error Error::with(std::string_view name, std::string_view value) && {
  context.push_back({std::string{name}, std::string{value}});
  return std::move(*this);
}

Error Error::with(std::string_view name, std::int64_t value) && {
  context.push_back({std::string{name}, std::to_string(value)});
  return std::move(*this);
}

std::string_view Error::fact(std::string_view name) const {
  for (const Fact& known : context) {
    if (known.name == name) return known.value;
  }
  return {};
}

std::string Error::debug() const {
  std::string out = code.text();
  for (const Fact& known : context) out += fmt::format(" {}={}", known.name, known.value);
  return out;
}

}  // namespace sufragio
