#include "services/words/definition_words.h"

#include "base/numbers.h"

namespace sufragio::services {

std::string generated_notice(std::string_view mark, const Catalogue& words) {
  if (mark.empty()) return {};
  std::string list;
  for (const std::string_view word : split(mark, ' ')) {
    list += (list.empty() ? "" : ", ") + words.text("ballot.made." + std::string{word});
  }
  return words.text("ballot.made", {{"what", list}});
}

std::string law_value_text(const codec::Document& value) {
  using codec::Document;
  if (const auto* flag = std::get_if<bool>(&value.value())) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value.value())) {
    return std::to_string(*number);
  }
  if (const auto* text = std::get_if<std::string>(&value.value())) return *text;
  std::string out;
  if (const auto* items = std::get_if<Document::Array>(&value.value())) {
    for (const Document& item : *items) out += (out.empty() ? "" : ", ") + law_value_text(item);
    return "[" + out + "]";
  }
  if (const auto* table = std::get_if<Document::Table>(&value.value())) {
    for (const auto& [key, item] : *table) {
      out += (out.empty() ? "" : ", ") + key + " = " + law_value_text(item);
    }
  }
  return "{" + out + "}";
}

const std::string& law_source(const election::LawParameter& parameter, const Catalogue& words) {
  return words.language() == "es" ? parameter.source_es : parameter.source;
}

}  // namespace sufragio::services
