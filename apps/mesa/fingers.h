#pragma once

#include <memory>

#include "place.h"
#include "ports/finger_check.h"
#include "ports/fingerprint_reader.h"
#include "roll/roll.h"
#include "services/office/finger_law.h"

namespace sufragio::mesa {

// The fingerprints of this machine, as the signed package wants them; nothing of it where the
// package has no `fingers.toml`. A reader or records that are missing stop nobody from voting: a
// capture is then a fault of the reader, and the way without a fingerprint follows. They do stop
// the installation (1108, 1107).
class Fingers {
 public:
  // Before the process gives up what it takes to open a reader. At a drill a folder of images
  // `authd/fingers` stands in for it. O104, Y020, Y021, D303: the package is not what was signed.
  [[nodiscard]] static Result<Fingers> open(const Place& place);
  // Afterwards: the sealed records `authd/enrolled.bin`.
  void open_records(const Place& place, const roll::Roll& roll, ByteView mesa_key);

  [[nodiscard]] bool wanted() const { return law_.has_value(); }
  [[nodiscard]] bool reader_paired() const { return !wanted() || reader_ != nullptr; }
  [[nodiscard]] bool records_open() const { return !wanted() || records_open_; }
  [[nodiscard]] ports::FingerCheck* check() { return check_.get(); }  // null: there is none
  static constexpr std::uint64_t kLockedBytes = 16ULL << 20;          // of prints that are compared

 private:
  [[nodiscard]] Result<void> open_check(const Place& place, const roll::Roll& roll,
                                        ByteView mesa_key);
  std::optional<services::FingerLaw> law_;
  std::unique_ptr<ports::FingerprintReader> reader_;
  std::unique_ptr<ports::FingerCheck> check_;
  bool records_open_ = false;
};

}  // namespace sufragio::mesa
