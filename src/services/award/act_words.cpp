#include "services/award/act_words.h"

#include <algorithm>

#include "crypto/cose.h"
#include "crypto/hash.h"
#include "services/ballots/ballot_pages.h"
#include "services/statements/render.h"
#include "services/words/definition_words.h"
#include "services/words/format.h"
#include "services/words/seat_words.h"

namespace sufragio::services {

namespace {

std::string comma_list(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

class ContestWriter {
 public:
  ContestWriter(const Act& act, const ContestAward& award, const election::Definition& definition,
                const election::Counting& counting, const Catalogue& words)
      : act_{act},
        award_{award},
        definition_{definition},
        contest_{counting.contest(definition, award.contest)},
        stale_{counting.stale(award.contest)},
        words_{words},
        language_{language_of(words)} {
    for (const seats::Contender& one : award.contenders) names_.push_back(name_of(one.id));
  }

  ContestText write() {
    ContestText out;
    out.title = language_ == Language::es ? contest_.title_es : contest_.title_en;
    for (std::size_t i = 0; i < award_.allocation.awards.size(); ++i) out.seats.push_back(seat(i));
    if (award_.allocation.unassigned > 0) {
      out.notes.push_back(words_.text("site.seats.unassigned",
                                      {{"seats", std::to_string(award_.allocation.unassigned)}}));
    }
    say_lots(out.notes);
    say_recounts(out.notes);
    say_stale(out.notes);
    return out;
  }

 private:
  [[nodiscard]] std::string name_of(const std::string& id) const {
    for (const election::Option& option : contest_.options) {
      if (option.id.text() == id) return option.name;
    }
    return id;
  }

  [[nodiscard]] SeatText seat(std::size_t i) const {
    const seats::Award& award = award_.allocation.awards[i];
    std::string why = seat_reason(award, names_, words_, language_) + ".";
    const std::string margin = seat_margin(award_.margins[i], names_, words_, language_);
    // Of a tie there is no distance to tell.
    if (!margin.empty() && award.decided_by == seats::DecidedBy::merit) why += " " + margin;
    const std::string& elected = award_.elected[i].name;
    return {std::to_string(award.order), names_[award.contender], elected.empty() ? "–" : elected,
            std::move(why)};
  }

  // The number of a lot is its place among those of the contest, as the seats name it.
  void say_lots(std::vector<std::string>& notes) const {
    std::size_t number = 0;
    for (const LotRecord& lot : act_.plan.lots) {
      if (lot.contest != award_.contest) continue;
      std::vector<std::string> among;
      std::vector<std::string> witnesses;
      for (const std::string& id : lot.lot.among) among.push_back(name_of(id));
      for (const std::string& id : lot.witnesses) witnesses.push_back(organisation(id));
      notes.push_back(words_.text(
          "act.lot", {{"number", std::to_string(++number)},
                      {"among", comma_list(among)},
                      {"winner", name_of(lot.lot.winner)},
                      {"method", lot.method},
                      {"place", lot.place},
                      {"date", date_words(lot.date, words_.text("site.months"), language_)},
                      {"witnesses", comma_list(witnesses)}}));
    }
  }

  void say_recounts(std::vector<std::string>& notes) const {
    for (const Recount& recount : act_.plan.recounts) {
      if (recount.contest != award_.contest) continue;
      notes.push_back(words_.text("act.recount", {{"reference", recount.reference}}));
    }
  }

  void say_stale(std::vector<std::string>& notes) const {
    if (award_.stale.empty()) return;
    notes.push_back(words_.text("act.stale", {{"cards", std::to_string(award_.stale.size())},
                                              {"null", grouped(award_.stale_null, language_)}}));
    std::vector<std::pair<std::string, std::uint32_t>> own;
    for (std::size_t i = 0; i < award_.contenders.size(); ++i) {
      if (award_.allocation.seats[i] == 0) continue;
      own.emplace_back(award_.contenders[i].id, award_.allocation.seats[i]);
    }
    std::ranges::sort(own);
    for (const ReadingResult& other : award_.readings) {
      notes.push_back(words_.text(other.seats == own ? "site.stale.same" : "site.stale.other",
                                  {{"rule", reading_words(other.follow, other.orphan, words_)},
                                   {"seats", seats_words(other, contest_, stale_)}}));
    }
  }

  [[nodiscard]] std::string organisation(const std::string& text) const {
    const auto id = election::OrganisationId::parse(text);
    const election::Organisation* const found = id ? definition_.organisation(*id) : nullptr;
    return found == nullptr ? text : found->name;
  }

  const Act& act_;
  const ContestAward& award_;
  const election::Definition& definition_;
  const election::Contest& contest_;
  StaleOfContest stale_;
  const Catalogue& words_;
  Language language_;
  std::vector<std::string> names_;
};

}  // namespace

Result<ActText> act_text(const Act& act, ByteView record, std::size_t number,
                         const election::Definition& definition, const election::Counting& counting,
                         const Catalogue& words) {
  const crypto::MultiSign parts = TRY(crypto::parse_multi(record));
  ActText out;
  out.title = words.text(number == 0 ? "act.title" : "act.title.numbered",
                         {{"number", std::to_string(number)}});
  for (const crypto::CoseSignature& one : parts.signatures) out.signers.push_back(one.kid.hex());
  const auto date = [&](const std::string& value) {
    return date_words(value, words.text("site.months"), language_of(words));
  };
  out.facts.emplace_back(words.text("act.bulletin"), std::to_string(act.bulletin));
  if (!act.plan.term_from.empty()) {
    out.facts.emplace_back(words.text("act.term-from"), date(act.plan.term_from));
  }
  if (!act.plan.term_to.empty()) {
    out.facts.emplace_back(words.text("act.term-to"), date(act.plan.term_to));
  }
  if (!act.plan.next_election.empty()) {
    out.facts.emplace_back(words.text("act.next-election"), date(act.plan.next_election));
  }
  out.facts.emplace_back(words.text("act.signatures"), comma_list(out.signers));
  out.records.emplace_back(words.text("act.hash"), crypto::sha256(record).hex());
  out.records.emplace_back(words.text("act.bulletin-hash"), act.bulletin_id.hex());
  out.records.emplace_back(words.text("act.rows"), act.rows_root.hex());
  if (act.nominations) {
    out.records.emplace_back(
        words.text("act.nominations", {{"acts", std::to_string(act.nominations->acts)}}),
        act.nominations->last.hex());
  }
  for (const ContestAward& award : act.awards) {
    out.contests.push_back(ContestWriter{act, award, definition, counting, words}.write());
  }
  return out;
}

namespace {

constexpr int kPage = 1'680;  // A4 in dots, 8 to the millimetre
constexpr int kPageHeight = 2'376;
constexpr int kMargin = 120;
constexpr int kSeatWidth = 90;
constexpr int kNameWidth = 380;
constexpr int kText = 20;
constexpr int kSmall = 15;

class ActPaper {
 public:
  ActPaper(const ActText& text, const election::Definition& definition, const Catalogue& words)
      : text_{text}, definition_{definition}, words_{words} {}

