#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sufragio::adapters {

enum class Engine { sqlite, postgresql };

struct Query {
  std::string body;                     // one statement, without its semicolon
  std::vector<std::string> parameters;  // the names of `in`, in their order
  std::size_t columns = 0;              // how many `out`
};

// The named queries of one file under sql/queries. The file is part of the program, so a mistake in
// it is a bug (CHECK): a name twice, no body, a parameter in the body that `in` does not name or
// the reverse (an engine would take a missing one for null).
class Queries {
 public:
  Queries(std::string_view text, Engine engine);
  [[nodiscard]] const Query& get(std::string_view name) const;  // CHECK: it is there
  [[nodiscard]] const std::map<std::string, Query, std::less<>>& all() const { return queries_; }

 private:
  std::map<std::string, Query, std::less<>> queries_;
};

}  // namespace sufragio::adapters
