// Our extractor and matcher against mindtct and bozorth3 on the same images in the same run. Where
// the peer is not heard the comparison is skipped and says so.
#include "tests/fingerprints/peer/peer.h"

#include <gtest/gtest.h>

#include "adapters/images/image_reader.h"
#include "biometrics/compare.h"
#include "biometrics/extract.h"
#include "biometrics/metrics.h"
#include "tests/support/fingerprints.h"

namespace sufragio::biometrics {
namespace {

constexpr std::size_t kFingers = 5, kImpressions = 4;  // of 106 … 110
const std::string kImages = "vectors/fingerprints/images-sfinge/fvc2002/DB4_B";

GreyImage image(std::size_t which) {
  const std::string path = kImages + "/" + std::to_string(106 + which / kImpressions) + "_" +
                           std::to_string(1 + which % kImpressions) + ".png";
  adapters::FileImageReader reader;
  auto read = reader.read(as_bytes(tests::read_file(*tests::shared_path(path)))).value();
  return {read.width, read.height, kPpcm500, std::move(read.grey)};
}

std::vector<std::uint32_t> our_scores(const std::vector<GreyImage>& images) {
  constexpr auto kMemory = crypto::SecretBuffer::Kind::plain;
  std::vector<Prepared> prepared;
  for (const GreyImage& i : images) {
    const Template finger = extract(i, {}).value();
    prepared.push_back(prepare(finger, finger.views[0], kMemory).value());
  }
  Matcher matcher = Matcher::make(kMemory).value();
  std::vector<std::uint32_t> out;
  for (std::size_t a = 0; a < images.size(); ++a) {
    for (std::size_t b = a + 1; b < images.size(); ++b) {
      const auto raw = matcher.compare(prepared[a].view(), prepared[b].view()).raw;
      out.push_back(static_cast<std::uint32_t>(raw));
    }
  }
  return out;
}

std::uint64_t equal_error(const std::vector<std::uint32_t>& scores) {
  Comparisons all;
  std::size_t at = 0;
  for (std::size_t a = 0; a < kFingers * kImpressions; ++a) {
    for (std::size_t b = a + 1; b < kFingers * kImpressions; ++b) {
      (a / kImpressions == b / kImpressions ? all.genuine : all.impostor).push_back(scores[at++]);
    }
  }
  return error_rates(all).eer;
}

TEST(FingerprintPeer, OursErrLessThanMindtctAndBozorth3OnTheSameImages) {
  SKIP_WITHOUT_SHARED(kImages);
  std::vector<GreyImage> images;
  for (std::size_t k = 0; k < kFingers * kImpressions; ++k) images.push_back(image(k));
  const tests::PeerScores theirs = tests::peer_scores(images);
  if (!theirs.silent.empty()) GTEST_SKIP() << theirs.silent;

  const std::uint64_t own = equal_error(our_scores(images)), other = equal_error(theirs.scores);

  std::printf("EER in ppm: ours %llu, mindtct with bozorth3 %llu\n",
              static_cast<unsigned long long>(own), static_cast<unsigned long long>(other));
  EXPECT_LE(own, other);
}

}  // namespace
}  // namespace sufragio::biometrics
