// Our extractor and matcher against mindtct and bozorth3 on the same images in the same run. The
// peer's scores are no interface of libfprint: they stand in its log. Where no score is heard, the
// comparison is skipped and says so.
#include <fprint.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "adapters/images/image_reader.h"
#include "biometrics/compare.h"
#include "biometrics/extract.h"
#include "tests/support/fingerprints.h"

namespace sufragio::biometrics {
namespace {

constexpr int kFingers = 5, kImpressions = 4;  // of 106 … 110
const std::string kImages = "vectors/fingerprints/images-sfinge/fvc2002/DB4_B";

GreyImage image(int which) {
  const std::string path = kImages + "/" + std::to_string(106 + which / kImpressions) + "_" +
                           std::to_string(1 + which % kImpressions) + ".png";
  adapters::FileImageReader reader;
  auto read = reader.read(as_bytes(tests::read_file(*tests::shared_path(path)))).value();
  return {read.width, read.height, kPpcm500, std::move(read.grey)};
}

struct Scores2 {
  std::vector<int> genuine, impostor;
  void add(int a, int b, int score) {
    (a / kImpressions == b / kImpressions ? genuine : impostor).push_back(score);
  }
  // Where FNMR and FMR meet, in parts of 10,000.
  [[nodiscard]] int equal_error() {
    std::sort(genuine.begin(), genuine.end());
    std::sort(impostor.begin(), impostor.end());
    const auto below = [](const std::vector<int>& all, int t) {
      return static_cast<int>(std::lower_bound(all.begin(), all.end(), t) - all.begin());
    };
    for (int t = 0;; ++t) {
      const int n = static_cast<int>(impostor.size());
      const int fnmr = below(genuine, t) * 10'000 / static_cast<int>(genuine.size());
      const int fmr = (n - below(impostor, t)) * 10'000 / n;
      if (fnmr >= fmr) return (fnmr + fmr) / 2;
    }
  }
};

class Peer {
 public:
  Peer() {
    setenv("FP_VIRTUAL_IMAGE", socket_.c_str(), 1);
    g_log_set_handler("libfprint-print", G_LOG_LEVEL_MASK, &Peer::heard, nullptr);
    g_log_set_handler("libfprint-image_device", G_LOG_LEVEL_MASK, &Peer::unheard, nullptr);
    context_ = fp_context_new();
    GPtrArray* const devices = fp_context_get_devices(context_);
    for (guint i = 0; devices != nullptr && i < devices->len; ++i) {
      auto* const device = static_cast<FpDevice*>(g_ptr_array_index(devices, i));
      if (std::string{fp_device_get_driver(device)} == "virtual_image") device_ = device;
    }
    if (device_ != nullptr && fp_device_open_sync(device_, nullptr, nullptr) == 0) {
      device_ = nullptr;
    }
  }
  ~Peer() {
    for (FpPrint* print : prints_) g_object_unref(print);
    if (device_ != nullptr) fp_device_close_sync(device_, nullptr, nullptr);
    g_object_unref(context_);
    unsetenv("FP_VIRTUAL_IMAGE");
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] bool ready() const { return device_ != nullptr; }

  // The same image five times: that many stages an enrolment of this device has.
  [[nodiscard]] FpPrint* enrol(const GreyImage& image) {
    sent_ = &image;
    senders_.emplace_back([&] { send(image); });
    FpPrint* const print = fp_device_enroll_sync(device_, fp_print_new(device_), nullptr,
                                                 &Peer::stage_done, this, nullptr);
    for (std::thread& sender : senders_) sender.join();
    senders_.clear();
    if (print != nullptr) prints_.push_back(print);
    return print;
  }

  [[nodiscard]] std::optional<int> score(FpPrint* print, const GreyImage& probe) {
    last_.reset();
    std::thread sender{[&] { send(probe); }};
    gboolean match = FALSE;
    fp_device_verify_sync(device_, print, nullptr, nullptr, nullptr, &match, nullptr, nullptr);
    sender.join();
    return last_;
  }

