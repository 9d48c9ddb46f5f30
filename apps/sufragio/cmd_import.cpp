#include <map>
#include <string>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "adapters/xz/xz.h"
#include "commands.h"
#include "files.h"
#include "resources.h"
#include "services/importing/import.h"

namespace sufragio::app {

namespace {

class ConsoleProgress : public services::ImportProgress {
 public:
  explicit ConsoleProgress(Console& console) : console_{console} {}
  void at(std::uint64_t done, std::uint64_t total) override {
    console_.progress("import.reading", static_cast<std::int64_t>(done),
                      static_cast<std::int64_t>(total));
  }

 private:
  Console& console_;
};

Result<std::vector<services::ImportFile>> read_files(const std::vector<std::string>& paths) {
  std::vector<services::ImportFile> out;
  for (const std::string& path : paths) {
    Bytes bytes = TRY(read_whole(path));
    out.push_back({base_name(path), std::move(bytes)});
  }
  return out;
}

Result<std::string> description(const ImportArgs& args) {
  if (args.mapping.empty()) return std::string{resource("formats/" + args.format + ".toml")};
  const Bytes bytes = TRY(read_whole(args.mapping));
  return std::string{as_text(bytes)};
}

// How many notes and findings there are of each code, and the first of each: the rest stands in the
// workspace.
void summarise(const services::Workspace& workspace, const Console& console) {
  std::map<Code, std::pair<std::int64_t, Error>> counts;
  for (const services::ImportNote& note : workspace.notes) {
    auto [at, fresh] = counts.try_emplace(note.error.code, 0, note.error);
    ++at->second.first;
  }
  for (const tally::JudgedRow& judged : workspace.rows) {
    for (const tally::Finding& finding : judged.findings) {
      const Code code = tally::code_of(finding.rule);
      Error error{code, finding.facts};
      auto [at, fresh] = counts.try_emplace(
          code, 0, std::move(error).with("file", std::string_view{judged.row.origin}));
      ++at->second.first;
    }
  }
  for (const auto& [code, entry] : counts) {
    console.note("import.times", {{"code", code.text()}, {"count", console.number(entry.first)}});
    console.finding(entry.second);
  }
}

Result<services::Workspace> import_all(const ImportArgs& args, Console& console) {
  const std::vector<services::ImportFile> files = TRY(read_files(args.files));
  services::ImportOptions options;
  options.strict = args.strict;
  options.description = TRY(description(args));
  const auto law = TRY(load_law("ve-2009", &options.law_text));
  options.parse_toml = adapters::parse_toml;
  options.parse_json = adapters::parse_json;
  options.unpack_xz = adapters::unpack_xz;
  ConsoleProgress progress{console};
  options.progress = &progress;
  std::optional<election::Definition> known;
  if (!args.definition.empty()) {
    known = TRY(read_definition_folder(args.definition));
    options.known = &*known;
  }
  return services::import_files(args.format, files, options);
}

}  // namespace

int run_import(const ImportArgs& args, Console& console) {
  const auto workspace = import_all(args, console);
  if (!workspace) return console.fail(workspace.error());
  const auto store = open_folder(args.out);
  if (!store) return console.fail(store.error());
  const auto saved = services::save(*workspace, **store);
  if (!saved) return console.fail(saved.error());
  summarise(*workspace, console);
  std::int64_t quarantined = 0;
  for (const auto& judged : workspace->rows) {
    quarantined += judged.row.status == tally::RowStatus::quarantined ? 1 : 0;
  }
  console.say("import.done",
              {{"rows", console.number(static_cast<std::int64_t>(workspace->rows.size()))},
               {"quarantined", console.number(quarantined)},
               {"notes", console.number(static_cast<std::int64_t>(workspace->notes.size()))},
               {"folder", args.out}});
  return 0;
}

}  // namespace sufragio::app
