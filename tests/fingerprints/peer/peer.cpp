#include "tests/fingerprints/peer/peer.h"

#include <fprint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

namespace sufragio::tests {
namespace {

using biometrics::GreyImage;

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
    ::unlink(socket_.c_str());
    ::rmdir(folder_.c_str());
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
  std::string folder_ = "/tmp/sufragio-peer-XXXXXX";
  std::string socket_ = std::string{::mkdtemp(folder_.data())} + "/finger";
  FpContext* context_ = nullptr;
  FpDevice* device_ = nullptr;
  const GreyImage* sent_ = nullptr;
  std::vector<std::thread> senders_;
  std::vector<FpPrint*> prints_;
};

}  // namespace

PeerScores peer_scores(std::span<const GreyImage> images) {
  Peer peer;
  if (!peer.ready()) return {{}, "not here: the simulated image device of libfprint"};
  PeerScores out;
  for (std::size_t a = 0; a < images.size(); ++a) {
    FpPrint* const print = peer.enrol(images[a]);
    // An image too many would be taken for the next one: then nothing that follows is a comparison.
    if (print != nullptr && peer.score(print, images[a]).value_or(0) < 100) {
      return {{}, "THE PEER IS OUT OF STEP: a print does not match itself"};
    }
    for (std::size_t b = a + 1; b < images.size(); ++b) {
      const auto score = print == nullptr ? 0 : peer.score(print, images[b]);
      if (!score) return {{}, "THE PEER SAYS NO SCORES: its log has changed"};
      out.scores.push_back(static_cast<std::uint32_t>(*score));
    }
  }
  return out;
}

}  // namespace sufragio::tests
