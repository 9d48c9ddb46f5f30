// sufragio biometrics seal: the enrolled prints of a mesa's electors, for its machine alone.
#include <algorithm>

#include "adapters/images/image_reader.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "codes.h"
#include "commands.h"
#include "crypto/secrets.h"
#include "files.h"
#include "services/office/office.h"
#include "services/office/print_sealer.h"

namespace sufragio::app {

namespace {

struct CaptureName {  // "V-12345678/1-2.png": elector, finger 1, second capture
  roll::Cedula elector;
  std::uint8_t position = 0;
};

Result<CaptureName> name_of(const std::string& path) {
  const auto parts = split(path, '/');
  const auto bad = [&] { return fail(Error{kBadCaptureName}.with("file", path)); };
  if (parts.size() != 2) return bad();
  const auto elector = roll::Cedula::parse(parts[0]);
  const auto finger = parse_padded(parts[1].substr(0, parts[1].find('-')), 10);
  if (!elector || !finger || *finger == 0) return bad();
  return CaptureName{*elector, static_cast<std::uint8_t>(*finger)};
}

Result<biometrics::GreyImage> read_capture(const ports::Store& folder, const std::string& path,
                                           std::uint16_t ppcm) {
  const auto file = TRY(folder.read(path));
  adapters::FileImageReader reader;
  ports::GreyImage image = TRY(annotate(reader.read(*file), "file", std::string_view{path}));
  return biometrics::GreyImage{image.width, image.height, ppcm, std::move(image.grey)};
}

// The captures lie in the order of their names, so those of one elector lie together.
Result<void> add_all(const ports::Store& folder, std::uint16_t ppcm, services::PrintSealer& sealer,
                     Console& console) {
  const std::vector<std::string> paths = TRY(folder.list(""));
  std::optional<roll::Cedula> elector;
  std::vector<services::FingerCaptures> fingers;
  const auto finish = [&]() -> Result<void> {
    if (!elector) return {};
    TRY(sealer.add(*elector, fingers));
    fingers.clear();
    return {};
  };
  std::int64_t done = 0;
  for (const std::string& path : paths) {
    console.progress("biometrics.seal.progress", done++, std::ssize(paths));
    const CaptureName name = TRY(name_of(path));
    if (elector != name.elector) TRY(finish());
    elector = name.elector;
    auto finger = std::ranges::find(fingers, name.position, &services::FingerCaptures::position);
    if (finger == fingers.end()) finger = fingers.insert(fingers.end(), {name.position, {}});
    auto image = TRY(read_capture(folder, path, ppcm));
    finger->images.push_back(std::move(image));
  }
  return finish();
}

Result<void> seal(const SealPrintsArgs& args, Console& console) {
  const auto package_folder = TRY(read_folder(args.mesa + "/package"));
  const auto package = TRY(services::load_package(*package_folder, {}, adapters::parse_toml));
  const Bytes roll_bytes = TRY(read_whole(args.mesa + "/authd/roll.bin"));
  const roll::Roll roll = TRY(roll::decode(roll_bytes));
  Bytes key = TRY(read_whole(args.mesa + "/authd/mesa.key"));
  if (key.size() != crypto::AeadKey::kSize) {
    return fail(Error{kCannotRead}.with("file", args.mesa + "/authd/mesa.key"));
  }
  const auto prints = TRY(read_folder(args.prints));
  services::PrintSealer sealer{roll, crypto::SecretBuffer::Kind::locked};
  TRY(add_all(*prints, args.ppcm, sealer, console));
  crypto::SystemRng rng;
  const auto sealed = TRY(sealer.seal(package.handle(), key, rng));
  crypto::wipe(key);
  TRY(write_whole(args.mesa + "/authd/enrolled.bin", sealed.file));
  TRY(write_whole(args.mesa + "/authd/roll.bin", roll::encode(sealed.roll)));
  for (const auto& refused : sealer.refused()) {
    console.note("biometrics.seal.refused", {{"elector", refused.elector.text()},
                                             {"finger", std::to_string(refused.position)},
                                             {"code", refused.code.text()}});
  }
  const auto number = [](std::size_t value) { return Cell{static_cast<std::int64_t>(value)}; };
  console.table({"quantity", "value"},
                {{"electors", number(roll.size())},
                 {"with_prints", number(sealed.electors)},
                 {"fingers", number(sealed.fingers)},
                 {"refused", number(sealer.refused().size())}},
                args.format);
  return {};
}

}  // namespace

int run_seal_prints(const SealPrintsArgs& args, Console& console) {
  const Result<void> done = seal(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
