// Import: any bytes in any format end in a workspace or a coded failure, and no counted row breaks
// a locked rule. Run it from the root of the source: it reads formats/ and law/.
#include "services/importing/import.h"

#include <fstream>
#include <map>
#include <sstream>

#include "adapters/json/json.h"
#include "adapters/toml/toml.h"
#include "base/check.h"

namespace {

using namespace sufragio;

std::string text_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  CHECK(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

services::ImportOptions options_for(const std::string& format) {
  services::ImportOptions out;
  out.description = text_of("formats/" + format + ".toml");
  out.law_text = text_of("law/ve-2009.toml");
  out.parse_toml = adapters::parse_toml;
  out.parse_json = adapters::parse_json;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> formats{
      "ve-2012-centres", "ve-2013-centres", "ve-2013-contests", "ve-2013-councils",
      "ve-2013-lists",   "ve-2017-mesas",   "ve-2024-mesas"};
  static std::map<std::string, services::ImportOptions> options;
  if (size == 0) return 0;
  const std::string& format = formats[data[0] % formats.size()];
  const auto known = options.try_emplace(format).first;
  if (known->second.description.empty()) known->second = options_for(format);
  const Bytes bytes(data + 1, data + size);
  const auto out = services::import_files(format, {{"f", bytes}}, known->second);
  if (!out) return 0;
  for (const tally::JudgedRow& judged : out->rows) {
    if (judged.row.status != tally::RowStatus::counted) continue;
    std::int64_t cards = 0;
    for (const Votes v : judged.row.votes) cards += v.value();
    CHECK(!judged.row.stated_valid || judged.row.stated_valid->value() == cards);
    CHECK(judged.row.votes.size() == out->definition.contest(judged.row.contest).cards.size());
  }
  static_cast<void>(services::fold(*out, services::Which::as_published));
  return 0;
}
