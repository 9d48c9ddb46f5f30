#include "nominated.h"

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

}  // namespace sufragio::app
