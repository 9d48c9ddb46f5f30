#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ports/templates.h"
#include "services/publication/figures.h"
#include "services/words/catalogue.h"
#include "services/words/format.h"

namespace sufragio::services {

struct PictureSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};
// Of a PNG file, from its first bytes; nothing when it is none.
[[nodiscard]] std::optional<PictureSize> png_size(ByteView png);

// What all pages of one publication share.
struct Publication {
  const SiteFigures& figures;
  const election::LawPack& law;
  std::uint64_t number = 1;
  std::int64_t time_s = 0;
  std::uint32_t bulletins = 0;
  std::string fingerprint = {};                     // of the publisher's key
  std::string publishers = {};                      // imported: who published the rows
  std::map<Hash32, std::string> publisher_of = {};  // by hash of the source file
  std::int64_t notes = 0;
  bool has_claims = false;
  std::map<election::ContestIndex, ContestSeats> seats = {};  // signed, with a bulletin
  std::span<const SiteAct> acts = {};                         // of award, of the log
  bool has_papers = false;                                    // of the acts
};

// The words and figures of each page in one language, for the templates of the same names.
class Pages {
 public:
  Pages(const Publication& publication, const Catalogue& words);

  [[nodiscard]] ports::TemplateData territory(const election::TerritoryCode& code) const;
  [[nodiscard]] ports::TemplateData mesa(const election::Mesa& mesa,
                                         std::optional<PictureSize> picture) const;
  [[nodiscard]] ports::TemplateData rules() const;
  [[nodiscard]] ports::TemplateData assumptions() const;  // of the law, with their other readings
  [[nodiscard]] Result<ports::TemplateData> errata() const;  // S19x
  [[nodiscard]] Result<ports::TemplateData> award() const;   // every act of the log, newest first
  // C-codes of a claim that cannot be read pass on (I301).
  [[nodiscard]] Result<ports::TemplateData> claims(
      const std::vector<PublishedClaim>& published) const;
  [[nodiscard]] std::string file() const;  // "index.html" or "en.html"

 private:
  using Data = ports::TemplateData;
  void frame(Data& page, const std::string& folder, const std::string& title) const;
  void crumbs(Data& page, const std::string& folder, const election::TerritoryCode& code,
              bool with_last) const;
  void box(Data& page, bool root) const;
  void contest(Data& out, election::ContestIndex index, const election::TerritoryCode& code) const;
  void options(Data& out, election::ContestIndex index, const std::vector<std::int64_t>& votes,
               const std::string& caption, const std::string& facts) const;
  void stale(Data& out, election::ContestIndex index, const std::vector<std::int64_t>& votes) const;
  void act_warnings(std::vector<Data>& out, std::size_t act, const ContestAward& award) const;
  void other_readings(std::vector<Data>& notes, election::ContestIndex index,
                      const ContestSeats& seats) const;
  void details(Data& out, const election::Contest& contest, const std::vector<std::int64_t>& votes,
               const std::string& facts) const;
  void sheet(Data& out, const tally::Figures& figures) const;
  void row_sheet(Data& out, const tally::Row& row, const election::Mesa* mesa) const;
  void seats(Data& out, election::ContestIndex index, bool own_territory) const;
  void row(Data& out, std::uint32_t row_index, std::size_t place, const election::Mesa* mesa) const;
  void parts(Data& page, const election::TerritoryCode& code, const std::string& root) const;
  void part_cells(Data& line, const std::vector<election::ContestIndex>& shown,
                  const election::TerritoryCode& code,
                  const std::vector<std::size_t>& options) const;
  void mesa_parts(Data& page, const election::TerritoryCode& code, const std::string& root) const;
  void inner_contests(Data& page, const election::TerritoryCode& code) const;
  void missing(Data& page, const election::TerritoryCode& code, const std::string& root) const;
  void flags(Data& page, const election::TerritoryCode& code) const;
  void about(Data& page) const;
  void acta(Data& page, const election::Mesa& mesa, std::optional<PictureSize> picture) const;

  [[nodiscard]] std::string n(std::int64_t value) const { return grouped(value, language_); }
  [[nodiscard]] std::string of(std::int64_t part, std::int64_t whole) const;
  [[nodiscard]] std::string title(const election::Contest& contest) const;
  [[nodiscard]] std::string name(const election::TerritoryCode& code) const;
  [[nodiscard]] std::string option_name(const election::Contest& contest,
                                        std::string_view option) const;
  [[nodiscard]] std::string organisation_name(const election::OrganisationId& id) const;
  [[nodiscard]] std::string lead(const tally::Figures& figures) const;

  const Publication& publication_;
  const SiteFigures& figures_;
  const election::Definition& definition_;
  const Catalogue& words_;
  Language language_;
};

}  // namespace sufragio::services
