#include "services/publication/layout.h"

#include <algorithm>

#include "base/numbers.h"

namespace sufragio::services {

std::string page_folder(const election::TerritoryCode& code) {
  if (code.text().empty()) return "";
  std::string out = "t/";
  const std::string& digits = code.text();
  for (std::size_t at = 0; at < digits.size();) {
    const std::size_t width = at < 6 ? 2 : 3;  // EE MM PP CCC
    out += digits.substr(at, width) + "/";
    at += width;
  }
  return out;
}

std::string mesa_folder(const MesaId& mesa) {
  return page_folder(election::TerritoryCode::of(mesa.centre)) + mesa.mesa_text() + "/";
}

std::string ballot_file(const MesaId& mesa, BallotFile kind) {
  return mesa.text() + (kind == BallotFile::bundle ? ".bundle" : ".tally");
}

std::string site_ballot_file(const MesaId& mesa, BallotFile kind) {
  return mesa_folder(mesa) + (kind == BallotFile::bundle ? "ballots.bundle" : "ballots.tally");
}

std::string act_record_file(std::size_t number) {
  return "data/acts/" + zero_padded(number, 3) + ".cose";
}

std::string act_paper_file(std::size_t number, Language language) {
  return "award/" + zero_padded(number, 3) + (language == Language::es ? ".pdf" : ".en.pdf");
}

std::string path_to_root(std::string_view folder) {
  std::string out;
  for (auto slashes = std::count(folder.begin(), folder.end(), '/'); slashes > 0; --slashes) {
    out += "../";
  }
  return out;
}

std::string list_of(std::string_view path) {
  if (path.starts_with("t/") && path.size() > 5 && path[4] == '/') {
    return "files/" + std::string{path.substr(2, 2)} + ".sha256";
  }
  return kManifestList;
}

}  // namespace sufragio::services
