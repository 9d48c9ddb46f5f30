// Through libfprint's simulated devices: a real capture loop, with a socket in place of a sensor.
#include "adapters/libfprint/libfprint_reader.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "adapters/images/folder_reader.h"
#include "adapters/images/image_reader.h"
#include "biometrics/extract.h"
#include "biometrics/image_codes.h"
#include "tests/support/finger_images.h"
#include "tests/support/fingerprints.h"

namespace sufragio::adapters {
namespace {

using biometrics::GreyImage;

// One image over one connection: width and height in host order, then the pixels.
void send(const std::string& path, const GreyImage& image) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  for (int i = 0; i < 200; ++i) {
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  const std::int32_t head[2] = {image.width, image.height};
  Bytes all(sizeof head);
  std::copy_n(reinterpret_cast<const std::uint8_t*>(head), sizeof head, all.begin());
  all.insert(all.end(), image.pixels.begin(), image.pixels.end());
  for (std::size_t at = 0; at < all.size();) {
    const ssize_t n = ::send(socket, all.data() + at, all.size() - at, MSG_NOSIGNAL);
    if (n <= 0) break;
    at += static_cast<std::size_t>(n);
  }
  ::close(socket);
}

class SimulatedReader : public testing::Test {
 protected:
  void SetUp() override {
    socket_ = folder_.path() + "/finger";
    setenv("FP_VIRTUAL_IMAGE", socket_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("FP_VIRTUAL_IMAGE");
    unsetenv("FP_VIRTUAL_DEVICE");
  }
  tests::TempFolder folder_;
  std::string socket_;
};

const std::vector<LibfprintReader::Allowed> kSimulated{{"virtual_image", biometrics::kPpcm500}};

std::string code(const Result<ports::CapturedFinger>& captured) {
  return captured ? "" : captured.error().code.text();
}

TEST_F(SimulatedReader, ImagesArriveUnchangedAndTheReaderSurvivesEveryKindOfCapture) {
  auto reader = LibfprintReader::open(kSimulated);
  ASSERT_TRUE(reader) << reader.error().debug();
  EXPECT_EQ((*reader)->info().driver, "virtual_image");
  EXPECT_EQ((*reader)->info().ppcm, biometrics::kPpcm500);
  const GreyImage finger = tests::ridges_with(tests::kForks);

  const auto capture = [&](const GreyImage& image) {
    std::thread sender{[&] { send(socket_, image); }};
    auto out = (*reader)->capture({5'000}, {});
    sender.join();
    return out;
  };
  const auto first = capture(finger);
  const auto blank = capture({200, 240, 0, Bytes(48'000, 255)});
  const auto nobody = (*reader)->capture({200}, {});
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = (*reader)->capture({5'000}, stop.get_token());
  const auto again = capture(finger);

  ASSERT_TRUE(first) << first.error().debug();
  EXPECT_EQ(first->image, finger);
  EXPECT_EQ(first->presentation, biometrics::Presentation::not_checked);
  EXPECT_EQ(biometrics::extract(first->image, {})->views[0].minutiae.size(), 3U);
  EXPECT_EQ(code(blank), biometrics::kNoPrint.text());
  EXPECT_EQ(code(nobody), biometrics::kCaptureTimeout.text());
  EXPECT_EQ(code(stopped), biometrics::kCaptureStopped.text());
  ASSERT_TRUE(again) << again.error().debug();
  EXPECT_EQ(again->image, finger);
}

// [R66]
TEST_F(SimulatedReader, AReaderThatComparesInsideOrIsOnNoListIsRefused) {
  EXPECT_EQ(LibfprintReader::open({{"uru4000", 202}}).error().code, biometrics::kReaderRefused);
  unsetenv("FP_VIRTUAL_IMAGE");
  const Code none = LibfprintReader::open(kSimulated).error().code;
  // A computer with a reader of its own has one that stands on no list.
  EXPECT_TRUE(none == biometrics::kNoReader || none == biometrics::kReaderRefused);
  setenv("FP_VIRTUAL_DEVICE", (folder_.path() + "/chip").c_str(), 1);

  const auto chip = LibfprintReader::open({{"virtual_device", biometrics::kPpcm500}});

  ASSERT_FALSE(chip);
  EXPECT_EQ(chip.error().code, biometrics::kReaderRefused);
  EXPECT_NE(chip.error().debug().find("virtual_device"), std::string::npos);
}

}  // namespace
}  // namespace sufragio::adapters
