#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/document.h"

// The words of one language by key (`i18n/*.json`). The catalogue is the only place where sentences
// for people come from.
namespace sufragio::services {

using WordFacts = std::vector<std::pair<std::string_view, std::string>>;

class Catalogue {
 public:
  // A flat table of texts. C140 for a value that is no text; P130 for a key that stands twice.
  [[nodiscard]] static Result<Catalogue> from(const codec::Document& document,
                                              std::string language);

  [[nodiscard]] const std::string& language() const { return language_; }  // "es"
  [[nodiscard]] const std::string* find(std::string_view key) const;       // null: no such key
  // The words with each {name} replaced by its fact; a {name} without a fact stays as it is. A key
  // that does not exist gives "[key]", so that a missing word is seen and nothing else breaks.
  [[nodiscard]] std::string text(std::string_view key, const WordFacts& facts = {}) const;
  // The fact in this language: "article_es" before "article" in Spanish; "" when there is none.
  [[nodiscard]] std::string_view fact(const std::vector<Fact>& facts, std::string_view name) const;
  // "code.V203.what" with the facts of the finding or error, as `fact` gives them.
  [[nodiscard]] std::string what(Code code, const std::vector<Fact>& facts) const;
  [[nodiscard]] std::string remedy(Code code, const std::vector<Fact>& facts) const;
  // A text in which every [[key]] is replaced by its words, for templates; P131 names a key that
  // does not exist. The words are escaped for HTML.
  [[nodiscard]] Result<std::string> expand(std::string_view text) const;
  [[nodiscard]] std::vector<std::string> keys() const;  // ascending

 private:
  [[nodiscard]] WordFacts in_language(const std::vector<Fact>& facts) const;

  std::string language_;
  std::map<std::string, std::string, std::less<>> words_;
};

}  // namespace sufragio::services
