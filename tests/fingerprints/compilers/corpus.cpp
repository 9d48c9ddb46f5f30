// The scores of a fixed corpus of invented prints as one hash, by each path of registers: what
// every compiler must give at every optimisation (run.py). Everything is one translation unit, so
// that the options reach the whole matcher.
#include "biometrics/compare.cpp"
#include "biometrics/geometry.cpp"
#include "biometrics/prepare.cpp"
#include "biometrics/similarity.cpp"
#include "biometrics/similarity_lanes.cpp"
#include "biometrics/tables.cpp"
#include "crypto/hash.h"

#include <cstdio>

namespace sufragio::biometrics {
namespace {

class Draws {  // SplitMix64
 public:
  int below(int n) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<int>((z ^ (z >> 31)) % static_cast<std::uint64_t>(n));
  }
  int around(int n) { return below(2 * n + 1) - n; }

 private:
  std::uint64_t state_ = 20'261'129;
};

constexpr int kWidth = 300, kHeight = 400;

Minutia minutia(Draws& draws) {
  Minutia out;
  out.x = static_cast<std::uint16_t>(20 + draws.below(kWidth - 40));
  out.y = static_cast<std::uint16_t>(20 + draws.below(kHeight - 40));
  out.angle = static_cast<std::uint8_t>(draws.below(256));
  out.quality = static_cast<std::uint8_t>(1 + draws.below(100));
  return out;
}

// Some of the minutiae of a finger once more, moved a little, and some others.
std::vector<Minutia> capture(const std::vector<Minutia>& finger, Draws& draws) {
  std::vector<Minutia> out;
  for (Minutia m : finger) {
    if (draws.below(100) < 20) continue;
    m.x = static_cast<std::uint16_t>(m.x + draws.around(4));
    m.y = static_cast<std::uint16_t>(m.y + draws.around(4));
    m.angle = static_cast<std::uint8_t>(m.angle + draws.around(5));
    out.push_back(m);
  }
  for (int k = draws.below(8); k > 0; --k) out.push_back(minutia(draws));
  return out;
}

std::vector<Prepared> corpus() {
  Draws draws;
  std::vector<std::vector<Minutia>> prints{{}, std::vector<Minutia>(60, minutia(draws))};
  for (int finger = 0; finger < 12; ++finger) {
    std::vector<Minutia> master;
    for (int k = 8 + draws.below(75); k > 0; --k) master.push_back(minutia(draws));
    for (int k = 0; k < 3; ++k) prints.push_back(capture(master, draws));
  }
  std::vector<Prepared> out;
  for (const auto& minutiae : prints) {
    Template finger;
    finger.width = kWidth;
    finger.height = kHeight;
    FingerView view;
    view.minutiae.assign(minutiae.begin(), minutiae.end());
    out.push_back(*prepare(finger, view, crypto::SecretBuffer::Kind::plain));
  }
  return out;
}

std::string hash_of(const std::vector<Prepared>& prints, Lanes lanes) {
  Matcher matcher = *Matcher::make(crypto::SecretBuffer::Kind::plain, lanes);
  crypto::Sha256 hash;
  const auto add = [&](std::uint32_t value) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(value >> 24);
      value <<= 8;
    }
    hash.update(bytes);
  };
  for (const Prepared& print : prints) hash.update(print.block());
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t j = i; j < prints.size(); ++j) {
      add(matcher.first_stage(prints[i].view(), prints[j].view()));
      const Scores scores = matcher.compare(prints[i].view(), prints[j].view());
      add(scores.relaxation);
      add(scores.verification);
      add(static_cast<std::uint32_t>(scores.raw));
    }
  }
  return hash.finish().hex();
}

}  // namespace
}  // namespace sufragio::biometrics

int main() {
  using namespace sufragio::biometrics;
  const auto prints = corpus();
  for (const Lanes lanes : {Lanes::portable, Lanes::avx2, Lanes::avx512}) {
    const std::string name{name_of(lanes)};
    if (available(lanes)) std::printf("%s %s\n", name.c_str(), hash_of(prints, lanes).c_str());
  }
  return 0;
}