  codec::Drawing draw(std::int64_t time_s) {
    out_.width = kPage;
    out_.page_height = kPageHeight;
    out_.margin = kMargin;
    out_.time_s = time_s;
    out_.title = text_.title;
    head();
    for (const auto& [term, value] : text_.facts) pair(term, value, kText);
    for (const ContestText& contest : text_.contests) table(contest);
    out_.blocks.emplace_back(codec::Space{24});
    for (const auto& [term, value] : text_.records) pair(term, value, kSmall);
    boxes();
    return std::move(out_);
  }

 private:
  static codec::Cell cell(std::string text, int height, bool bold, int width = 0) {
    codec::Cell out;
    out.text = std::move(text);
    out.height = height;
    out.bold = bold;
    out.width = width;
    return out;
  }
  void line(std::string text, int height, bool bold) {
    out_.blocks.emplace_back(codec::TextRow{{cell(std::move(text), height, bold)}, false});
    out_.blocks.emplace_back(codec::Space{8});
  }
  void pair(const std::string& term, const std::string& value, int height) {
    codec::TextRow row;
    row.cells = {cell(term, height, false, kNameWidth + kSeatWidth), cell(value, height, true)};
    out_.blocks.emplace_back(std::move(row));
  }

  void head() {
    const bool spanish = words_.language() != "en";
    codec::TextRow band{{cell(text_.title, 40, true)}, true};
    band.cells[0].align = codec::Align::centre;
    out_.blocks.emplace_back(std::move(band));
    line(spanish ? definition_.title_es : definition_.title_en, 32, true);
    line(date_words(definition_.date, words_.text("site.months"), language_of(words_)), kText,
         false);
    if (definition_.kind != election::ElectionKind::real) {
      const std::string key = "site." + std::string{election::kind_name(definition_.kind)};
      line(words_.text(key + ".head") + " " + words_.text(key + ".text"), kText, true);
    }
    const std::string made = generated_notice(definition_.generated, words_);
    if (!made.empty()) line(made, kText, false);
    line(words_.text("act.intro"), kText, false);
  }

  void table(const ContestText& contest) {
    out_.blocks.emplace_back(codec::Space{24});
    codec::TableHead head;
    head.first = out_.blocks.size();
    out_.blocks.emplace_back(codec::TextRow{{cell(contest.title, 28, true)}, false, true});
    codec::TextRow columns;
    columns.cells = {cell(words_.text("site.col.seat"), kSmall, true, kSeatWidth),
                     cell(words_.text("site.col.option"), kSmall, true, kNameWidth),
                     cell(words_.text("act.elected"), kSmall, true, kNameWidth),
                     cell(words_.text("site.col.why"), kSmall, true)};
    columns.keep = true;
    out_.blocks.emplace_back(std::move(columns));
    out_.blocks.emplace_back(codec::Rule{});
    head.count = out_.blocks.size() - head.first;
    for (const SeatText& seat : contest.seats) {
      codec::TextRow row;
      row.cells = {cell(seat.seat, kText, false, kSeatWidth),
                   cell(seat.option, kText, true, kNameWidth),
                   cell(seat.elected, kText, false, kNameWidth), cell(seat.why, kSmall, false)};
      out_.blocks.emplace_back(std::move(row));
      out_.blocks.emplace_back(codec::Space{6});
    }
    head.end = out_.blocks.size();
    out_.heads.push_back(head);
    for (const std::string& note : contest.notes) line(note, kText, false);
  }

  // The signatures that count are in the record; ink is for those who keep the paper.
  void boxes() {
    constexpr std::size_t kAbreast = 3;
    out_.blocks.emplace_back(codec::Space{24});
    for (std::size_t i = 0; i < text_.signers.size(); i += kAbreast) {
      codec::Boxes row;
      for (std::size_t k = i; k < std::min(i + kAbreast, text_.signers.size()); ++k) {
        row.boxes.push_back({words_.text("act.signer", {{"kid", text_.signers[k]}})});
      }
      out_.blocks.emplace_back(std::move(row));
    }
  }

  const ActText& text_;
  const election::Definition& definition_;
  const Catalogue& words_;
  codec::Drawing out_;
};

}  // namespace

codec::Drawing act_drawing(const ActText& text, const election::Definition& definition,
                           const Catalogue& words, std::int64_t time_s) {
  return ActPaper{text, definition, words}.draw(time_s);
}

}  // namespace sufragio::services
