#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/frame.h"
#include "audit/universe.h"
#include "election/counting.h"
#include "election/definition.h"
#include "log/note.h"
#include "tally/judge.h"

namespace sufragio::services {

// What audits read of an election: of a centre's folder or of a workspace. Everything must outlive
// what is made from it.
struct Audited {
  const election::Definition& definition;
  const election::LawPack& law;
  const std::vector<tally::JudgedRow>& rows;
  crypto::ElectionHandle handle;
  std::optional<log::Checkpoint> checkpoint;  // nothing for tables that somebody published
  // What the votes of each card count for (decision 0016); null: what it prints.
  const election::Counting* counting = nullptr;

  [[nodiscard]] const election::Contest& by_law(election::ContestIndex contest) const;
};
// The handle of tables that somebody published (docs/spec/draw.md section 7).
[[nodiscard]] crypto::ElectionHandle handle_of_tables(const election::Definition& definition);

// mesa.electors_max: what a mesa may hold whose electors nobody states.
[[nodiscard]] std::int64_t electors_max(const election::LawPack& law);

// Every mesa of the definition, or those that vote one contest. U503 when its rows stand for whole
// units; U101, U102.
[[nodiscard]] Result<audit::Universe> universe_of(
    const Audited& audited, std::optional<election::ContestIndex> contest = std::nullopt);

// The options are those of the contest as the law counts it, so that an audit confirms who won by
// the law; receipts are counted like the cards that they show, null where a card counts for nobody.
// Every mesa of the register that votes the contest, or the part of them in a territory ("": all).
// Ballots: of the row, else its voters, else its votes over the votes that each voter has, rounded
// up. A mesa without a counted row is held: it may hold as many ballots as it has electors, where
// they are known, or as one of its rows says. U503, U504, U102, and the checks of
// `audit::check_frame`.
[[nodiscard]] Result<audit::Frame> frame_of(const Audited& audited, election::ContestIndex contest,
                                            std::string_view territory = {});

}  // namespace sufragio::services
