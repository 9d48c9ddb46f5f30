#include "statement/wording.h"

#include <algorithm>
#include <array>
#include <map>

namespace sufragio::statement {

namespace {

// Words that begin so.
constexpr std::array<std::string_view, 5> kStems{"fraud", "limpi", "amañ", "garantiz", "guarante"};
// Whole words: the stem is also that of other words ("robusto", "rigid", "steal" is not "steel").
constexpr std::array<std::string_view, 29> kWhole{
    "robo",    "robos",     "roba",    "roban",  "robar",  "robado",  "robada",  "robados",
    "robadas", "robaron",   "robando", "clean",  "cleans", "cleaned", "cleaner", "cleaning",
    "cleanly", "cleanness", "rig",     "rigs",   "rigged", "rigging", "rigger",  "steal",
    "steals",  "stealing",  "stole",   "stolen", "stealer"};

// Lower case without the accents of vowels; "ñ" stays.
std::string folded(std::string_view text) {
  static const std::map<std::string_view, std::string_view> kLetters{
      {"á", "a"}, {"é", "e"}, {"í", "i"}, {"ó", "o"}, {"ú", "u"}, {"ü", "u"}, {"Á", "a"},
      {"É", "e"}, {"Í", "i"}, {"Ó", "o"}, {"Ú", "u"}, {"Ü", "u"}, {"Ñ", "ñ"}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto found = kLetters.find(text.substr(i, 2));
    if (found != kLetters.end()) {
      out += found->second;
      ++i;
    } else {
      const char c = text[i];
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Maximal runs of letters, as they stand.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = at;
    while (at < text.size() && in_word(text[at])) ++at;
    if (at > start) out.emplace_back(text.substr(start, at - start));
    if (at == start) ++at;
  }
  return out;
}

bool is_forbidden(std::string_view word) {
  const auto begins = [&](std::string_view stem) { return word.starts_with(stem); };
  return std::ranges::any_of(kStems, begins) || std::ranges::find(kWhole, word) != kWhole.end();
}

}  // namespace

std::vector<std::string> forbidden_words(std::string_view text) {
  std::vector<std::string> out;
  std::string before;
  for (const std::string& word : words_of(text)) {
    const std::string low = folded(word);
    if (is_forbidden(low)) out.push_back(word);
    if (before == "sin" && low.starts_with("irregularidad")) out.push_back("sin " + word);
    before = low;
  }
  return out;
}

bool says_irreversible(std::string_view text) {
  return std::ranges::any_of(words_of(text), [](const std::string& word) {
    return folded(word).starts_with("irreversib");
  });
}

}  // namespace sufragio::statement
