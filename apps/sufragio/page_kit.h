#pragma once

#include <memory>
#include <string>

#include "adapters/mustache/mustache.h"
#include "services/words/catalogue.h"

namespace sufragio::app {

// What pages are made of, inside the binary: the words of a language, and the templates with them.
[[nodiscard]] Result<services::Catalogue> catalogue(const std::string& language);
[[nodiscard]] Result<std::unique_ptr<adapters::Mustache>> templates(
    const services::Catalogue& words);

}  // namespace sufragio::app
