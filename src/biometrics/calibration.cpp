#include "biometrics/calibration.h"

#include <algorithm>

#include "biometrics/codes.h"

namespace sufragio::biometrics {
namespace {

constexpr std::size_t kMostKnots = 64;
constexpr int kSmallPrint = 15;  // cylinders
constexpr std::int32_t kSmallPrintCost = 200;
constexpr std::int64_t kTop = static_cast<std::int64_t>(kTopScore);

tl::unexpected<Error> bad(std::string_view field, std::int64_t value) {
  return fail(Error{kBadCalibration}.with("field", field).with("value", value));
}

Result<Calibration::Knot> knot_of(const codec::Document& item) {
  const auto* pair = std::get_if<codec::Document::Array>(&item.value());
  if (pair == nullptr || pair->size() != 2) return bad("knots", item.line());
  const auto* raw = std::get_if<std::int64_t>(&(*pair)[0].value());
  const auto* score = std::get_if<std::int64_t>(&(*pair)[1].value());
  if (raw == nullptr || score == nullptr || *raw < 0 || *raw > 0xffff'ffff || *score < 0 ||
      *score > kTop) {
    return bad("knots", item.line());
  }
  return Calibration::Knot{static_cast<std::uint32_t>(*raw), static_cast<std::int32_t>(*score)};
}

}  // namespace

Result<Calibration> Calibration::of(Fields fields) {
  if (fields.id.empty() || fields.extractor.empty() || fields.sensor.empty()) return bad("id", 0);
  if (fields.algorithm != kMatcher) return bad("version", fields.algorithm.version);
  const auto count = static_cast<std::int64_t>(fields.knots.size());
  if (fields.knots.size() < 2 || fields.knots.size() > kMostKnots) return bad("knots", count);
  for (std::size_t k = 1; k < fields.knots.size(); ++k) {
    const Knot& before = fields.knots[k - 1];
    const Knot& knot = fields.knots[k];
    if (knot.raw <= before.raw || knot.score <= before.score) return bad("knots", knot.raw);
  }
  if (fields.knots.front().score < 0 || fields.knots.back().score > kTop) {
    return bad("knots", fields.knots.back().score);
  }
  if (fields.measured_to < 0 || fields.measured_to > kTop) {
    return bad("measured_to", fields.measured_to);
  }
  Calibration out;
  out.fields_ = std::move(fields);
  return out;
}

Result<Calibration> Calibration::read(const codec::Document& document) {
  TRY(document.only({"id", "extractor", "sensor", "family", "version", "measured_to", "knots"}));
  Fields out;
  out.id = TRY(document.string("id"));
  out.extractor = TRY(document.string("extractor"));
  out.sensor = TRY(document.string("sensor"));
  const std::int64_t family = TRY(document.integer("family"));
  const std::int64_t version = TRY(document.integer("version"));
  if (family != kMatcher.family || version != kMatcher.version) return bad("version", version);
  const std::int64_t measured = TRY(document.integer("measured_to"));
  if (measured < 0 || measured > kTop) return bad("measured_to", measured);
  out.measured_to = static_cast<std::int32_t>(measured);
  const codec::Document::Array* knots = TRY(document.array("knots"));
  for (const codec::Document& item : *knots) {
    const Knot knot = TRY(knot_of(item));
    out.knots.push_back(knot);
  }
  return of(std::move(out));
}

// Linear between two knots, rounded down; beyond the ends along the outermost pieces.
Score Calibration::score(RawScore raw, int fewer_cylinders) const {
  const auto& knots = fields_.knots;
  const auto f = static_cast<std::int64_t>(raw);
  std::size_t k = 1;
  while (k + 1 < knots.size() && f > knots[k].raw) ++k;
  const std::int64_t rise = knots[k].score - knots[k - 1].score;
  const std::int64_t run = std::int64_t{knots[k].raw} - knots[k - 1].raw;
  const std::int64_t above = f - knots[k - 1].raw;
  std::int64_t s = above < 0 ? 0 : knots[k - 1].score + rise * above / run;
  if (fewer_cylinders < kSmallPrint) s -= kSmallPrintCost;
  return Score{static_cast<std::int32_t>(std::clamp<std::int64_t>(s, 0, kTop))};
}

FmrEstimate Calibration::fmr(Score score) const {
  return {score, static_cast<std::int32_t>(score) <= fields_.measured_to};
}

}  // namespace sufragio::biometrics
