#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/frame.h"
#include "audit/universe.h"
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
};
// The handle of tables that somebody published (docs/spec/draw.md section 7).
[[nodiscard]] crypto::ElectionHandle handle_of_tables(const election::Definition& definition);

// Every mesa of the definition. U503 when its rows stand for whole units; U101, U102.
[[nodiscard]] Result<audit::Universe> universe_of(const Audited& audited);

// The counted rows of a contest. Ballots: of the row, else its voters, else its votes over the
// votes that each voter has, rounded up. What is expected and has no counted row is outside the
// frame: the electors of the mesa where they are known, else the figures of its rows. U503, U504,
// and the checks of `audit::check_frame`.
[[nodiscard]] Result<audit::Frame> frame_of(const Audited& audited, election::ContestIndex contest);

}  // namespace sufragio::services
