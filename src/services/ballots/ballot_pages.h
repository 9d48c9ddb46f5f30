#pragma once

#include <string>
#include <vector>

#include "election/law_pack.h"
#include "ports/templates.h"
#include "services/ballots/ballot_sheet.h"
#include "services/ballots/impact.h"
#include "services/ballots/logos.h"

// The pages about ballots: a proof and a practice ballot for a mesa, the errata, and their index.
// For the templates of the same names (`proof`, `practice`, `errata`, `ballots`).
namespace sufragio::services {

struct BallotSite {
  const election::Definition& definition;
  const election::LawPack& law;
  StaleCards stale = {};
  LocalMinute at = {};                    // of the errata
  std::vector<MesaId> mesas = {};         // with a folder of their own, in order
  bool has_history = false;               // else there is no errata page
  std::vector<ErrataImpact> impact = {};  // after the vote
  Logos logos = {};
};

// "they follow the current candidate, without a candidate they are null"
[[nodiscard]] std::string reading_words(std::string_view follow, std::string_view orphan,
                                        const Catalogue& words);
// The options with seats under a reading, by name, those with more than one with their number.
[[nodiscard]] std::string seats_words(const ReadingResult& reading,
                                      const election::Contest& contest, StaleOfContest stale);

class BallotPages {
 public:
  BallotPages(const BallotSite& site, const Catalogue& words);

  [[nodiscard]] ports::TemplateData index() const;
  [[nodiscard]] ports::TemplateData proof(const election::Mesa& mesa) const;
  [[nodiscard]] ports::TemplateData practice(const election::Mesa& mesa) const;
  [[nodiscard]] ports::TemplateData errata() const;
  void errata_body(ports::TemplateData& page) const;  // without the frame of the page
  [[nodiscard]] std::string file() const;             // "index.html" or "en.html"

  // The folders of a mesa: "010101001.01/" and "010101001.01/practice/".
  [[nodiscard]] static std::string folder(const MesaId& mesa);

 private:
  using Data = ports::TemplateData;
  void frame(Data& page, const std::string& root, const std::string& title, bool inner) const;
  void contests(Data& page, const election::Mesa& mesa) const;
  void impact(Data& page) const;
  void impact_of(Data& out, const ErrataImpact& impact) const;
  [[nodiscard]] std::string title(const election::Contest& contest) const;
  [[nodiscard]] std::string destination(const election::Destination& to) const;

  const BallotSite& site_;
  const election::Definition& d_;
  const Catalogue& words_;
  Language language_;
};

}  // namespace sufragio::services
