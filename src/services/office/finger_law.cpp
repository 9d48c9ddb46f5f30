#include "services/office/finger_law.h"

#include <algorithm>

#include "base/check.h"
#include "biometrics/enrolled.h"
#include "crypto/hash.h"
#include "election/codes.h"
#include "services/office/codes.h"

namespace sufragio::services {

namespace {

using codec::Document;

constexpr std::size_t kMostReaders = 32;

const Document& parameter(const election::LawPack& law, std::string_view key) {
  const election::LawParameter* const found = law.parameter(key);
  CHECK(found != nullptr);  // a pack is complete and every value has its type
  return found->value;
}

std::int64_t number(const election::LawPack& law, std::string_view key) {
  return std::get<std::int64_t>(parameter(law, key).value());
}

Result<FingerLaw::Reader> reader_of(const Document& item) {
  const auto bad = [&item](std::string_view field) {
    return fail(Error{kBadFingers}.with("field", field).with("line", item.line()));
  };
  TRY(item.only({"driver", "ppcm"}));
  FingerLaw::Reader out;
  out.driver = TRY(item.string("driver"));
  const std::int64_t ppcm = TRY(item.integer("ppcm"));
  if (out.driver.empty() || out.driver.size() > 64) return bad("driver");
  if (ppcm < biometrics::kLeastPpcm || ppcm > biometrics::kMostPpcm) return bad("ppcm");
  out.ppcm = static_cast<std::uint16_t>(ppcm);
  return out;
}

}  // namespace

Result<FingerLaw> finger_law(const election::LawPack& law, const Document& fingers) {
  TRY(fingers.only({"reader", "calibration"}));
  FingerLaw out;
  const Document::Array* const readers = TRY(fingers.array("reader"));
  if (readers->empty() || readers->size() > kMostReaders) {
    return fail(Error{kBadFingers}.with("field", "reader").with("line", 0));
  }
  for (const Document& item : *readers) {
    FingerLaw::Reader reader = TRY(reader_of(item));
    out.readers.push_back(std::move(reader));
  }
  const Document* const table = TRY(fingers.table("calibration"));
  out.calibration = TRY(biometrics::Calibration::read(*table));
  const Document& rate = parameter(law, "gate.fmr_transaction");
  const std::int64_t num = TRY(rate.integer("num"));
  const std::int64_t den = TRY(rate.integer("den"));
  const biometrics::Score target = TRY(biometrics::target_of(num, den));
  const auto tries = static_cast<std::uint8_t>(number(law, "gate.tries"));
  out.policy = TRY(biometrics::DecisionPolicy::of(
      target, tries, static_cast<std::uint8_t>(biometrics::kEnrolledFingers)));
  out.timeout_ms = static_cast<std::int32_t>(number(law, "gate.capture_timeout_s") * 1'000);
  return out;
}

Result<std::optional<FingerLaw>> finger_law_of(const election::Package& package,
                                               const ports::Store& folder, TextParser parse_toml) {
  const auto& files = package.manifest().files;
  const auto named = std::ranges::find(files, kFingersFile, &election::PackageFile::path);
  if (named == files.end()) return std::nullopt;
  const auto text = TRY(folder.read(kFingersFile));
  if (!text || crypto::sha256(*text) != named->hash) {
    return fail(Error{election::kPackageHash}.with("file", kFingersFile));
  }
  const Document document = TRY(annotate(parse_toml(as_text(*text)), "file", kFingersFile));
  return annotate(finger_law(package.law(), document), "file", kFingersFile);
}

}  // namespace sufragio::services
