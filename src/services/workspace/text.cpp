#include "services/workspace/text.h"

#include "services/workspace/codes.h"

namespace sufragio::services::workspace_text {

namespace {

void escape(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == '=') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

std::string facts_to_text(const std::vector<Fact>& facts) {
  std::string out;
  for (const Fact& fact : facts) {
    if (!out.empty()) out.push_back(';');
    escape(out, fact.name);
    out.push_back('=');
    escape(out, fact.value);
  }
  return out;
}

Result<std::vector<Fact>> facts_from_text(std::string_view text) {
  std::vector<Fact> out;
  if (text.empty()) return out;
  const auto bad = [&] {
    return fail(workspace_codes::kBadValue,
                {{"column", "facts"}, {"value", std::string{text.substr(0, 60)}}});
  };
  Fact fact;
  bool in_value = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& to = in_value ? fact.value : fact.name;
    if (text[i] == '\\') {
      if (++i == text.size()) return bad();
      to.push_back(text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i]);
    } else if (text[i] == '=') {
      if (in_value) return bad();
      in_value = true;
    } else if (text[i] == ';') {
      if (!in_value) return bad();
      out.push_back(std::move(fact));
      fact = {};
      in_value = false;
    } else {
      to.push_back(text[i]);
    }
  }
  if (!in_value) return bad();
  out.push_back(std::move(fact));
  return out;
}

}  // namespace sufragio::services::workspace_text
