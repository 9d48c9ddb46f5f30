// sufragio biometrics: records of minutiae converted, two prints compared, the matcher measured.
#include <algorithm>

#include "adapters/toml/toml.h"
#include "biometrics/calibration.h"
#include "biometrics/fmr.h"
#include "biometrics/picture_svg.h"
#include "biometrics/protocol.h"
#include "codes.h"
#include "commands.h"
#include "files.h"
#include "print_picture.h"
#include "resources.h"

namespace sufragio::app {

namespace {

using biometrics::CardFormat;
using biometrics::FmrFormat;
using biometrics::Template;
constexpr auto kLocked = crypto::SecretBuffer::Kind::locked;

Result<Template> read_template(const std::string& path, const std::string& from,
                               std::uint16_t ppcm) {
  const Bytes bytes = TRY(read_whole(path));
  if (from == "card" || from == "card-compact") {
    const CardFormat format = from == "card" ? CardFormat::normal : CardFormat::compact;
    return annotate(biometrics::decode_card(format, ppcm, bytes), "file", std::string_view{path});
  }
  auto read = annotate(biometrics::decode_fmr(bytes), "file", std::string_view{path});
  if (!read) return fail(std::move(read).error());
  return std::move(read->finger);
}

Result<Bytes> written(const Template& finger, const ConvertPrintArgs& args) {
  if (args.to == "card" || args.to == "card-compact") {
    const CardFormat format = args.to == "card" ? CardFormat::normal : CardFormat::compact;
    return biometrics::encode_card(finger, finger.views[0], {format, args.most});
  }
  const FmrFormat format = args.to == "iso2011" ? FmrFormat::iso_2011
                           : args.to == "ansi"  ? FmrFormat::ansi_2004
                                                : FmrFormat::iso_2005;
  return biometrics::encode_fmr(finger, format, {args.owner, 0});
}

Result<void> convert(const ConvertPrintArgs& args) {
  const Template finger = TRY(read_template(args.in, args.from, args.ppcm));
  const Bytes bytes = TRY(written(finger, args));
  return write_whole(args.out, bytes);
}

Result<biometrics::Calibration> load_calibration(const std::string& name) {
  const bool file = name.ends_with(".toml");
  std::string text{resource("calibration/" + name + ".toml")};
  if (file) {
    const Bytes bytes = TRY(read_whole(name));
    text = as_text(bytes);
  }
  if (text.empty()) return fail(kCannotRead, {{"file", name}});
  const codec::Document document = TRY(adapters::parse_toml(text));
  return annotate(biometrics::Calibration::read(document), "file", std::string_view{name});
}

Result<void> compare(const ComparePrintsArgs& args, Console& console) {
  const biometrics::Calibration calibration = TRY(load_calibration(args.calibration));
  const Template first = TRY(read_template(args.a, "", 0));
  const Template second = TRY(read_template(args.b, "", 0));
  const biometrics::Prepared a = TRY(biometrics::prepare(first, first.views[0], kLocked));
  const biometrics::Prepared b = TRY(biometrics::prepare(second, second.views[0], kLocked));
  biometrics::Matcher matcher = TRY(biometrics::Matcher::make(kLocked));
  const std::uint32_t stage = matcher.first_stage(a.view(), b.view());
  const biometrics::Scores scores = matcher.compare(a.view(), b.view());
  const auto pairs = matcher.pairs(a.view(), b.view());
  const int fewer = std::min(a.cylinders(), b.cylinders());
  const biometrics::Score score = calibration.score(scores.raw, fewer);
  const auto number = [](auto value) { return Cell{static_cast<std::int64_t>(value)}; };
  const std::string measured = calibration.fmr(score).measured ? "yes" : "no";
  console.table({"quantity", "value"},
                {{"first_stage", number(stage)},
                 {"relaxation", number(scores.relaxation)},
                 {"verification", number(scores.verification)},
                 {"raw", number(scores.raw)},
                 {"score", number(score)},
                 {"measured", measured},
                 {"cylinders_a", number(a.cylinders())},
                 {"cylinders_b", number(b.cylinders())},
                 {"matched", number(pairs.size())}},
                args.format);
  if (!biometrics::enough(fewer)) console.note("biometrics.too-few");
  if (args.picture.empty()) return {};
  if (!args.picture.ends_with(".svg")) {
    return write_picture(args.picture, biometrics::draw_matched(a.view(), b.view(), pairs, 2));
  }
  return write_whole(args.picture, as_bytes(biometrics::matched_svg(a.view(), b.view(), pairs)));
}

// The folders of the FVC competitions, set B: 10 fingers of 8 impressions, FFF_I.iso.
Result<std::vector<biometrics::BankRecords>> read_banks(const std::string& root) {
  constexpr std::size_t kFingers = 10, kImpressions = 8, kFirst = 101;
  std::vector<biometrics::BankRecords> out;
  for (const std::string year : {"fvc2002", "fvc2004"}) {
    for (const std::string base : {"DB1_B", "DB2_B", "DB3_B", "DB4_B"}) {
      biometrics::BankRecords bank{year + "/" + base, year, kFingers, kImpressions, {}};
      const std::string folder = root + "/" + bank.name + "/";
      if (!exists(folder + "101_1.iso")) continue;
      for (std::size_t k = 0; k < kFingers * kImpressions; ++k) {
        const std::string name = std::to_string(kFirst + k / kImpressions) + "_" +
                                 std::to_string(1 + k % kImpressions) + ".iso";
        Bytes record = TRY(read_whole(folder + name));
        bank.records.push_back(std::move(record));
      }
      out.push_back(std::move(bank));
    }
  }
  return out;
}

Result<void> bench(const BenchPrintsArgs& args, Console& console) {
  const auto banks = TRY(read_banks(args.root));
  biometrics::Matcher matcher = TRY(biometrics::Matcher::make(
      crypto::SecretBuffer::Kind::plain,
      args.portable ? biometrics::Lanes::portable : biometrics::best_lanes()));
  const auto report = TRY(biometrics::run_protocol(banks, matcher));
  const auto number = [](auto value) { return Cell{static_cast<std::int64_t>(value)}; };
  std::vector<std::vector<Cell>> rows;
  for (const biometrics::RatesRow& row : report.rows) {
    rows.push_back({row.name, number(row.genuine), number(row.impostors), number(row.rates.eer),
                    number(row.rates.fmr100), number(row.rates.fmr1000), number(row.rates.zero_fmr),
                    number(row.strict_eer)});
  }
  console.table({"bank", "genuine", "impostors", "eer", "fmr100", "fmr1000", "zero_fmr", "strict"},
                rows, args.format);
  console.note(
      "biometrics.bench",
      {{"lanes", std::string{biometrics::name_of(args.portable ? biometrics::Lanes::portable
                                                               : biometrics::best_lanes())}},
       {"asymmetric", std::to_string(report.asymmetric)},
       {"not_acquired", std::to_string(report.not_acquired)},
       {"hash", report.scores.hex()}});
  if (args.det.empty()) return {};
  std::string csv = "threshold,false_matches,false_non_matches\n";
  for (const biometrics::DetPoint& point : report.det) {
    csv += std::to_string(point.threshold) + "," + std::to_string(point.false_matches) + "," +
           std::to_string(point.false_non_matches) + "\n";
  }
  return write_whole(args.det, as_bytes(csv));
}

int ended(const Result<void>& done, Console& console) {
  return done ? 0 : console.fail(done.error());
}

}  // namespace

int run_convert_print(const ConvertPrintArgs& args, Console& console) {
  return ended(convert(args), console);
}
int run_compare_prints(const ComparePrintsArgs& args, Console& console) {
  return ended(compare(args, console), console);
}
int run_bench_prints(const BenchPrintsArgs& args, Console& console) {
  return ended(bench(args, console), console);
}

}  // namespace sufragio::app
