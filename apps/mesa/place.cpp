#include "place.h"

#include <cstdio>
#include <fstream>

#include "adapters/files/files_store.h"
#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "base/numbers.h"
#include "machine/paper.h"
#include "ports/codes.h"
#include "services/office/office.h"
#include "services/words/catalogue.h"

namespace sufragio::mesa {

namespace {

Result<acta::Words> words_of(const std::string& path) {
  const Bytes text = TRY(read_file(path));
  const auto document = TRY(adapters::parse_json(as_text(text)));
  const auto catalogue = TRY(services::Catalogue::from(document, "es"));
  acta::Words out;
  for (const auto* keys : {&acta::layout_words(), &machine::paper_words()}) {
    for (const std::string& key : *keys) out[key] = catalogue.text(key);
  }
  return out;
}

}  // namespace

bool Place::drill() const { return package->definition().kind != election::ElectionKind::real; }

Result<Bytes> read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return fail(ports::kReadFailed, {{"path", path}});
  return Bytes{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

Result<std::unique_ptr<ports::Store>> open_store(const std::string& path) {
  auto store = TRY(adapters::FilesStore::open(path, adapters::FilesStore::Access::read_write));
  return std::unique_ptr<ports::Store>{std::move(store)};
}

Result<Place> open_place(const std::string& folder) {
  Place out;
  out.folder = folder;
  const auto store =
      TRY(adapters::FilesStore::open(out.path("package"), adapters::FilesStore::Access::read_only));
  auto package = TRY(services::load_package(*store, {}, adapters::parse_toml));
  out.package = std::make_unique<election::Package>(std::move(package));
  out.registry = std::make_unique<acta::MachineRegistry>(*out.package);
  const Bytes certificate = TRY(read_file(out.path("certificate.cose")));
  TRY(out.registry->add_certificate(certificate));
  const Bytes assignment = TRY(read_file(out.path("assignment.cose")));
  TRY(out.registry->add_assignment(assignment, 1));
  const Bytes machine = TRY(read_file(out.path("machine")));
  out.machine = TRY(crypto::MachineId::parse(trim(as_text(machine))));
  const Bytes mesa = TRY(read_file(out.path("mesa")));
  const MesaId id = TRY(MesaId::parse(trim(as_text(mesa))));
  out.mesa = out.package->definition().mesa(id);
  if (out.mesa == nullptr || out.registry->assigned(id) != out.machine) {
    return machine::fault_error(machine::Fault::no_assignment);
  }
  if (const auto key = read_file(out.path("contingency.pub"))) {
    out.contingency = TRY(crypto::BoxPublicKey::parse(trim(as_text(*key))));
  }
  out.words = TRY(words_of(out.path("words.json")));
  return out;
}

void say(std::string_view who, std::string_view what) {
  std::fprintf(stderr, "%.*s %.*s\n", static_cast<int>(who.size()), who.data(),
               static_cast<int>(what.size()), what.data());
}

int say_failure(std::string_view who, const Error& error) {
  say(who, error.debug());
  return 1;
}

}  // namespace sufragio::mesa
