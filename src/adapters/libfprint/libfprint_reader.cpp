#include "adapters/libfprint/libfprint_reader.h"

#include <fprint.h>

#include <algorithm>
#include <string_view>

#include "biometrics/image_codes.h"

namespace sufragio::adapters {

namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
struct FreeError {
  void operator()(GError* error) const { g_error_free(error); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;
using OwnedError = std::unique_ptr<GError, FreeError>;

std::string text(const char* value) { return value == nullptr ? "" : value; }

tl::unexpected<Error> broken(const OwnedError& error) {
  return fail(Error{biometrics::kReaderBroken}.with("detail", error ? error->message : ""));
}

// What libfprint says when a capture gives no image. It looks for minutiae of its own before it
// hands the image over: an image without them is a finger that gave no print.
enum class Why { cancelled, no_print, fault };

Why why(const OwnedError& error) {
  if (!error) return Why::fault;
  if (g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_CANCELLED) != 0) return Why::cancelled;
  if (error->domain == FP_DEVICE_RETRY) return Why::no_print;
  const std::string_view message = error->message;
  const bool minutiae = message.find("inutiae") != std::string_view::npos;
  return minutiae ? Why::no_print : Why::fault;
}

// Cancels when the time is over; says whether that happened.
class Alarm {
 public:
  Alarm(std::int32_t timeout_ms, GCancellable* cancellable) : cancellable_{cancellable} {
    source_ = g_timeout_source_new(static_cast<guint>(std::max(timeout_ms, 1)));
    g_source_set_callback(source_, &Alarm::ring, this, nullptr);
    g_source_attach(source_, nullptr);
  }
  ~Alarm() {
    g_source_destroy(source_);
    g_source_unref(source_);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  [[nodiscard]] bool rang() const { return rang_; }

 private:
  static gboolean ring(gpointer self) {
    auto* const alarm = static_cast<Alarm*>(self);
    alarm->rang_ = true;
    g_cancellable_cancel(alarm->cancellable_);
    return G_SOURCE_CONTINUE;  // the destructor removes it
  }
  GCancellable* cancellable_;
  GSource* source_;
  bool rang_ = false;
};

}  // namespace

struct LibfprintReader::Device {
  Owned<FpContext> context;
  Owned<FpDevice> device;
  std::uint16_t ppcm = 0;
};

LibfprintReader::LibfprintReader(std::unique_ptr<Device> device) : device_{std::move(device)} {}

LibfprintReader::~LibfprintReader() {
  if (device_) fp_device_close_sync(device_->device.get(), nullptr, nullptr);
}

Result<std::unique_ptr<LibfprintReader>> LibfprintReader::open(const std::vector<Allowed>& list) {
  auto out = std::make_unique<Device>();
  out->context.reset(fp_context_new());
  GPtrArray* const devices = fp_context_get_devices(out->context.get());
  if (devices == nullptr || devices->len == 0) return fail(biometrics::kNoReader);
  Error refused{biometrics::kReaderRefused};
  for (guint i = 0; i < devices->len && !out->device; ++i) {
    auto* const device = static_cast<FpDevice*>(g_ptr_array_index(devices, i));
    const std::string driver = text(fp_device_get_driver(device));
    refused = std::move(refused).with("driver", driver);
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const Allowed& a) { return a.driver == driver; });
    if (found == list.end()) continue;
    if (fp_device_has_feature(device, FP_DEVICE_FEATURE_CAPTURE) == 0) continue;
    out->device.reset(static_cast<FpDevice*>(g_object_ref(device)));
    out->ppcm = found->ppcm;
  }
  if (!out->device) return fail(std::move(refused));
  GError* error = nullptr;
  if (fp_device_open_sync(out->device.get(), nullptr, &error) == 0) {
    return broken(OwnedError{error});
  }
  return std::unique_ptr<LibfprintReader>{new LibfprintReader{std::move(out)}};
}

ports::ReaderInfo LibfprintReader::info() const {
  FpDevice* const device = device_->device.get();
  return {text(fp_device_get_driver(device)), text(fp_device_get_name(device)),
          text(fp_device_get_device_id(device)), device_->ppcm};
}

Result<ports::CapturedFinger> LibfprintReader::capture(const ports::CaptureRequest& request,
                                                       std::stop_token stop) {
  const Owned<GCancellable> cancellable{g_cancellable_new()};
  GError* error = nullptr;
  Owned<FpImage> image;
  bool late = false;
  {
    const Alarm alarm{request.timeout_ms, cancellable.get()};
    const std::stop_callback on_stop{stop, [&] { g_cancellable_cancel(cancellable.get()); }};
    image.reset(fp_device_capture_sync(device_->device.get(), TRUE, cancellable.get(), &error));
    late = alarm.rang();
  }
  const OwnedError failure{error};
  if (!image) {
    switch (why(failure)) {
      case Why::cancelled:
        return fail(late ? biometrics::kCaptureTimeout : biometrics::kCaptureStopped);
      case Why::no_print:
        return fail(biometrics::kNoPrint);
      case Why::fault:
        return broken(failure);
    }
  }
  gsize size = 0;
  const guchar* const data = fp_image_get_data(image.get(), &size);
  ports::CapturedFinger out;
  out.image.width = static_cast<int>(fp_image_get_width(image.get()));
  out.image.height = static_cast<int>(fp_image_get_height(image.get()));
  const double ppmm = fp_image_get_ppmm(image.get());  // 0 where the driver does not know
  out.image.ppcm = ppmm > 0 ? static_cast<std::uint16_t>(ppmm * 10 + 0.5) : device_->ppcm;
  out.image.pixels.assign(data, data + size);
  TRY(biometrics::check_grey(out.image));
  return out;
}

}  // namespace sufragio::adapters
