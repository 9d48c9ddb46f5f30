// The extractor on the 80 given images (SFinGe, of no person): what two other extractors agree on
// is found, its quality says which prints match badly, and the records are the same everywhere.
#include <algorithm>

#include "adapters/images/image_reader.h"
#include "biometrics/compare.h"
#include "biometrics/extract.h"
#include "crypto/hash.h"
#include "tests/support/fingerprints.h"

namespace sufragio::biometrics {
namespace {

constexpr std::string_view kImages = "vectors/fingerprints/images-sfinge";
constexpr std::string_view kBase = "fvc2002/DB4_B";

GreyImage image(int finger, int which) {
  const std::string path = std::string{kImages} + "/" + std::string{kBase} + "/" +
                           std::to_string(101 + finger) + "_" + std::to_string(1 + which) + ".png";
  adapters::FileImageReader reader;
  const ports::GreyImage read =
      reader.read(as_bytes(tests::read_file(*tests::shared_path(path)))).value();
  return {read.width, read.height, kPpcm500, read.grey};
}

using Minutiae = std::vector<Minutia>;

// SecuGen's records of these images are shifted by (6, 6) pixels: see the note of the vectors.
Minutiae given(std::string_view set, int finger, int which, int shift) {
  const auto record = decode_fmr(tests::print_record(set, kBase, finger, which));
  Minutiae out;
  for (Minutia m : record->finger.views[0].minutiae) {
    if (m.x < shift || m.y < shift) continue;
    m.x = static_cast<std::uint16_t>(m.x - shift);
    m.y = static_cast<std::uint16_t>(m.y - shift);
    out.push_back(m);
  }
  return out;
}

// One-to-one pairs, nearest first: at most `reach` pixels and 22.5 degrees apart.
std::vector<std::pair<std::size_t, std::size_t>> pairs(const Minutiae& a, const Minutiae& b,
                                                       int reach) {
  struct Candidate {
    int d2;
    std::size_t a, b;
  };
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      const int dx = int{a[i].x} - b[k].x, dy = int{a[i].y} - b[k].y;
      const int d2 = dx * dx + dy * dy;
      if (d2 <= reach * reach && std::abs(difference8(a[i].angle, b[k].angle)) <= 16) {
        all.push_back({d2, i, k});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& p, const Candidate& q) { return p.d2 < q.d2; });
  std::vector<bool> used_a(a.size()), used_b(b.size());
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (const Candidate& c : all) {
    if (used_a[c.a] || used_b[c.b]) continue;
    used_a[c.a] = used_b[c.b] = true;
    out.emplace_back(c.a, c.b);
  }
  return out;
}

struct Agreement {
  std::size_t consensus = 0, found = 0, ours = 0, fingerjet = 0;
  void add(const Agreement& more) {
    consensus += more.consensus;
    found += more.found;
    ours += more.ours;
    fingerjet += more.fingerjet;
  }
};

Agreement agreement(const Template& ours, int finger, int which) {
  const Minutiae secugen = given("templates-secugen", finger, which, 6);
  const Minutiae fingerjet = given("templates-fingerjet", finger, which, 0);
  Minutiae consensus;
  for (const auto& [a, b] : pairs(secugen, fingerjet, 8)) {
    Minutia m = fingerjet[b];
    m.x = static_cast<std::uint16_t>((m.x + secugen[a].x) / 2);
    m.y = static_cast<std::uint16_t>((m.y + secugen[a].y) / 2);
    consensus.push_back(m);
  }
  const auto& own = ours.views[0].minutiae;
  const Minutiae mine(own.begin(), own.end());
  return {consensus.size(), pairs(consensus, mine, 10).size(), mine.size(), fingerjet.size()};
}

// Of 100 minutiae that two others agree on 90 are found, with fewer others than FingerJet has.
void expect_agreement(const Agreement& all, std::size_t percent) {
  EXPECT_GE(all.found * 100, all.consensus * percent)
      << all.found << " of " << all.consensus << ", ours " << all.ours << ", FingerJet "
      << all.fingerjet;
  EXPECT_LE(all.ours - all.found, all.fingerjet - all.consensus);
}

TEST(GivenImages, WhatTwoExtractorsAgreeOnIsFoundInTheFirstTwelveImages) {
  SKIP_WITHOUT_SHARED(std::string{kImages});
  Agreement all;
  crypto::Sha256 hash;
  for (int k = 0; k < 12; ++k) {
    const Template finger = extract(image(k / 2, k % 2), {}).value();
    all.add(agreement(finger, k / 2, k % 2));
    hash.update(*encode_fmr(finger, FmrFormat::iso_2005));
  }

  expect_agreement(all, 88);
  EXPECT_EQ(hash.finish().hex(),
            "fd1514270f35db43597e4e01c2d2eb815fb80e7fe993b0d8dd82e48362500bc4");
}

std::vector<Template> all_fingers() {
  std::vector<Template> out;
  for (int k = 0; k < 80; ++k) out.push_back(extract(image(k / 8, k % 8), {}).value());
  return out;
}

struct Rates {
  std::vector<std::uint32_t> genuine, impostor;

