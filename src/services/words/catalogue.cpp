#include "services/words/catalogue.h"

#include "services/words/codes.h"
#include "services/words/format.h"

namespace sufragio::services {

Result<Catalogue> Catalogue::from(const codec::Document& document, std::string language) {
  Catalogue out;
  out.language_ = std::move(language);
  const auto* table = std::get_if<codec::Document::Table>(&document.value());
  if (table == nullptr) return out;
  for (const auto& [key, value] : *table) {
    std::string words = TRY(document.string(key));
    if (!out.words_.emplace(key, std::move(words)).second) {
      return fail(Error{kWordTwice, {{"key", key}}}.with("line", value.line()));
    }
  }
  return out;
}

const std::string* Catalogue::find(std::string_view key) const {
  const auto found = words_.find(key);
  return found == words_.end() ? nullptr : &found->second;
}

std::string Catalogue::text(std::string_view key, const WordFacts& facts) const {
  const std::string* words = find(key);
  if (words == nullptr) return "[" + std::string{key} + "]";
  std::string out;
  for (std::size_t at = 0; at < words->size();) {
    const std::size_t open = words->find('{', at);
    const std::size_t close = open == std::string::npos ? open : words->find('}', open);
    if (close == std::string::npos) return out.append(*words, at);
    out.append(*words, at, open - at);
    const std::string_view name = std::string_view{*words}.substr(open + 1, close - open - 1);
    const std::string* value = nullptr;
    for (const auto& fact : facts) {
      if (fact.first == name) value = &fact.second;
    }
    if (value != nullptr) out += *value;
    if (value == nullptr) out.append(*words, open, close - open + 1);
    at = close + 1;
  }
  return out;
}

std::string_view Catalogue::fact(const std::vector<Fact>& facts, std::string_view name) const {
  const std::string own = std::string{name} + "_" + language_;
  std::string_view out;
  for (const Fact& fact : facts) {
    if (fact.name == own) return fact.value;
    if (fact.name == name && out.empty()) out = fact.value;
  }
  return out;
}

WordFacts Catalogue::in_language(const std::vector<Fact>& facts) const {
  WordFacts out;
  for (const Fact& one : facts) out.emplace_back(one.name, std::string{fact(facts, one.name)});
  return out;
}

std::string Catalogue::what(Code code, const std::vector<Fact>& facts) const {
  return text("code." + code.text() + ".what", in_language(facts));
}

std::string Catalogue::remedy(Code code, const std::vector<Fact>& facts) const {
  return text("code." + code.text() + ".remedy", in_language(facts));
}

Result<std::string> Catalogue::expand(std::string_view text) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("[[", at);
    const std::size_t close = open == std::string_view::npos ? open : text.find("]]", open);
    if (close == std::string_view::npos) return out.append(text.substr(at));
    out.append(text.substr(at, open - at));
    const std::string_view key = text.substr(open + 2, close - open - 2);
    const std::string* words = find(key);
    if (words == nullptr) {
      return fail(kWordMissing, {{"key", std::string{key}}, {"language", language_}});
    }
    out += html_escape(*words);
    at = close + 2;
  }
  return out;
}

std::vector<std::string> Catalogue::keys() const {
  std::vector<std::string> out;
  for (const auto& word : words_) out.push_back(word.first);
  return out;
}

}  // namespace sufragio::services
