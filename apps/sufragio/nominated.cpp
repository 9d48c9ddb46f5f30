#include "nominated.h"

#include "adapters/images/image_reader.h"
#include "adapters/toml/toml.h"
#include "election/counting.h"
#include "files.h"
#include "services/office/office.h"

namespace sufragio::app {

namespace {

Result<Nominated> of_package(const std::string& folder) {
  const auto store = TRY(read_folder(folder));
  const election::Package package = TRY(services::load_package(*store, {}, adapters::parse_toml));
  Nominated out;
  out.definition = package.definition();
  out.law = package.law();
  out.of_package = true;
  out.has_history = package.nominations().has_value();
  if (!out.has_history) return out;
  TRY(annotate(package.can_count(), "file", services::kNominationsBeside));
  out.history = package.counting().history();
  return out;
}

}  // namespace

Result<Nominated> read_nominated(const std::string& folder) {
  if (exists(folder + "/manifest.cose")) return of_package(folder);
  Nominated out;
  out.definition = TRY(read_definition_folder(folder));
  out.law = TRY(load_law(out.definition.law, nullptr));
  const std::string path = folder + "/nominations.csv";
  out.has_history = exists(path);
  if (!out.has_history) return out;
  const Bytes text = TRY(read_whole(path));
  out.history = TRY(annotate(election::read_nominations(as_text(text)), "file",
                             std::string_view{"nominations.csv"}));
  return out;
}

election::NominationState ballot_state(const election::Definition& definition,
                                       const election::LawPack& law,
                                       const election::NominationHistory& history) {
  return election::state_at(history, election::deadlines_of(definition, law).ballot_fixed);
}

Result<services::Logos> read_logos(const std::string& folder,
                                   const election::Definition& definition,
                                   const election::NominationState& fixed) {
  std::map<election::OrganisationId, Bytes> pictures;
  for (const election::Organisation& organisation : definition.organisations) {
    const std::string path = folder + "/" + logo_file(organisation.id);
    if (!exists(path)) continue;
    Bytes bytes = TRY(read_whole(path));
    pictures.emplace(organisation.id, std::move(bytes));
  }
  adapters::FileImageReader reader;
  return services::registered_logos(fixed, pictures, reader);
}

std::string logo_file(const election::OrganisationId& id) { return id.text() + ".png"; }

}  // namespace sufragio::app
