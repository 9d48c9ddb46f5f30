#include "biometrics/extract.h"

#include <algorithm>
#include <array>

#include "biometrics/geometry.h"
#include "biometrics/image_codes.h"
#include "crypto/secrets.h"

namespace sufragio::biometrics {

namespace {

constexpr int kBorder = 8;       // pixels from the edge of the print: nothing there is certain
constexpr int kLeastArea = 240;  // cells of 8 x 8 pixels: 60 blocks of 16 x 16
constexpr int kFullArea = 800;
constexpr int kSpeck = 30;  // pixels
constexpr int kShown = 12;  // pixels of ridge that show a minutia's direction

struct Found {
  Minutia minutia;
  int rank = 0;
};

// E0: is there anything to see?
Result<void> check_grey_levels(const GreyImage& image) {
  std::array<std::int64_t, 256> histogram{};
  for (const std::uint8_t v : image.pixels) ++histogram[v];
  const auto all = static_cast<std::int64_t>(image.pixels.size());
  const std::int64_t most = *std::max_element(histogram.begin(), histogram.end());
  if (most == all || (histogram[0] + histogram[255]) * 20 > all * 19) {
    return fail(kNoPrint);
  }
  return {};
}

class Reader {
 public:
  explicit Reader(const Fields& fields, const Plane<Doubled>& raw, const RidgeGraph& graph,
                  const GreyImage& image)
      : fields_{fields}, raw_{raw}, graph_{graph}, image_{image} {}

  Wiped<Found> run() {
    Wiped<Found> out;
    for (int n = 0; n < static_cast<int>(graph_.nodes.size()); ++n) {
      const RidgeNode& node = graph_.nodes[static_cast<std::size_t>(n)];
      if (!node.alive || !deep(node.at)) continue;
      if (node.edges.size() == 1) out.push_back(ending(n));
      if (node.edges.size() == 3) out.push_back(bifurcation(n));
    }
    return out;
  }

 private:
  [[nodiscard]] bool printed(int x, int y) const {
    return x >= 0 && y >= 0 && x < image_.width && y < image_.height &&
           fields_.mask.at(x / kCell, y / kCell) != 0;
  }
  [[nodiscard]] bool deep(Pixel p) const {
    for (int turn = 0; turn < 4'096; turn += 256) {
      if (!printed(p.x + (cos14(turn) * kBorder >> 14), p.y - (sin14(turn) * kBorder >> 14)))
        return false;
    }
    return true;
  }

  // A12 from the node along an edge, as the skeleton shows it.
  [[nodiscard]] int seen(int n, int edge) const {
    const Pixel from = graph_.nodes[static_cast<std::size_t>(n)].at;
    const Pixel to = along(graph_, edge, n, kShown);
    return atan2_12(from.y - to.y, to.x - from.x);
  }

  // The direction of the field at p, in the sense nearest to `like`.
  [[nodiscard]] int field_direction(Pixel p, int like) const {
    const int ridge = ridge_angle(direction_at(fields_.direction, p.x, p.y));
    const int turn = (like - ridge) & 4'095;
    return turn > 1'024 && turn < 3'072 ? (ridge + 2'048) & 4'095 : ridge;
  }

  Found ending(int n) const {
    const RidgeNode& node = graph_.nodes[static_cast<std::size_t>(n)];
    const int angle = field_direction(node.at, seen(n, node.edges[0]));
    Pixel at = node.at;
    // The standard's place is the fork of the valley: outwards by half the distance of two ridges.
    const int half = fields_.period.at(at.x / kCell, at.y / kCell) / 2;
    at.x = static_cast<std::int16_t>(
        std::clamp(at.x - (cos14(angle) * half >> 18), 0, image_.width - 1));
    at.y = static_cast<std::int16_t>(
        std::clamp(at.y + (sin14(angle) * half >> 18), 0, image_.height - 1));
    return found(at, node.at, angle, MinutiaType::ending);
  }

  Found bifurcation(int n) const {
    const RidgeNode& node = graph_.nodes[static_cast<std::size_t>(n)];
    std::array<int, 3> turn{};
    for (std::size_t k = 0; k < 3; ++k) turn[k] = seen(n, node.edges[k]);
    // Of the three pairs of branches the one with the smallest angle encloses the valley.
    int best = 4'096, middle = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const int a = turn[k], b = turn[(k + 1) % 3];
      const int gap = ((b - a + 2'048) & 4'095) - 2'048;
      if (std::abs(gap) < best) {
        best = std::abs(gap);
        middle = (a + gap / 2) & 4'095;
      }
    }
    return found(node.at, node.at, field_direction(node.at, middle), MinutiaType::bifurcation);
  }

  Found found(Pixel at, Pixel on, int angle, MinutiaType type) const {
    Minutia m;
    m.x = static_cast<std::uint16_t>(at.x);
    m.y = static_cast<std::uint16_t>(at.y);
    m.angle = static_cast<std::uint8_t>((angle + 8) >> 4);
    m.type = type;
    const int rank = quality(on);
    m.quality = static_cast<std::uint8_t>(std::clamp(rank, 1, 100));
    return {m, rank};
  }

  // E11: coherence of the grey values around, before anything was enhanced, and whether the
  // distance of the ridges was measured there.
  [[nodiscard]] int quality(Pixel p) const {
    int sum = 0, n = 0, measured = 0, printed_cells = 0;
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) {
        const int cx = p.x / kCell + dx, cy = p.y / kCell + dy;
        ++n;
        if (!fields_.mask.inside(cx, cy) || fields_.mask.at(cx, cy) == 0) continue;
        const Doubled d = raw_.at(cx, cy);
        sum += static_cast<int>(isqrt(std::int64_t{d.x} * d.x + std::int64_t{d.y} * d.y));
        measured += fields_.period_found.at(cx, cy);
        ++printed_cells;
      }
    }
    if (printed_cells == 0) return 1;
    const int coherence = sum / printed_cells * 100 >> 14;
    return coherence * (50 + 50 * printed_cells / n) / 100 *
           (80 + 20 * std::min(2 * measured, n) / n) / 100;
  }

