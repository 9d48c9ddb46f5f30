#include "adapters/soci/queries.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/numbers.h"

namespace sufragio::adapters {

namespace {

constexpr std::string_view kName = "-- name: ";
constexpr std::string_view kIn = "-- in: ";
constexpr std::string_view kOut = "-- out: ";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The first words of "name type, name type".
void add_names(std::string_view list, std::vector<std::string>& names) {
  for (const std::string_view item : split(list, ',')) {
    const std::string_view trimmed = trim(item);
    if (!trimmed.empty()) names.emplace_back(trimmed.substr(0, trimmed.find(' ')));
  }
}

std::set<std::string> parameters_in(std::string_view body) {
  std::set<std::string> out;
  for (std::size_t colon = body.find(':'); colon != std::string_view::npos;
       colon = body.find(':', colon + 1)) {
    std::size_t end = colon + 1;
    while (end < body.size() && is_name_character(body[end])) ++end;
    if (end > colon + 1) out.emplace(body.substr(colon + 1, end - colon - 1));
  }
  return out;
}

void finish(Query& query) {
  const std::string_view trimmed = trim(query.body);
  CHECK(trimmed.ends_with(';'));
  query.body = std::string{trimmed.substr(0, trimmed.size() - 1)};
  CHECK(query.body.find(';') == std::string::npos);  // an engine would drop the second statement
  const std::set<std::string> named{query.parameters.begin(), query.parameters.end()};
  CHECK(named.size() == query.parameters.size());
  CHECK(named == parameters_in(query.body));
}

}  // namespace

Queries::Queries(std::string_view text, Engine engine) {
  const std::string_view mine = engine == Engine::sqlite ? "-- [sqlite]" : "-- [postgresql]";
  Query* open = nullptr;
  std::vector<std::string> columns;
  bool other_engine = false;
  const auto close = [&] {
    if (open == nullptr) return;
    open->columns = columns.size();
    finish(*open);
    columns.clear();
    other_engine = false;
  };
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(kName)) {
      close();
      const auto added = queries_.emplace(std::string{trim(line.substr(kName.size()))}, Query{});
      CHECK(added.second);
      open = &added.first->second;
    } else if (open == nullptr) {
      continue;  // what the file is about
    } else if (line.starts_with(kIn)) {
      add_names(line.substr(kIn.size()), open->parameters);
    } else if (line.starts_with(kOut)) {
      add_names(line.substr(kOut.size()), columns);
    } else if (line.starts_with("-- [")) {
      other_engine = line != mine;
    } else if (!line.starts_with("--") && !other_engine) {
      open->body += line;
      open->body += '\n';
    }
  }
  close();
}

const Query& Queries::get(std::string_view name) const {
  const auto found = queries_.find(name);
  CHECK(found != queries_.end());
  return found->second;
}

}  // namespace sufragio::adapters
