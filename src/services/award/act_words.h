#pragma once

#include <string>
#include <utility>
#include <vector>

#include "codec/drawing.h"
#include "services/award/award.h"
#include "services/words/catalogue.h"

// An act of award as people read it: one text for the page, the paper and the toolbox.
namespace sufragio::services {

struct SeatText {
  std::string seat;  // "1"
  std::string option;
  std::string elected;  // who takes it; "–" where the nominations name nobody
  std::string why;      // S101 to S109, with the margin
};

struct ContestText {
  std::string title;
  std::vector<SeatText> seats;
  std::vector<std::string> notes;  // seats nobody gets, stale cards and readings, recounts, lots
};

struct ActText {
  std::string title;                                         // "Acta de adjudicación 1"
  std::vector<std::pair<std::string, std::string>> facts;    // bulletin, term of office
  std::vector<std::pair<std::string, std::string>> records;  // hashes, to compare
  std::vector<ContestText> contests;                         // as the act has them
  std::vector<std::string> signers;                          // kids, from the record
};

// `number`: its place among the acts of the log, from 1; 0: it stands in no log. `counting`: of the
// package. K104, K106 for a record that is none.
[[nodiscard]] Result<ActText> act_text(const Act& act, ByteView record, std::size_t number,
                                       const election::Definition& definition,
                                       const election::Counting& counting, const Catalogue& words);

// On A4 pages, with a box for the ink of each signer. `time_s`: of the PDF.
[[nodiscard]] codec::Drawing act_drawing(const ActText& text,
                                         const election::Definition& definition,
                                         const Catalogue& words, std::int64_t time_s);

}  // namespace sufragio::services
