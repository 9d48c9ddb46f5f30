#include <string>

#include "commands.h"
#include "election/assumptions.h"
#include "files.h"
#include "services/words/definition_words.h"

namespace sufragio::app {

namespace {

std::vector<Cell> line_of(const election::LawParameter& parameter, const Console& console) {
  std::string others;
  for (const codec::Document& one : parameter.alternatives) {
    others += (others.empty() ? "" : " | ") + services::law_value_text(one);
  }
  return {parameter.key, services::law_value_text(parameter.value), others,
          services::law_source(parameter, console.words())};
}

Result<void> show(const LawArgs& args, Console& console) {
  std::string text;
  const election::LawPack pack = TRY(load_law(args.pack, &text));
  if (args.action == "complete") {
    if (!args.out.empty()) return write_whole(args.out, as_bytes(text));
    console.print(text);
    return {};
  }
  if (args.action == "check") {
    console.say("law.good", {{"id", pack.id},
                             {"hash", pack.hash.hex()},
                             {"parameters", std::to_string(pack.parameters.size())},
                             {"uncertain", std::to_string(pack.uncertain.size())},
                             {"overrides", std::to_string(pack.overrides.size())},
                             {"parent", pack.extends.empty() ? std::string{"–"} : pack.extends}});
    return {};
  }
  std::vector<std::vector<Cell>> rows;
  if (args.action == "assumptions" && !args.definition.empty()) {
    const election::Definition definition = TRY(read_definition_folder(args.definition));
    for (const auto* one : election::assumptions(pack, definition)) {
      rows.push_back(line_of(*one, console));
    }
  } else {
    const auto& keys = args.action == "changes" ? pack.overrides : pack.uncertain;
    for (const std::string& key : keys) rows.push_back(line_of(*pack.parameter(key), console));
  }
  console.table({"parameter", "value", "readings", "source"}, rows, args.format);
  return {};
}

}  // namespace

int run_law(const LawArgs& args, Console& console) {
  const auto done = show(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
