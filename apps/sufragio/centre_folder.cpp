#include "centre_folder.h"

#include "adapters/toml/toml.h"
#include "codes.h"
#include "files.h"
#include "services/office/codes.h"

namespace sufragio::app {

bool is_centre_folder(const std::string& path) { return exists(path + "/package/manifest.cose"); }

Result<log::Checkpoint> checkpoint_of(const ports::Store& log_store,
                                      const election::Package& package) {
  const auto note = TRY(log_store.read("checkpoint"));
  if (!note) return fail(kNotAFolder, {{"file", "checkpoint"}});
  const std::string& origin = package.manifest().log_origin;
  std::vector<log::LogKey> known;
  for (const crypto::PublicKey& key : package.keys(election::Role::log)) {
    known.push_back({origin, key});
  }
  return log::open_checkpoint(as_text(*note), origin, known);
}

Result<CentreFolder> read_centre_folder(const std::string& path,
                                        const std::vector<crypto::PublicKey>& trusted) {
  CentreFolder out;
  out.package_store = TRY(read_folder(path + "/package"));
  out.log_store = TRY(read_folder(path + "/log"));
  if (exists(path + "/pictures")) out.pictures = TRY(read_folder(path + "/pictures"));
  const auto roots = TRY(out.package_store->read("roots.key"));
  if (!roots) return fail(services::kNoPackage, {{"file", path}});
  out.roots = trusted;
  if (trusted.empty()) out.roots = TRY(services::read_public_keys(as_text(*roots)));
  auto package = TRY(services::load_package(*out.package_store, out.roots, adapters::parse_toml));
  out.package = std::make_unique<election::Package>(std::move(package));
  out.night = std::make_unique<services::Night>(*out.package, out.roots);
  const log::Checkpoint checkpoint = TRY(checkpoint_of(*out.log_store, *out.package));
  const log::LogReader reader{*out.log_store, checkpoint.size};
  TRY(reader.verify(checkpoint.root));
  TRY(services::replay(reader, *out.night, services::Signatures::verify));
  return out;
}

Result<void> learn_from_log(const std::string& path, acta::MachineRegistry& machines) {
  const auto store = TRY(read_folder(path));
  const log::Checkpoint checkpoint = TRY(checkpoint_of(*store, machines.package()));
  const log::LogReader reader{*store, checkpoint.size};
  TRY(reader.verify(checkpoint.root));
  return reader.entries(0, checkpoint.size,
                        [&](std::uint64_t index, ByteView bytes) -> Result<void> {
                          const log::Entry entry = TRY(log::decode_entry(bytes));
                          if (entry.type == log::EntryType::machine_certificate)
                            return machines.add_certificate(entry.body);
                          if (entry.type == log::EntryType::assignment)
                            return machines.add_assignment(entry.body, index);
                          if (entry.type == log::EntryType::revocation)
                            return machines.add_revocation(entry.body, index);
                          return {};
                        });
}

}  // namespace sufragio::app
