// Rows: whatever is accepted encodes back to the same bytes, and a row that breaks a locked rule is
// never counted (docs/spec/bulletin.md, docs/rules).
#include "tally/row.h"

#include "base/check.h"
#include "tally/judge.h"

namespace {

using namespace sufragio;

// One state with one mesa of 500 electors; a contest of three cards on two options.
const election::Definition& definition() {
  static const election::Definition out = [] {
    election::Definition d;
    d.date = "2026-12-06";
    for (const char* code : {"01", "0101", "010101", "010101001"}) {
      d.territories.push_back({*election::TerritoryCode::parse(code), code});
    }
    election::Contest contest;
    contest.id = *election::ContestId::parse("presidencia");
    for (const char* id : {"ana", "luis"}) {
      contest.options.push_back({*election::OptionId::parse(id), id});
    }
    for (const int option : {0, 1, 0}) {
      contest.cards.push_back(
          {{}, contest.options[static_cast<std::size_t>(option)].id, std::nullopt});
    }
    d.contests.push_back(contest);
    d.styles.push_back({*election::StyleId::parse("s"), {election::ContestIndex{0}}});
    election::Mesa mesa;
    mesa.id = *MesaId::parse("010101001.01");
    mesa.electors = *Persons::from(500);
    d.mesas.push_back(mesa);
    return d;
  }();
  return out;
}

bool sound(const tally::Row& row) {
  std::int64_t sum = row.null.value() + row.invalid.value();
  for (const Votes card : row.votes) sum += card.value();
  return row.unit.text() == "010101001.01" && row.contest.value() == 0 && row.votes.size() == 3 &&
         sum == row.ballots->value() && row.ballots <= row.voters && row.voters <= row.registered &&
         row.registered->value() == 500;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  Result<tally::Row> row = tally::decode_row(bytes);
  if (!row) return 0;
  CHECK(equal(tally::encode(*row), bytes));
  static const election::LawPack law;
  row->status = tally::RowStatus::counted;
  const std::vector<tally::Finding> findings = tally::judge_row({definition(), law}, *row);
  const bool counted = tally::status_after(*row, findings) == tally::RowStatus::counted;
  CHECK(!counted || sound(*row));
  return 0;
}
