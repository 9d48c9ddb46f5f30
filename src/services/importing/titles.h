#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/importing/builder.h"

// What the codes and titles of the pages of 2013 say (SOURCE: EEMMPP, EEMM00, EE0000 and three
// special codes).
namespace sufragio::services {

enum class PageLevel { digest, special, municipality, parish };

struct PageCode {
  PageLevel level = PageLevel::parish;
  election::TerritoryCode territory;  // special: the smallest territory that holds all of it
};

// I105. The words of the mapping name the special codes: "000001" = "" (several states).
[[nodiscard]] std::optional<PageCode> page_code(Builder& builder, std::string_view code,
                                                const Place& place);

struct TitleParts {
  election::ContestKind kind = election::ContestKind::mayor;
  std::string kind_id;                   // "lista"
  std::optional<std::uint16_t> circuit;  // of a title that ends in it
};
[[nodiscard]] std::optional<TitleParts> title_parts(const Mapping& mapping, std::string_view title);

// Names the territory and all above it: the municipality from the title, the state from the
// mapping, and codes where neither has a name.
bool name_page(Builder& builder, const election::TerritoryCode& territory, std::string_view title,
               const Place& place);

// Names of parties as one name of at most 300 bytes; the rest is cut off at a party (I129).
[[nodiscard]] std::optional<std::string> joined_name(Builder& builder,
                                                     const std::vector<std::string>& parties,
                                                     const Place& place);

}  // namespace sufragio::services
