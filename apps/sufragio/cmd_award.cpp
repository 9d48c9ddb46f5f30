#include <string>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "adapters/threads/threads.h"
#include "adapters/toml/toml.h"
#include "centre_folder.h"
#include "commands.h"
#include "crypto/cose.h"
#include "files.h"
#include "services/award/act_words.h"
#include "services/office/office.h"
#include "services/totalization/centre.h"

namespace sufragio::app {

namespace {

using services::Act;

// The same words as on the page and on paper.
Result<void> print_act(const Act& act, ByteView record, const CentreFolder& folder,
                       const AwardArgs& args, const Console& console) {
  const election::Package& package = *folder.package;
  const services::ActText text = TRY(services::act_text(act, record, 0, package.definition(),
                                                        package.counting(), console.words()));
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < act.awards.size(); ++i) {
    const std::string& contest = package.definition().contest(act.awards[i].contest).id.text();
    for (const services::SeatText& seat : text.contests[i].seats) {
      rows.push_back({contest, seat.seat, seat.option, seat.elected, seat.why});
    }
  }
  console.table({"contest", "seat", "option", "elected", "why"}, rows, args.format);
  console.note("award.over",
               {{"bulletin", std::to_string(act.bulletin)}, {"rows", act.rows_root.hex()}});
  for (const services::ContestText& contest : text.contests) {
    for (const std::string& note : contest.notes) {
      console.note("award.note", {{"contest", contest.title}, {"note", note}});
    }
  }
  if (args.pdf.empty()) return {};
  adapters::LibQrEncoder encoder;
  const auto drawer = TRY(adapters::CairoDrawer::create(encoder));
  const Bytes pdf =
      TRY(drawer->pdf(services::act_drawing(text, package.definition(), console.words(), 0)));
  return write_whole(args.pdf, pdf);
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
  TRY(print_act(act, record, folder, args, console));
  console.note("award.made", {{"file", args.out}, {"signers", std::to_string(signers)}});
  return {};
}

Result<void> show(const AwardArgs& args, Console& console) {
  const CentreFolder folder = TRY(read_folder_of(args));
  const Bytes record = TRY(read_whole(args.act));
  const Act act = TRY(annotate(services::read_act(record, *folder.night), "file", args.act));
  TRY(print_act(act, record, folder, args, console));
  console.note("award.good", {{"file", args.act}});
  return {};
}

// The signed act into the log of the centre, where everybody reads it.
Result<void> enter(const AwardArgs& args, Console& console) {
  const CentreFolder folder = TRY(read_folder_of(args));
  const Bytes record = TRY(read_whole(args.act));
  const auto store = TRY(read_folder(args.keys));
  services::DrillKeys keys = TRY(services::DrillKeys::load(*store));
  const auto log = TRY(open_folder(args.folder + "/log"));
  adapters::Threads workers{0};
  const auto centre =
      TRY(services::Centre::open({*folder.package, folder.roots, *log, keys.key("log"), workers}));
  const std::uint64_t index =
      TRY(annotate(centre->enter_act(record), "file", std::string_view{args.act}));
  console.note("award.entered", {{"file", args.act},
                                 {"number", std::to_string(centre->night().acts().size())},
                                 {"index", std::to_string(index)}});
  return {};
}

}  // namespace

int run_award(const AwardArgs& args, Console& console) {
  const auto done = args.action == "make"    ? make(args, console)
                    : args.action == "enter" ? enter(args, console)
                                             : show(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
