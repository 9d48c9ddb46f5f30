#pragma once

#include <string>

#include "adapters/toml/toml.h"
#include "election/law_pack.h"
#include "tests/support/support.h"

namespace sufragio::tests {

// The complete text of law/<name>.toml, with what it takes from its parent.
inline std::string whole_law_text(const std::string& name) {
  const std::string text = read_file("law/" + name + ".toml");
  const codec::Document document = *adapters::parse_toml(text);
  const auto parent = election::parent_of(document);
  if (!parent) return text;
  const std::string above = read_file("law/" + *parent + ".toml");
  return *election::complete_law({text, document}, {above, *adapters::parse_toml(above)});
}

inline election::LawPack whole_law(const std::string& name) {
  const std::string text = whole_law_text(name);
  return *election::read_law_pack(text, *adapters::parse_toml(text));
}

}  // namespace sufragio::tests
