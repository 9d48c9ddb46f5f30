#include <string>

#include "commands.h"
#include "election/assumptions.h"
#include "files.h"

namespace sufragio::app {

namespace {

using codec::Document;

// A value as the pack writes it.
std::string text_of(const Document& value) {
  if (const auto* flag = std::get_if<bool>(&value.value())) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value.value()))
    return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.value())) return *text;
  std::string out;
  if (const auto* items = std::get_if<Document::Array>(&value.value())) {
    for (const Document& item : *items) out += (out.empty() ? "" : ", ") + text_of(item);
    return "[" + out + "]";
  }
  if (const auto* table = std::get_if<Document::Table>(&value.value())) {
    for (const auto& [key, item] : *table) {
      out += (out.empty() ? "" : ", ") + key + " = " + text_of(item);
    }
  }
  return "{" + out + "}";
}

std::vector<Cell> line_of(const election::LawParameter& parameter) {
  std::string others;
  for (const Document& one : parameter.alternatives) {
    others += (others.empty() ? "" : " | ") + text_of(one);
  }
  return {parameter.key, text_of(parameter.value), others, parameter.source};
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
    for (const auto* one : election::assumptions(pack, definition)) rows.push_back(line_of(*one));
  } else {
    const auto& keys = args.action == "changes" ? pack.overrides : pack.uncertain;
    for (const std::string& key : keys) rows.push_back(line_of(*pack.parameter(key)));
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