  // Parts per 10,000 that are refused, or wrongly accepted, where scores from `t` on are accepted.
  static std::size_t below(const std::vector<std::uint32_t>& scores, std::uint32_t t) {
    return static_cast<std::size_t>(
        std::count_if(scores.begin(), scores.end(), [t](std::uint32_t s) { return s < t; }));
  }
  [[nodiscard]] std::size_t fnmr(std::uint32_t t) const {
    return below(genuine, t) * 10'000 / genuine.size();
  }
  [[nodiscard]] std::size_t fmr(std::uint32_t t) const {
    return (impostor.size() - below(impostor, t)) * 10'000 / impostor.size();
  }
  // Where the two meet (docs/spec/fingerprints.md: the rule of FVC, without its interpolation).
  [[nodiscard]] std::size_t equal_error() const {
    std::uint32_t t = 0;
    while (fnmr(t) < fmr(t)) t += 16;
    return (fnmr(t) + fmr(t)) / 2;
  }
  [[nodiscard]] std::size_t zero_fmr() const {
    return fnmr(*std::max_element(impostor.begin(), impostor.end()) + 1);
  }
};

Rates rates(const std::vector<Template>& fingers) {
  std::vector<Prepared> prepared;
  for (const Template& f : fingers) {
    prepared.push_back(prepare(f, f.views[0], crypto::SecretBuffer::Kind::plain).value());
  }
  Matcher matcher = Matcher::make(crypto::SecretBuffer::Kind::plain).value();
  Rates out;
  for (std::size_t a = 0; a < prepared.size(); ++a) {
    for (std::size_t b = a + 1; b < prepared.size(); ++b) {
      const Scores scores = matcher.compare(prepared[a].view(), prepared[b].view());
      auto& list = a / 8 == b / 8 ? out.genuine : out.impostor;
      list.push_back(static_cast<std::uint32_t>(scores.raw));
    }
  }
  return out;
}

std::vector<Template> given_fingers(std::string_view set) {
  std::vector<Template> out;
  for (const Bytes& record : tests::print_records(set, kBase)) {
    out.push_back(decode_fmr(record)->finger);
  }
  return out;
}

void report(std::string_view name, const Rates& rates) {
  const auto print = [](std::size_t v) {
    return std::to_string(v / 100) + "." + std::to_string(v / 10 % 10) + std::to_string(v % 10);
  };
  std::printf("%s: EER %s %%, FNMR at FMR 0 %s %%\n", std::string{name}.c_str(),
              print(rates.equal_error()).c_str(), print(rates.zero_fmr()).c_str());
}

// One genuine comparison of 280 more or less, in an equal error rate, in 1/100 %.
constexpr std::size_t kHalfAComparison = 18;

TEST(GivenImagesLong, OurRecordsMatchAsWellAsThoseOfTwoOtherExtractors) {
  SKIP_WITHOUT_SHARED(std::string{kImages});
  const std::vector<Template> ours = all_fingers();
  Agreement all;
  crypto::Sha256 hash;
  for (int k = 0; k < 80; ++k) {
    all.add(agreement(ours[static_cast<std::size_t>(k)], k / 8, k % 8));
    hash.update(*encode_fmr(ours[static_cast<std::size_t>(k)], FmrFormat::iso_2005));
  }
  EXPECT_EQ(hash.finish().hex(),
            "e701134b124b5b797ae0148ba91a7b558236336613a9a399be9b7ad82c2557e3");

  const Rates own = rates(ours), secugen = rates(given_fingers("templates-secugen")),
              fingerjet = rates(given_fingers("templates-fingerjet"));

  report("ours", own);
  report("SecuGen", secugen);
  report("FingerJet", fingerjet);
  expect_agreement(all, 90);
  EXPECT_LE(own.equal_error(), secugen.equal_error());
  EXPECT_LE(own.equal_error(), fingerjet.equal_error() + kHalfAComparison);
  EXPECT_LE(own.zero_fmr(), fingerjet.zero_fmr());
}

TEST(GivenImagesLong, PrintsOfHigherQualityMatchBetter) {
  SKIP_WITHOUT_SHARED(std::string{kImages});
  const std::vector<Template> fingers = all_fingers();
  const Rates all = rates(fingers);
  std::vector<std::pair<int, std::uint32_t>> pairs;  // the lower quality of the two, the score
  std::size_t next = 0;
  for (std::size_t a = 0; a < fingers.size(); ++a) {
    for (std::size_t b = a + 1; b < fingers.size() && b / 8 == a / 8; ++b) {
      const int quality = std::min(fingers[a].views[0].quality, fingers[b].views[0].quality);
      pairs.emplace_back(quality, all.genuine[next++]);
    }
  }
  std::sort(pairs.begin(), pairs.end());

  // Error against reject: at thresholds far above the gate's, so that there are errors to count.
  for (const std::uint32_t threshold : {10'000U, 15'000U, 20'000U}) {
    std::size_t last = pairs.size();
    for (std::size_t third = 0; third < 3; ++third) {
      const std::size_t begin = third * pairs.size() / 3, end = (third + 1) * pairs.size() / 3;
      std::size_t refused = 0;
      for (std::size_t i = begin; i < end; ++i) {
        refused += pairs[i].second < threshold ? 1 : 0;
      }
      std::printf("threshold %u, quality %d to %d: %zu of %zu refused\n", threshold,
                  pairs[begin].first, pairs[end - 1].first, refused, end - begin);
      EXPECT_LE(refused, last);
      last = refused;
    }
  }
}

}  // namespace
}  // namespace sufragio::biometrics
