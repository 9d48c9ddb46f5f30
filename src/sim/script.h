#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "election/selections.h"
#include "ports/finger_check.h"
#include "sim/paper.h"

// A table's day as text that people read and write, and as a value (docs/machine-script.md).
namespace sufragio::sim {

struct VisitPlan {
  std::uint16_t elector = 0;                       // line of the roll, from 0
  ports::Capture capture = ports::Capture::match;  // what every capture of the reader decides
  bool no_hands = false;
  bool assisted = false;
  election::Selections wanted;
  bool leaves = false;       // walks away from the screen
  bool mismatch = false;     // refuses the first receipt
  bool medium_dies = false;  // the removable medium, for the rest of the day
  bool swap = false;         // the power goes at `cut_after`, and a spare machine takes over
  SimPrinter::Trouble trouble = SimPrinter::Trouble::none;
  std::size_t trouble_row = 0;
  std::uint64_t cut_after = 0;  // the power goes at this write point of the visit; 0: never
};

struct DayScript {
  std::int32_t open_min = 360;  // local, after midnight
  std::int32_t close_min = 1'080;
  std::vector<VisitPlan> visits;  // in order; the last `in_line` of them stand in line at the hour
  std::uint16_t in_line = 0;
  std::vector<std::string> refused;  // witnesses who take no copy
  std::uint64_t cut_at_close = 0;    // the power goes at this write point of close and count
};

// M107 with the line and what was expected there.
[[nodiscard]] Result<DayScript> read_script(std::string_view text,
                                            const election::Definition& definition,
                                            std::uint16_t style);
[[nodiscard]] std::string write_script(const DayScript& script);

}  // namespace sufragio::sim
