// Enrolment and the sealed store of a mesa: opened for one elector, for nobody else, with no other
// key; it says nothing to those who hold the file alone.
#include "biometrics/enrolled.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "biometrics/extract.h"
#include "biometrics/fmr.h"
#include "biometrics/image_codes.h"
#include "tests/support/finger_images.h"
#include "tests/support/seeded_rng.h"

namespace sufragio::biometrics {
namespace {

constexpr auto kPlainMemory = crypto::SecretBuffer::Kind::plain;

EnrolledOf mesa(std::uint16_t electors) {
  EnrolledOf out;
  out.election.data.fill(7);
  out.mesa = MesaId::parse("201301006.01").value();
  out.electors = electors;
  return out;
}

Template finger(std::uint16_t x, std::uint8_t quality, std::size_t minutiae = 20) {
  Template out;
  out.width = 300;
  out.height = 400;
  FingerView view;
  view.quality = quality;
  for (std::size_t i = 0; i < minutiae; ++i) {
    view.minutiae.push_back({static_cast<std::uint16_t>(x + i % 100),
                             static_cast<std::uint16_t>(10 + 3 * i), static_cast<std::uint8_t>(i),
                             MinutiaType::ending, 50});
  }
  out.views.push_back(view);
  return out;
}

const Bytes kKey(32, 0x42), kOtherKey(32, 0x43);

Bytes sealed_file() {
  tests::SeededRng rng{1};
  return seal_enrolled(mesa(3), kKey, {{finger(5, 60), finger(9, 80)}, {}, {finger(100, 50)}}, rng)
      .value();
}

std::string opened(const Bytes& file, std::uint16_t line, ByteView key = kKey) {
  const auto store = Enrolled::of(mesa(3), key, file);
  if (!store) return store.error().code.text();
  const auto fingers = store->fingers(line, kPlainMemory);
  return fingers ? std::to_string(fingers->size()) : fingers.error().code.text();
}

TEST(EnrolledFingers, ComeBackForTheirElectorOnlyTheBestFingerFirst) {
  const Enrolled store = Enrolled::of(mesa(3), kKey, sealed_file()).value();

  EXPECT_EQ(*store.fingers(0, kPlainMemory), (std::vector{finger(9, 80), finger(5, 60)}));
  EXPECT_EQ(store.fingers(1, kPlainMemory)->size(), 0U);
  EXPECT_EQ(*store.fingers(2, crypto::SecretBuffer::Kind::locked), std::vector{finger(100, 50)});
}

TEST(EnrolledFingers, TheKeyOfAnotherMesaOpensNothing) {
  for (std::uint16_t line = 0; line < 3; ++line) {
    EXPECT_EQ(opened(sealed_file(), line, kOtherKey), kEnrolledNotOpened.text());
  }
}

TEST(EnrolledFingers, RecordsThatChangedTheirLinesDoNotOpen) {
  Bytes file = sealed_file();
  const std::ptrdiff_t place = static_cast<std::ptrdiff_t>((file.size() - 64) / 3);
  std::swap_ranges(file.begin() + 64, file.begin() + 64 + place, file.begin() + 64 + 2 * place);

  EXPECT_EQ(opened(file, 0), kEnrolledNotOpened.text());
  EXPECT_EQ(opened(file, 2), kEnrolledNotOpened.text());
  EXPECT_EQ(opened(file, 1), "0");  // the others are as they were
}

TEST(EnrolledFingers, AFileThatIsCutLongerOrOfAnotherMesaIsRefusedWhole) {
  const Bytes file = sealed_file();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{63}, std::size_t{64}, file.size() - 1}) {
    EXPECT_EQ(opened({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}, 0),
              kEnrolledOther.text());
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(opened(longer, 0), kEnrolledOther.text());
  EnrolledOf other = mesa(3);
  other.mesa = MesaId::parse("201301006.02").value();
  EXPECT_EQ(Enrolled::of(other, kKey, file).error().code, kEnrolledOther);
  other = mesa(3);
  other.election.data[0] = 8;
  EXPECT_EQ(Enrolled::of(other, kKey, file).error().code, kEnrolledOther);
}

TEST(EnrolledFingers, EveryFlippedBitOfAPlaceOrOfTheHeaderIsNoticed) {
  const Bytes file = sealed_file();
  const std::size_t place = (file.size() - 64) / 3;
  for (std::size_t at = 0; at < 64 + place; at += at < 100 ? 1 : 61) {
    Bytes bad = file;
    bad[at] ^= 1;
    EXPECT_EQ(opened(bad, 0), at < 64 ? kEnrolledOther.text() : kEnrolledNotOpened.text()) << at;
  }
}

TEST(EnrolledFingers, TheFileSaysNeitherWhoIsEnrolledNorHowManyFingers) {
  tests::SeededRng rng{1};
  const Bytes none = seal_enrolled(mesa(3), kKey, {{}, {}, {}}, rng).value();
  const Bytes some = sealed_file();

  EXPECT_EQ(none.size(), some.size());
  const Bytes record = encode_fmr(finger(9, 80), FmrFormat::iso_2005).value();
  const auto begin = record.begin() + 28;  // its minutiae
  EXPECT_EQ(std::search(some.begin(), some.end(), begin, begin + 12), some.end());
}

TEST(EnrolledFingers, MoreThanAPlaceHoldsIsRefusedBeforeAnythingIsWritten) {
  tests::SeededRng rng{1};
  const auto code = [&](const std::vector<std::vector<Template>>& lines) {
    const auto out = seal_enrolled(mesa(1), kKey, lines, rng);
    return out ? std::string{"-"} : out.error().code.text();
  };
  EXPECT_EQ(code({}), kEnrolledTooMuch.text());
  EXPECT_EQ(code({std::vector<Template>(5, finger(5, 60))}), kEnrolledTooMuch.text());
  EXPECT_EQ(code({{finger(5, 60, 121)}}), kEnrolledTooMuch.text());
  EXPECT_EQ(code({{finger(5, 60, 120)}}), "-");
  EXPECT_EQ(code({{Template{}}}), kEnrolledTooMuch.text());
}

// Twelve minutiae, so that there are cylinders to compare.
const std::vector<tests::Fork> kMany{{40, 40, true},   {85, 52, false},   {130, 44, true},
                                     {160, 90, false}, {60, 95, true},    {105, 110, false},
                                     {45, 150, false}, {90, 160, true},   {140, 150, true},
                                     {70, 200, true},  {120, 205, false}, {165, 190, false}};

GreyImage moved(int dx, int dy) {
  std::vector<tests::Fork> forks = kMany;
  for (tests::Fork& f : forks) {
    f.x += dx;
    f.y += dy;
  }
  return tests::ridges_with(forks);
}

TEST(Enrolment, TheBestCaptureThatAnotherConfirmsIsTaken) {
  const GreyImage once = moved(0, 0), twice = moved(3, 4);

  const auto taken = enrol({once, twice}, 2, kPlainMemory);

  ASSERT_TRUE(taken) << taken.error().debug();
  EXPECT_EQ(taken->views[0].position, 2);
  EXPECT_GE(taken->views[0].minutiae.size(), 10U);
}

TEST(Enrolment, CapturesThatDoNotConfirmEachOtherEnrolNobody) {
  std::vector<tests::Fork> other;
  for (std::size_t i = 0; i < kMany.size(); ++i) {
    other.push_back({200 - kMany[i].x, kMany[(i + 5) % kMany.size()].y, i % 3 == 0});
  }
  const GreyImage blank{200, 240, kPpcm500, Bytes(48'000, 200)};
  const auto code = [](const std::vector<GreyImage>& captures) {
    const auto out = enrol(captures, 1, kPlainMemory);
    return out ? std::string{"-"} : out.error().code.text();
  };
  EXPECT_EQ(code({}), kNoPrint.text());
  EXPECT_EQ(code({blank, blank}), kNoPrint.text());
  EXPECT_EQ(code({moved(0, 0)}), kEnrolUnsure.text());
  EXPECT_EQ(code({moved(0, 0), blank}), kEnrolUnsure.text());
  EXPECT_EQ(code({moved(0, 0), tests::ridges_with(other)}), kEnrolUnsure.text());
}

}  // namespace
}  // namespace sufragio::biometrics
