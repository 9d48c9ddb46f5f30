#pragma once

#include <string>
#include <string_view>

#include "codec/document.h"
#include "election/law_pack.h"
#include "services/words/catalogue.h"

// Definition and law in words, for pages, paper and the toolbox alike.
namespace sufragio::services {

// What a seed made of a definition or a contest; "" when nothing was.
[[nodiscard]] std::string generated_notice(std::string_view mark, const Catalogue& words);
// A value of a law pack as the pack writes it: "[more_votes, lot]".
[[nodiscard]] std::string law_value_text(const codec::Document& value);
// Where a parameter stands, in the language of the words.
[[nodiscard]] const std::string& law_source(const election::LawParameter& parameter,
                                            const Catalogue& words);

}  // namespace sufragio::services