 private:
  static void heard(const gchar*, GLogLevelFlags, const gchar* message, gpointer) {
    const std::string_view text = message;
    const std::size_t at = text.find("score ");
    if (at != std::string_view::npos && !last_) last_ = std::atoi(message + at + 6);
  }
  static void unheard(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}
  static void stage_done(FpDevice*, gint done, FpPrint*, gpointer self, GError*) {
    auto* const peer = static_cast<Peer*>(self);
    if (done < 5) peer->senders_.emplace_back([peer] { peer->send(*peer->sent_); });
  }

  void send(const GreyImage& image) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    for (int i = 0; i < 500; ++i) {
      if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    const std::int32_t head[2] = {image.width, image.height};
    (void)::send(socket, head, sizeof head, MSG_NOSIGNAL);
    for (std::size_t at = 0; at < image.pixels.size();) {
      const ssize_t n =
          ::send(socket, image.pixels.data() + at, image.pixels.size() - at, MSG_NOSIGNAL);
      if (n <= 0) break;
      at += static_cast<std::size_t>(n);
    }
    ::close(socket);
  }

  static inline std::optional<int> last_;
  tests::TempFolder folder_;
  std::string socket_ = folder_.path() + "/finger";
  FpContext* context_ = nullptr;
  FpDevice* device_ = nullptr;
  const GreyImage* sent_ = nullptr;
  std::vector<std::thread> senders_;
  std::vector<FpPrint*> prints_;
};

Scores2 our_scores(const std::vector<GreyImage>& images) {
  constexpr auto kMemory = crypto::SecretBuffer::Kind::plain;
  std::vector<Prepared> prepared;
  for (const GreyImage& i : images) {
    const Template finger = extract(i, {}).value();
    prepared.push_back(prepare(finger, finger.views[0], kMemory).value());
  }
  Matcher matcher = Matcher::make(kMemory).value();
  Scores2 out;
  for (std::size_t a = 0; a < images.size(); ++a) {
    for (std::size_t b = a + 1; b < images.size(); ++b) {
      const auto raw = matcher.compare(prepared[a].view(), prepared[b].view()).raw;
      out.add(static_cast<int>(a), static_cast<int>(b), static_cast<int>(raw));
    }
  }
  return out;
}

TEST(FingerprintPeer, OursErrLessThanMindtctAndBozorth3OnTheSameImages) {
  SKIP_WITHOUT_SHARED(kImages);
  std::vector<GreyImage> images;
  for (int k = 0; k < kFingers * kImpressions; ++k) images.push_back(image(k));
  Peer peer;
  if (!peer.ready()) GTEST_SKIP() << "not here: the simulated image device of libfprint";
  Scores2 theirs;
  for (int a = 0; a < kFingers * kImpressions; ++a) {
    const GreyImage& enrolled = images[static_cast<std::size_t>(a)];
    FpPrint* const print = peer.enrol(enrolled);
    // An image too many would be taken for the next one: then nothing that follows is a comparison.
    if (print != nullptr && peer.score(print, enrolled).value_or(0) < 100) {
      GTEST_SKIP() << "THE PEER IS OUT OF STEP: a print does not match itself";
    }
    for (int b = a + 1; b < kFingers * kImpressions; ++b) {
      const auto score =
          print == nullptr ? 0 : peer.score(print, images[static_cast<std::size_t>(b)]);
      if (!score) GTEST_SKIP() << "THE PEER SAYS NO SCORES: its log has changed";
      theirs.add(a, b, *score);
    }
  }

  Scores2 ours = our_scores(images);
  const int own = ours.equal_error(), other = theirs.equal_error();

  std::printf("EER in parts of 10,000: ours %d, mindtct with bozorth3 %d\n", own, other);
  EXPECT_LE(own, other);
}

}  // namespace
}  // namespace sufragio::biometrics
