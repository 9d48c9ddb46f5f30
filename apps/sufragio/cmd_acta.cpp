#include <optional>
#include <string>

#include "acta/qr.h"
#include "adapters/images/image_reader.h"
#include "adapters/toml/toml.h"
#include "adapters/zbar/zbar_reader.h"
#include "adapters/zxing/zxing_reader.h"
#include "base/numbers.h"
#include "centre_folder.h"
#include "codes.h"
#include "commands.h"
#include "files.h"
#include "paper.h"
#include "services/office/office.h"
#include "services/reading/read_acta_image.h"

namespace sufragio::app {

namespace {

struct Read {  // what the input holds
  std::optional<acta::SignedActa> record;
  std::vector<std::string> qr_a;
  std::optional<acta::KeyPath> key_path;
};

Result<Read> from_record(Bytes record) {
  Read out;
  out.record = TRY(acta::parse(record));
  return out;
}

Result<Read> from_text(std::string_view text) {
  if (text.starts_with("VE1P:")) {
    std::vector<std::string> parts;
    for (const std::string_view line : split(text, '\n')) {
      if (!line.empty()) parts.emplace_back(line);
    }
    Bytes record = TRY(acta::join_qr_b_parts(parts));
    return from_record(std::move(record));
  }
  if (text.starts_with("VE1:")) {
    Bytes record = TRY(acta::parse_qr_b(text));
    return from_record(std::move(record));
  }
  Read out;
  out.qr_a.emplace_back(text);
  return out;
}

Result<Read> from_image(const Bytes& bytes) {
  adapters::FileImageReader images;
  adapters::ZxingReader zxing;
  adapters::ZbarReader zbar;
  const ports::GreyImage image = TRY(images.read(bytes));
  services::ActaCodes codes = TRY(services::read_acta_image(image, zxing, zbar));
  Read out;
  out.record = std::move(codes.signed_acta);
  out.qr_a = std::move(codes.qr_a);
  out.key_path = std::move(codes.key_path);
  return out;
}

// A code's text on the command line, or a file: signed bytes, text, or an image.
Result<Read> read_input(const std::string& input) {
  if (!exists(input)) return from_text(input);
  Bytes bytes = TRY(read_whole(input));
  if (!bytes.empty() && bytes.front() == 0xd2) return from_record(std::move(bytes));
  const bool image = input.ends_with(".png") || input.ends_with(".jpg") ||
                     input.ends_with(".jpeg") || input.ends_with(".pgm");
  if (image) return from_image(bytes);
  std::string_view text = as_text(bytes);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return from_text(text);
}

void print_counts(const std::vector<acta::ContestCount>& contests, const Console& console) {
  for (std::size_t c = 0; c < contests.size(); ++c) {
    std::int64_t valid = 0;
    std::string cards;
    for (const Votes& votes : contests[c].cards) {
      valid += votes.value();
      cards += (cards.empty() ? "" : " ") + std::to_string(votes.value());
    }
    console.say("acta.show.contest", {{"number", std::to_string(c + 1)},
                                      {"cards", cards},
                                      {"valid", console.number(valid)},
                                      {"null", console.number(contests[c].null.value())},
                                      {"invalid", console.number(contests[c].invalid.value())}});
  }
}

Result<void> print_qr_a(const std::string& text, const Console& console) {
  const std::size_t bang = text.find('!');
  const std::size_t cards =
      bang == std::string::npos ? 0 : split(split(text.substr(bang + 1), '!').front(), ',').size();
  const Votes limit = TRY(Votes::from(Votes::kMax));
  const acta::QrA code = TRY(acta::parse_qr_a(text, cards, limit));
  console.say("acta.show.qr-a", {{"mesa", code.mesa.text()}, {"cards", std::to_string(cards)}});
  print_counts({code.count}, console);
  return {};
}

void print_record(const acta::SignedActa& record, const Console& console) {
  const acta::Acta& acta = record.acta();
  console.say("acta.show.record",
              {{"mesa", acta.mesa.text()},
               {"type", console.words().text("acta.show.type-" +
                                             std::to_string(static_cast<int>(acta.type)))},
               {"election", acta.election.hex()},
               {"registered", console.number(acta.registered.value())},
               {"voters", console.number(acta.voters.value())},
               {"ballots", console.number(acta.ballots.value())},
               {"closing", services::civil_time(acta.time_s, -240)},
               {"code", record.verification_code()},
               {"kid", record.kid().hex()}});
  print_counts(acta.contests, console);
}

Result<std::optional<acta::KeyPath>> key_path_of(const ActaArgs& args, const Read& read) {
  if (args.key_path.empty()) return read.key_path;
  std::string text = args.key_path;
  if (exists(text)) {
    const Bytes bytes = TRY(read_whole(text));
    text = std::string{trim(as_text(bytes))};
  }
  acta::KeyPath path = TRY(acta::parse_qr_c(text));
  return std::optional{std::move(path)};
}

// Certificates and assignments: from the key path on paper, or from the log beside the package.
Result<void> learn_machines(const ActaArgs& args, const Read& read,
                            acta::MachineRegistry& machines) {
  const auto path = TRY(key_path_of(args, read));
  if (path) {
    TRY(machines.add_certificate(path->certificate));
    return machines.add_assignment(path->assignment, 0);
  }
  const std::string log = args.package + "/../log";
  if (!exists(log)) return {};  // nothing to learn from: A102 says what is missing
  return learn_from_log(log, machines);
}

Result<void> verify_or_render(const ActaArgs& args, const Read& read, Console& console) {
  if (!read.record) return fail(kNoActaInside, {{"file", args.input}});
  if (args.package.empty()) return fail(kNeedsPackage);
  const auto roots = TRY(read_roots(args.roots));
  const auto folder = TRY(read_folder(args.package));
  const election::Package package =
      TRY(services::load_package(*folder, roots, adapters::parse_toml));
  acta::MachineRegistry machines{package};
  TRY(learn_machines(args, read, machines));
  if (args.action == "render") {
    const auto paper = TRY(Paper::create(console));
    const bool pdf = args.out.ends_with(".pdf");
    const Bytes bytes =
        TRY(pdf ? paper->pdf(*read.record, machines) : paper->png(*read.record, machines));
    TRY(write_whole(args.out, bytes));
    console.say("acta.rendered", {{"file", args.out}});
    return {};
  }
  print_record(*read.record, console);
  TRY(acta::verify_signature(*read.record, machines));
  const bool real = package.manifest().kind == election::ElectionKind::real;
  console.say(roots.empty() ? "acta.verified.untrusted" : "acta.verified",
              {{"mesa", read.record->acta().mesa.text()}, {"package", package.hash().hex()}});
  if (!real) console.say("acta.verified.drill");
  return {};
}

Result<void> run(const ActaArgs& args, Console& console) {
  const Read read = TRY(read_input(args.input));
  if (args.action != "decode") return verify_or_render(args, read, console);
  for (const std::string& text : read.qr_a) TRY(print_qr_a(text, console));
  if (read.record) {
    print_record(*read.record, console);
    console.say("acta.show.unchecked");
  }
  return {};
}

}  // namespace

int run_acta(const ActaArgs& args, Console& console) {
  const auto done = run(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
