#pragma once

#include <string>

#include "base/ids.h"
#include "election/territory.h"
#include "services/words/format.h"

// Where the files of a tree are (docs/spec/site.md section 1). Folders end with a slash; the
// country's is "".
namespace sufragio::services {

[[nodiscard]] std::string page_folder(const election::TerritoryCode& code);  // "t/13/04/"
[[nodiscard]] std::string mesa_folder(const MesaId& mesa);                   // "t/13/04/02/001/03/"
// The encrypted count of a mesa: its ballots, and the decrypted sum of the group that it begins.
enum class BallotFile { bundle, tally };
[[nodiscard]] std::string ballot_file(const MesaId& mesa,
                                      BallotFile kind);  // of a centre: "….bundle"
[[nodiscard]] std::string site_ballot_file(const MesaId& mesa, BallotFile kind);
// The signed record of the n-th act of award, from 1, and its paper in a language.
[[nodiscard]] std::string act_record_file(std::size_t number);  // "data/acts/001.cose"
[[nodiscard]] std::string act_paper_file(std::size_t number, Language language);  // "award/001.pdf"
[[nodiscard]] std::string path_to_root(std::string_view folder);                  // "../../../"
// "files/13.sha256", or "manifest.sha256" for what is not below a state.
[[nodiscard]] std::string list_of(std::string_view path);

inline constexpr const char* kManifestList = "manifest.sha256";
inline constexpr const char* kManifestRecord = "manifest.cose";
inline constexpr const char* kPublisherKeyFile = "data/publisher.key";

}  // namespace sufragio::services
