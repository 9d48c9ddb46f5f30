#include "services/ballots/ballot_sheet.h"

#include <algorithm>

#include "base/numbers.h"
#include "crypto/hash.h"

namespace sufragio::services {

namespace {

using codec::Align;
using election::ContestIndex;
using election::Level;
using election::TerritoryCode;

constexpr int kPageWidth = 1'680;  // A4, 210 mm
constexpr int kPageMargin = 96;
constexpr int kCardColumns = 4;
constexpr int kNumber = 20;     // capitals, dots
constexpr int kShortName = 36;  // 4.5 mm
constexpr int kLongName = 18;
constexpr int kCandidate = 28;  // 3.5 mm (VVSG 7.1-I)
constexpr int kLogo = 112;      // 14 mm

class SheetBuilder {
 public:
  SheetBuilder(const election::Definition& definition, const Catalogue& words, const Logos& logos)
      : d_{definition},
        words_{words},
        logos_{logos},
        language_{words.language() == "en" ? Language::en : Language::es} {
    out_.width = kPageWidth;
    out_.margin = kPageMargin;
  }

  codec::Drawing build(const election::Mesa& mesa, const StaleCards& stale) {
    const bool spanish = language_ == Language::es;
    const std::string& election = spanish ? d_.title_es : d_.title_en;
    band(words_.text("ballot.proof"), 40);
    heading(election, 40);
    heading(date_words(d_.date, words_.text("site.months"), language_), kCandidate);
    line(words_.text("ballot.proof.text"), kNumber);
    if (d_.kind != election::ElectionKind::real) {
      const std::string key = "site." + std::string{election::kind_name(d_.kind)};
      line(words_.text(key + ".head") + " " + words_.text(key + ".text"), kNumber);
    }
    const std::string made = generated_notice(d_.generated, words_);
    if (!made.empty()) line(made, kNumber);
    out_.blocks.emplace_back(codec::Rule{});
    place(mesa);
    const election::Style& style = d_.styles[mesa.style];
    for (const ContestIndex index : style.contests) contest(index, stale);
    out_.blocks.emplace_back(codec::Rule{});
    line(words_.text("ballot.id", {{"id", ballot_id(d_, style).hex()}, {"style", style.id.text()}}),
         kNumber);
    out_.title = words_.text("ballot.proof") + " " + mesa.id.text();
    return std::move(out_);
  }

 private:
  static codec::Cell cell(std::string text, int height, bool bold, Align align = Align::left) {
    codec::Cell out;
    out.text = std::move(text);
    out.height = height;
    out.bold = bold;
    out.align = align;
    return out;
  }
  void row(codec::Cell only, bool inverse = false) {
    codec::TextRow out;
    out.cells.push_back(std::move(only));
    out.inverse = inverse;
    out_.blocks.emplace_back(std::move(out));
  }
  void heading(std::string text, int height) {
    row(cell(std::move(text), height, true, Align::centre));
  }
  void line(std::string text, int height) { row(cell(std::move(text), height, false)); }
  void band(std::string text, int height) {
    row(cell(std::move(text), height, true, Align::centre), true);
  }

  void place(const election::Mesa& mesa) {
    const TerritoryCode centre = TerritoryCode::of(mesa.id.centre);
    codec::TextRow labels;
    codec::TextRow values;
    const std::pair<const char*, Level> levels[] = {{"ballot.state", Level::state},
                                                    {"ballot.municipality", Level::municipality},
                                                    {"ballot.parish", Level::parish},
                                                    {"ballot.centre", Level::centre}};
    for (const auto& [key, level] : levels) {
      const election::Territory* const found = d_.territory(centre.at(level));
      labels.cells.push_back(cell(words_.text(key), kLongName, false));
      values.cells.push_back(cell(found == nullptr ? "" : found->name, kNumber, true));
    }
    labels.cells.push_back(cell(words_.text("ballot.mesa"), kLongName, false));
    values.cells.push_back(cell(mesa.id.text(), kNumber, true));
    out_.blocks.emplace_back(std::move(labels));
    out_.blocks.emplace_back(std::move(values));
  }

  void contest(ContestIndex index, const StaleCards& stale) {
    const election::Contest& c = d_.contest(index);
    out_.blocks.emplace_back(codec::Space{24});
    band(language_ == Language::es ? c.title_es : c.title_en, kCandidate);
    out_.blocks.emplace_back(codec::Space{8});
    line(words_.text("ballot.votes", {{"votes", std::to_string(c.votes_per_voter)},
                                      {"seats", std::to_string(c.seats)},
                                      {"cards", std::to_string(c.cards.size())}}),
         kNumber);
    const std::string made = generated_notice(c.generated, words_);
    if (!made.empty()) line(made, kNumber);
    out_.blocks.emplace_back(codec::Space{12});
    codec::Grid grid;
    grid.columns = kCardColumns;
    grid.picture = kLogo;
    for (std::size_t i = 0; i < c.cards.size(); ++i) {
      grid.cells.push_back(card(c, i, index, stale));
    }
    out_.blocks.emplace_back(std::move(grid));
  }

  [[nodiscard]] codec::GridCell card(const election::Contest& c, std::size_t i, ContestIndex index,
                                     const StaleCards& stale) const {
    const election::Organisation* const who = d_.organisation(c.cards[i].organisation);
    const auto option = std::ranges::find(c.options, c.cards[i].option, &election::Option::id);
    codec::GridCell out;
    if (const Bytes* const logo = logos_.picture(c.cards[i].organisation)) out.png = *logo;
    out.lines.push_back(cell(std::to_string(i + 1), kNumber, false));
    if (who != nullptr) {
      out.lines.push_back(cell(who->short_name, kShortName, true));
      if (who->name != who->short_name) out.lines.push_back(cell(who->name, kLongName, false));
    }
    if (option != c.options.end()) out.lines.push_back(cell(option->name, kCandidate, true));
    for (const election::StaleCard& one : stale) {
      if (one.contest != index || one.position != i + 1) continue;
      out.lines.push_back(cell(stale_notice(one, words_), kLongName, true));
    }
    return out;
  }

  const election::Definition& d_;
  const Catalogue& words_;
  const Logos& logos_;
  Language language_;
  codec::Drawing out_;
};

}  // namespace

election::BallotId ballot_id(const election::Definition& definition, const election::Style& style) {
  const Hash32 hash = crypto::sha256(election::encode_ballot(definition, style));
  return election::BallotId::from(hash.view().first(election::BallotId::kSize)).value();
}

std::string stale_notice(const election::StaleCard& stale, const Catalogue& words) {
  const std::string key = "ballot.stale." + std::string{election::reason_name(stale.reason)};
  return words.text(key, {{"name", stale.current_name},
                          {"printed", stale.printed_name},
                          {"since", local_minute_text(stale.since)}});
}

codec::Drawing ballot_sheet(const election::Definition& definition, const election::Mesa& mesa,
                            const Catalogue& words, const StaleCards& stale, const Logos& logos) {
  return SheetBuilder{definition, words, logos}.build(mesa, stale);
}

}  // namespace sufragio::services
