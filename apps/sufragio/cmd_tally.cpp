#include <algorithm>
#include <map>
#include <string>

#include "adapters/toml/toml.h"
#include "centre_folder.h"
#include "codes.h"
#include "commands.h"
#include "files.h"
#include "services/workspace/workspace.h"
#include "tally/bulletin.h"

namespace sufragio::app {

namespace {

using election::Contest;
using election::ContestIndex;
using election::TerritoryCode;

// Rows and totals of a workspace or of a centre, whichever the folder holds.
class Tallied {
 public:
  static Result<Tallied> open(const TallyArgs& args) {
    Tallied out;
    if (is_centre_folder(args.folder)) {
      auto centre = TRY(read_centre_folder(args.folder));
      out.centre_ = std::make_unique<CentreFolder>(std::move(centre));
      out.totals_ = &out.centre_->night->ledger().totals();
      out.rows_ = &out.centre_->night->ledger().rows();
      return out;
    }
    const auto store = TRY(read_folder(args.folder));
    auto workspace = TRY(services::load(*store, adapters::parse_toml));
    out.workspace_ = std::make_unique<services::Workspace>(std::move(workspace));
    const auto which = args.as_published ? services::Which::as_published : services::Which::counted;
    out.folded_ = std::make_unique<tally::Totals>(services::fold(*out.workspace_, which));
    out.totals_ = out.folded_.get();
    out.rows_ = &out.workspace_->rows;
    return out;
  }

  [[nodiscard]] const tally::Totals& totals() const { return *totals_; }
  [[nodiscard]] const std::vector<tally::JudgedRow>& rows() const { return *rows_; }
  [[nodiscard]] const election::Definition& definition() const { return totals_->definition(); }
  [[nodiscard]] const services::Workspace* workspace() const { return workspace_.get(); }

 private:
  std::unique_ptr<CentreFolder> centre_;
  std::unique_ptr<services::Workspace> workspace_;
  std::unique_ptr<tally::Totals> folded_;
  const tally::Totals* totals_ = nullptr;
  const std::vector<tally::JudgedRow>* rows_ = nullptr;
};

std::vector<std::vector<Cell>> sheet_rows(const Contest& contest, const tally::Figures& figures,
                                          const Console& console) {
  const auto known = [](bool is_known, std::int64_t value) {
    return is_known ? Cell{value} : Cell{"–"};
  };
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const char* field, Cell value) {
    rows.push_back(
        {contest.id.text(), console.words().text(std::string{"ficha."} + field), value, ""});
  };
  add("actas_totales", figures.expected);
  add("actas_escrutadas", figures.counted);
  add("electores_esperados", known(figures.registered_expected_known, figures.registered_expected));
  add("electores_transmitidas", figures.registered);
  add("electores_escrutados", figures.voters);
  add("votos_escrutados", figures.cast());
  add("votos_validos", figures.valid());
  add("votos_nulos", figures.null + figures.invalid);
  const auto turnout = figures.turnout();
  rows.push_back({contest.id.text(), console.words().text("ficha.participacion"), "–",
                  turnout ? services::percent(*turnout, console.language()) : "–"});
  for (const tally::Share& share : tally::by_option(contest, figures.votes)) {
    std::string name = share.id;
    for (const election::Option& option : contest.options) {
      if (option.id.text() == share.id) name = option.name;
    }
    rows.push_back({contest.id.text(), name, share.votes,
                    services::share(share.votes, figures.valid(), console.language())});
  }
  return rows;
}

void say_state(const Tallied& tallied, const Console& console) {
  std::map<tally::RowStatus, std::int64_t> count;
  for (const tally::JudgedRow& judged : tallied.rows()) ++count[judged.row.status];
  console.note("tally.rows", {{"counted", console.number(count[tally::RowStatus::counted])},
                              {"quarantined", console.number(count[tally::RowStatus::quarantined])},
                              {"other", console.number(count[tally::RowStatus::superseded] +
                                                       count[tally::RowStatus::annulled])}});
  if (tallied.workspace() == nullptr) return;
  for (const services::Source& source : tallied.workspace()->sources) {
    console.note("tally.source", {{"file", source.name}, {"publisher", source.publisher}});
  }
}

Result<void> print_tally(const TallyArgs& args, const Console& console) {
  const Tallied tallied = TRY(Tallied::open(args));
  const TerritoryCode territory = TRY(TerritoryCode::parse(args.territory));
  std::vector<std::vector<Cell>> rows;
  bool found = false;
  const auto& contests = tallied.definition().contests;
  const auto is_asked = [&](const Contest& c) { return c.id.text() == args.contest; };
  if (!args.contest.empty() && std::ranges::none_of(contests, is_asked)) {
    return fail(kNoSuchContest, {{"value", args.contest}});
  }
  for (std::uint16_t c = 0; c < contests.size(); ++c) {
    if (!args.contest.empty() && contests[c].id.text() != args.contest) continue;
    // Without a contest asked for: those that vote in this territory, and at the country those of
    // whole states.
    const tally::Figures* figures = tallied.totals().at(ContestIndex{c}, territory);
    if (figures == nullptr && args.contest.empty() && !territory.contains(contests[c].territory))
      continue;
    if (figures == nullptr) figures = tallied.totals().at(ContestIndex{c}, contests[c].territory);
    if (figures == nullptr) continue;
    found = true;
    const auto sheet = sheet_rows(contests[c], *figures, console);
    rows.insert(rows.end(), sheet.begin(), sheet.end());
  }
  if (!found) return fail(kUnknownTerritory, {{"value", args.territory + args.contest}});
  console.table({"contest", "field", "votes", "share"}, rows, args.format);
  say_state(tallied, console);
  return {};
}

}  // namespace

int run_tally(const TallyArgs& args, Console& console) {
  const auto done = print_tally(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