  const Fields& fields_;
  const Plane<Doubled>& raw_;
  const RidgeGraph& graph_;
  const GreyImage& image_;
};

// Clouds: where more than five stand within 24 px the best of them stay.
void thin_out(Wiped<Found>& found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.rank > b.rank; });
  Wiped<Found> kept;
  for (const Found& f : found) {
    int near = 0;
    bool same = false;
    for (const Found& k : kept) {
      const int dx = int{f.minutia.x} - k.minutia.x, dy = int{f.minutia.y} - k.minutia.y;
      const int d2 = dx * dx + dy * dy;
      near += d2 < 24 * 24 ? 1 : 0;
      same = same || d2 < 4 * 4;
    }
    if (near < 5 && !same) kept.push_back(f);
  }
  found = std::move(kept);
}

}  // namespace

namespace {

// Mean length of the direction vectors inside the mask, in percent.
int mean_coherence(const Fields& fields, const Plane<Doubled>& raw) {
  std::int64_t sum = 0, n = 0;
  for (std::size_t c = 0; c < raw.v.size(); ++c) {
    if (fields.mask.v[c] == 0) continue;
    const Doubled d = raw.v[c];
    sum += isqrt(std::int64_t{d.x} * d.x + std::int64_t{d.y} * d.y);
    ++n;
  }
  return n == 0 ? 0 : static_cast<int>(sum / n * 100 >> 14);
}

// E12: area, coherence, share of cells whose ridges were counted, minutiae worth a comparison.
int finger_quality(const Fields& fields, const Plane<Doubled>& raw, const Wiped<Found>& found) {
  const auto area = static_cast<int>(std::count(fields.mask.v.begin(), fields.mask.v.end(), 1));
  const auto counted =
      static_cast<int>(std::count(fields.period_found.v.begin(), fields.period_found.v.end(), 1));
  const auto good = static_cast<int>(
      std::count_if(found.begin(), found.end(), [](const Found& f) { return f.rank >= 30; }));
  const int of_area = std::min(area * 100 / kFullArea, 100);
  const int of_tones = std::min(counted * 200 / area, 100);  // every other cell is measured
  const int of_minutiae = std::min(good * 4, 100);
  const int mean = (3 * of_area + 4 * std::min(mean_coherence(fields, raw) * 5 / 4, 100) +
                    of_tones + 2 * of_minutiae) /
                   10;
  return std::clamp(mean, 0, 100);
}

Result<GreyImage> usable(const GreyImage& given, const ExtractorParams& params) {
  GreyImage image = TRY(at_500_dpi(given, given.ppcm == 0 ? params.ppcm : given.ppcm));
  if (image.width < kMinSide || image.height < kMinSide) {
    return fail(Error{kBadImageSize}.with("width", image.width).with("height", image.height));
  }
  TRY(check_grey_levels(image));
  return image;
}

}  // namespace

Result<Template> extract(const GreyImage& given, const ExtractorParams& params, Trace& trace) {
  trace.image = TRY(usable(given, params));
  const GreyImage& image = trace.image;
  Fields& fields = trace.fields;
  fields.mask = segment(image);
  if (std::count(fields.mask.v.begin(), fields.mask.v.end(), 1) < kLeastArea) {
    return fail(kNoPrint);
  }
  const Signed even = normalise(image);
  const Plane<Doubled> raw = directions(even, fields.mask, 2);
  fields.direction = directions(even, fields.mask, 4);
  periods(even, fields);
  const Signed clear = enhance(even, fields);
  trace.ridges = binarise(clear, fields, kSpeck);
  trace.graph = trace_skeleton(thin(trace.ridges));
  clean(trace.graph, fields, CleanRules{});
  Wiped<Found> found = Reader{fields, raw, trace.graph, image}.run();
  thin_out(found);
  if (found.size() > params.most_minutiae) found.resize(params.most_minutiae);
  if (found.empty()) return fail(kNoPrint);
  Template out;
  out.width = static_cast<std::uint16_t>(image.width);
  out.height = static_cast<std::uint16_t>(image.height);
  FingerView view;
  view.position = params.position;
  view.quality = static_cast<std::uint8_t>(finger_quality(fields, raw, found));
  for (const Found& f : found) view.minutiae.push_back(f.minutia);
  out.views.push_back(std::move(view));
  return out;
}

Result<Template> extract(const GreyImage& image, const ExtractorParams& params) {
  Trace trace;
  auto out = extract(image, params, trace);
  crypto::wipe(trace.image.pixels);  // the rest of the trace wipes itself
  return out;
}

}  // namespace sufragio::biometrics
