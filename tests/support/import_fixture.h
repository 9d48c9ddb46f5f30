#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "adapters/xz/xz.h"
#include "services/importing/import.h"
#include "tests/support/support.h"

namespace sufragio::services::importing_tests {

inline ImportOptions options_for(std::string_view format) {
  ImportOptions out;
  out.description = tests::read_file("formats/" + std::string{format} + ".toml");
  out.law_text = tests::read_file("law/ve-2009.toml");
  out.parse_toml = adapters::parse_toml;
  out.parse_json = adapters::parse_json;
  out.unpack_xz = adapters::unpack_xz;
  return out;
}

inline ImportFile text_file(std::string name, std::string_view text) {
  return {std::move(name), to_bytes(as_bytes(text))};
}

inline ImportFile shared_file(std::string_view path) {
  const std::string text = tests::read_file(*tests::shared_path("data/" + std::string{path}));
  return text_file(std::string{path.substr(path.find('/') + 1)}, text);
}

inline Workspace import_shared(std::string_view format, std::string_view path) {
  Result<Workspace> out = import_files(format, {shared_file(path)}, options_for(format));
  EXPECT_TRUE(out) << (out ? "" : out.error().debug());
  return out ? std::move(*out) : Workspace{};
}

// Each real file is imported once in a run.
inline const Workspace& real(std::string_view format, std::string_view path) {
  static std::map<std::string, Workspace, std::less<>> done;
  const auto found = done.find(path);
  if (found != done.end()) return found->second;
  return done.emplace(path, import_shared(format, path)).first->second;
}

inline std::size_t notes(const Workspace& w, Code code) {
  return static_cast<std::size_t>(std::ranges::count_if(
      w.notes, [&](const ImportNote& note) { return note.error.code == code; }));
}

inline Error note(const Workspace& w, Code code) {
  for (const ImportNote& note : w.notes) {
    if (note.error.code == code) return note.error;
  }
  ADD_FAILURE() << "no note " << code.text();
  return {};
}

inline std::int64_t counted(const Workspace& w, Code code) {
  return std::stoll("0" + std::string{note(w, code).fact("count")});
}

inline std::size_t with_finding(const Workspace& w, tally::Rule rule) {
  return static_cast<std::size_t>(std::ranges::count_if(
      w.rows, [&](const tally::JudgedRow& judged) { return judged.has(rule); }));
}

inline std::size_t with_status(const Workspace& w, tally::RowStatus status) {
  return static_cast<std::size_t>(std::ranges::count_if(
      w.rows, [&](const tally::JudgedRow& judged) { return judged.row.status == status; }));
}

}  // namespace sufragio::services::importing_tests
