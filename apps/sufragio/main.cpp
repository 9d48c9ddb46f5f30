#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/json/json.h"
#include "cli.h"
#include "resources.h"

namespace {

using sufragio::services::Language;

// Spanish unless --lang or the environment asks for English.
Language choose_language(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == "--lang") return arguments[i + 1] == "en" ? Language::en : Language::es;
  }
  const char* named = std::getenv("LANG");
  const std::string_view lang = named == nullptr ? "" : named;
  return lang.starts_with("en") ? Language::en : Language::es;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Language language = choose_language(arguments);
  const std::string name = language == Language::en ? "en" : "es";
  const auto document =
      sufragio::adapters::parse_json(sufragio::app::resource("i18n/" + name + ".json"));
  if (!document) {
    std::fprintf(stderr, "i18n/%s.json: %s\n", name.c_str(), document.error().debug().c_str());
    return 2;
  }
  auto words = sufragio::services::Catalogue::from(*document, name);
  if (!words) {
    std::fprintf(stderr, "i18n/%s.json: %s\n", name.c_str(), words.error().debug().c_str());
    return 2;
  }
  sufragio::app::Console console{*std::move(words), language};
  return sufragio::app::run_cli(arguments, console);
}
