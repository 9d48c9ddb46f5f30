#pragma once

#include <vector>

#include "base/ids.h"
#include "base/rng.h"
#include "biometrics/grey.h"
#include "crypto/machine_records.h"
#include "crypto/secrets.h"

// Enrolment, and what of it goes to a mesa: one sealed place of fixed size for each line of the
// roll (docs/spec/fingerprint-images.md, part 6). Never an image.
namespace sufragio::biometrics {

inline constexpr std::size_t kEnrolledFingers = 4;
inline constexpr std::size_t kStoredMinutiae = 120;  // of a finger, the best

// One finger from several captures of it: the record of the best quality among those that a second
// capture confirms. Y060 no capture shows a print, Y080 fewer than two do or none confirms another
// (not the same finger, or too poor), Y050 and Y051 as check_grey. `position` as in FingerView.
[[nodiscard]] Result<Template> enrol(const std::vector<GreyImage>& captures, std::uint8_t position,
                                     crypto::SecretBuffer::Kind memory);

struct EnrolledOf {  // which mesa of which election
  crypto::ElectionHandle election;
  MesaId mesa;
  std::uint16_t electors = 0;
};

// Written where the templates are prepared, by line of the roll: 0 … 4 fingers each, put in order
// of falling quality. `mesa_key`: 32 bytes, held by the machine and by nobody after the handing
// over. Y082: another number of electors, more fingers, or a finger that does not fit its place.
[[nodiscard]] Result<Bytes> seal_enrolled(const EnrolledOf& of, ByteView mesa_key,
                                          const std::vector<std::vector<Template>>& by_line,
                                          Rng& rng);

// The file as the gate holds it: closed, but for the elector who stands there.
class Enrolled {
 public:
  // Y083: cut, too long, of another election, mesa, roll or extractor.
  [[nodiscard]] static Result<Enrolled> of(const EnrolledOf& of, ByteView mesa_key, Bytes file);
  [[nodiscard]] std::uint16_t electors() const { return of_.electors; }

  // The fingers of the elector on this line (0 …), best first; the bytes opened for it are locked
  // where `memory` asks for it and wiped before this returns. Y084: another key, a record that
  // stood on another line, or damage. K112 no memory to lock.
  [[nodiscard]] Result<std::vector<Template>> fingers(std::uint16_t line,
                                                      crypto::SecretBuffer::Kind memory) const;

 private:
  Enrolled(const EnrolledOf& of, ByteView mesa_key, Bytes file);
  EnrolledOf of_;
  crypto::AeadKey key_;
  Bytes file_;
};

}  // namespace sufragio::biometrics
