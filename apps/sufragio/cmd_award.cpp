#include <algorithm>
#include <map>
#include <string>

#include "adapters/toml/toml.h"
#include "centre_folder.h"
#include "commands.h"
#include "crypto/cose.h"
#include "files.h"
#include "services/award/award.h"
#include "services/office/office.h"
#include "services/words/seat_words.h"

namespace sufragio::app {

namespace {

using services::Act;
using services::ContestAward;

std::string name_of(const election::Contest& contest, const std::string& id) {
  for (const election::Option& option : contest.options) {
    if (option.id.text() == id) return option.name;
  }
  return id;
}

std::string listed(const std::vector<std::pair<std::string, std::uint32_t>>& seats,
                   const election::Contest& contest) {
  std::string out;
  for (const auto& [option, count] : seats) {
    out += (out.empty() ? "" : ", ") + name_of(contest, option) + " " + std::to_string(count);
  }
  return out;
}

// What the law's uncertain readings would change [R47].
void print_readings(const ContestAward& award, const election::Contest& contest,
                    const Console& console) {
  if (award.stale.empty()) return;
  console.note("award.stale", {{"contest", contest.id.text()},
                               {"cards", std::to_string(award.stale.size())},
                               {"null", console.number(award.stale_null)}});
  std::vector<std::pair<std::string, std::uint32_t>> own;
  for (std::size_t i = 0; i < award.contenders.size(); ++i) {
    if (award.allocation.seats[i] == 0) continue;
    own.emplace_back(award.contenders[i].id, award.allocation.seats[i]);
  }
  std::ranges::sort(own);
  for (const services::ReadingResult& other : award.readings) {
    console.note(other.seats == own ? "award.reading-same" : "award.reading-other",
                 {{"follow", other.follow},
                  {"orphan", other.orphan},
                  {"seats", listed(other.seats, contest)}});
  }
}

void print_act(const Act& act, const election::Definition& definition, const AwardArgs& args,
               const Console& console) {
  std::vector<std::vector<Cell>> rows;
  for (const ContestAward& award : act.awards) {
    const election::Contest& contest = definition.contest(award.contest);
    std::vector<std::string> names;
    for (const seats::Contender& one : award.contenders) names.push_back(name_of(contest, one.id));
    std::map<std::size_t, std::int64_t> position;
    for (std::size_t i = 0; i < award.allocation.awards.size(); ++i) {
      const seats::Award& seat = award.allocation.awards[i];
      const std::string why =
          services::seat_reason(seat, names, console.words(), console.language()) + ". " +
          services::seat_margin(award.margins[i], names, console.words(), console.language());
      rows.push_back({contest.id.text(), std::int64_t{seat.order}, names[seat.contender],
                      ++position[seat.contender], award.elected[i].name, why});
    }
  }
  console.table({"contest", "seat", "option", "position", "elected", "why"}, rows, args.format);
  console.note("award.over",
               {{"bulletin", std::to_string(act.bulletin)}, {"rows", act.rows_root.hex()}});
  for (const ContestAward& award : act.awards) {
    print_readings(award, definition.contest(award.contest), console);
  }
  for (const services::LotRecord& lot : act.plan.lots) {
    console.note("award.lot", {{"contest", definition.contest(lot.contest).id.text()},
                               {"winner", lot.lot.winner},
                               {"method", lot.method},
                               {"place", lot.place},
                               {"date", lot.date}});
  }
}

// The folder, with the nominations given in place of those beside its package.
Result<CentreFolder> read_folder_of(const AwardArgs& args) {
  CentreFolder folder = TRY(read_centre_folder(args.folder));
  if (args.nominations.empty()) return folder;
  const Bytes acts = TRY(read_whole(args.nominations));
  TRY(annotate(folder.package->take_nominations(acts), "file", args.nominations));
  return folder;
}

Result<void> make(const AwardArgs& args, Console& console) {
  const CentreFolder folder = TRY(read_folder_of(args));
  const Bytes text = TRY(read_whole(args.plan));
  const codec::Document document =
      TRY(annotate(adapters::parse_toml(as_text(text)), "file", args.plan));
  const election::Definition& definition = folder.package->definition();
  services::ActPlan plan =
      TRY(annotate(services::read_plan(document, definition), "file", args.plan));
  const Act act = TRY(services::make_act(*folder.night, std::move(plan)));
  const auto store = TRY(read_folder(args.keys));
  services::DrillKeys keys = TRY(services::DrillKeys::load(*store));
  std::vector<crypto::SignaturePart> parts;
  for (crypto::Signer* signer : keys.bulletin_signers()) {
    crypto::SignaturePart part = TRY(services::sign_act(act.payload, *folder.night, *signer));
    parts.push_back(std::move(part));
  }
  const std::size_t signers = parts.size();
  const Bytes record = TRY(crypto::assemble(act.payload, std::move(parts)));
  TRY(write_whole(args.out, record));
  print_act(act, definition, args, console);
  console.note("award.made", {{"file", args.out}, {"signers", std::to_string(signers)}});
  return {};
}

Result<void> show(const AwardArgs& args, Console& console) {
  const CentreFolder folder = TRY(read_folder_of(args));
  const Bytes record = TRY(read_whole(args.act));
  const Act act = TRY(annotate(services::read_act(record, *folder.night), "file", args.act));
  print_act(act, folder.package->definition(), args, console);
  console.note("award.good", {{"file", args.act}});
  return {};
}

}  // namespace

int run_award(const AwardArgs& args, Console& console) {
  const auto done = args.action == "make" ? make(args, console) : show(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
