#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "seats/seats.h"

// Plain tables from which anybody can repeat a seat calculation (docs/spec/seats.md). CSV with a
// header; other columns are allowed. S192 names the line; S190 and S191 as in seats.h.
namespace sufragio::seats {

struct VoteTable {  // `option,votes`; may have `persons`, `group`, `alliance`, `organisation`
  std::vector<Contender> contenders;
  std::vector<std::string> group;         // lists that are joined have the same text
  std::vector<std::string> alliance;      // for the table by alliance
  std::vector<std::string> organisation;  // for the table by organisation
};
[[nodiscard]] Result<VoteTable> read_votes(std::string_view csv);

// Who stands where: `option,position,candidate`; may have `organisation`, the candidate's own.
// Positions of an option are 1 … n in any order of lines.
struct ListPerson {
  std::string option;
  std::uint32_t position = 1;
  std::string candidate;
  std::string organisation;
};
[[nodiscard]] Result<std::vector<ListPerson>> read_persons(std::string_view csv);

// Lots in the order in which they were drawn: `among,winner,reference`, the ids of the tie
// separated by '|'; `reference` names the record (docs/spec/award.md).
struct DrawnLot {
  Lot lot;
  std::string reference;
};
[[nodiscard]] Result<std::vector<DrawnLot>> read_lots(std::string_view csv);

}  // namespace sufragio::seats
