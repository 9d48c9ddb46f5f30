#include "page_kit.h"

#include <map>

#include "adapters/json/json.h"
#include "resources.h"

namespace sufragio::app {

Result<services::Catalogue> catalogue(const std::string& language) {
  const codec::Document document =
      TRY(adapters::parse_json(resource("i18n/" + language + ".json")));
  return services::Catalogue::from(document, language);
}

Result<std::unique_ptr<adapters::Mustache>> templates(const services::Catalogue& words) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, text] : resource_folder("templates", ".html")) {
    texts[name] = TRY(words.expand(text));
  }
  return adapters::Mustache::from(texts);
}

}  // namespace sufragio::app
