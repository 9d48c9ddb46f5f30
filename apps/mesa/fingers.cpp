#include "fingers.h"

#include <filesystem>

#include "adapters/files/files_store.h"
#include "adapters/images/folder_reader.h"
#include "adapters/libfprint/libfprint_reader.h"
#include "adapters/sandbox/sandbox.h"
#include "adapters/toml/toml.h"
#include "machine/finger_gate.h"

namespace sufragio::mesa {

namespace {

using crypto::SecretBuffer;

// Holds what the gate points at for as long as it lives.
class CheckOfPlace : public ports::FingerCheck {
 public:
  CheckOfPlace(biometrics::Enrolled enrolled, biometrics::Calibration calibration)
      : enrolled_{std::move(enrolled)}, calibration_{std::move(calibration)} {}

  Result<void> open(const services::FingerLaw& law, ports::FingerprintReader& reader) {
    machine::FingerGate::Parts parts;
    parts.reader = &reader;
    parts.enrolled = &enrolled_;
    parts.calibration = &calibration_;
    parts.policy = law.policy;
    parts.timeout_ms = law.timeout_ms;
    gate_ = TRY(machine::FingerGate::make(parts));
    // Another key, or memory that cannot be locked, shows on Friday and not with the first voter.
    const auto first = enrolled_.fingers(0, SecretBuffer::Kind::locked);
    if (!first) return fail(first.error());
    return {};
  }
  ports::Capture capture(roll::RollIndex elector, std::uint8_t finger) override {
    return gate_->capture(elector, finger);
  }
  void release() override { gate_->release(); }

 private:
  biometrics::Enrolled enrolled_;
  biometrics::Calibration calibration_;
  std::unique_ptr<machine::FingerGate> gate_;
};

using Reader = std::unique_ptr<ports::FingerprintReader>;

Result<Reader> open_reader(const Place& place, const services::FingerLaw& law) {
  const std::string folder = place.path("authd/fingers");
  if (place.drill() && std::filesystem::is_directory(folder)) {
    auto images = TRY(adapters::FolderReader::open(folder, law.readers.front().ppcm));
    return Reader{std::make_unique<adapters::FolderReader>(std::move(images))};
  }
  // A driver may start threads, and a thread keeps the network that it is born with.
  adapters::leave_network();
  std::vector<adapters::LibfprintReader::Allowed> list;
  for (const auto& reader : law.readers) list.push_back({reader.driver, reader.ppcm});
  auto device = TRY(adapters::LibfprintReader::open(list));
  return Reader{std::move(device)};
}

}  // namespace

Result<Fingers> Fingers::open(const Place& place) {
  const auto store = TRY(
      adapters::FilesStore::open(place.path("package"), adapters::FilesStore::Access::read_only));
  Fingers out;
  out.law_ = TRY(services::finger_law_of(*place.package, *store, adapters::parse_toml));
  if (!out.law_) return out;
  auto reader = open_reader(place, *out.law_);
  if (reader) {
    out.reader_ = *std::move(reader);
    say("authd", "reader=1 " + out.reader_->info().driver);
  } else {
    say("authd", "reader=0 " + reader.error().debug());
  }
  return out;
}

void Fingers::open_records(const Place& place, const roll::Roll& roll, ByteView mesa_key) {
  if (!wanted()) return;
  const auto opened = open_check(place, roll, mesa_key);
  records_open_ = opened.has_value();
  say("authd", opened ? "enrolled=1" : "enrolled=0 " + opened.error().debug());
}

Result<void> Fingers::open_check(const Place& place, const roll::Roll& roll, ByteView mesa_key) {
  Bytes file = TRY(read_file(place.path("authd/enrolled.bin")));
  const biometrics::EnrolledOf of{place.package->handle(), place.mesa->id, roll.size()};
  auto enrolled = TRY(biometrics::Enrolled::of(of, mesa_key, std::move(file)));
  if (!reader_) return {};
  auto check = std::make_unique<CheckOfPlace>(std::move(enrolled), law_->calibration);
  TRY(check->open(*law_, *reader_));
  check_ = std::move(check);
  return {};
}

}  // namespace sufragio::mesa
