#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "witness/reconcile.h"

// The rows of one side by contest and unit, with votes per option in the order of side A. For this
// room only.
namespace sufragio::witness {

struct Sheet {
  std::vector<std::int64_t> votes;                    // per option of side A
  std::array<std::optional<std::int64_t>, 5> others;  // null, invalid, registered, voters, ballots
};

struct Sheets {
  using Key = std::pair<std::uint16_t, tally::Unit>;  // contest of side A
  std::map<Key, std::vector<Sheet>> by_unit;
  std::map<std::uint16_t, std::vector<std::string>> options;  // ids, in the order of side A
  std::map<std::uint16_t, std::vector<std::int64_t>> sums;    // per option
  std::map<std::string, std::string> names;                   // of options, "contest/option"
  std::array<bool, 5> stated{};                               // does any row state the figure?

  [[nodiscard]] std::string name(std::uint16_t contest, const std::string& option) const;
  [[nodiscard]] bool states(FigureName::What what) const;
};

// Rows of `side` in the contests and options of `like`, matched by id. R101, R102.
[[nodiscard]] Result<Sheets> sheets_like(const Side& side, const Side& like);

}  // namespace sufragio::witness
