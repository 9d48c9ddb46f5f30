#include <algorithm>
#include <set>

#include "base/numbers.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/titles.h"

// Pages of contests of 2013, one JSON object per line. The same contest stands on pages of several
// levels; exactly one of them becomes a row: the special page, else the page of the municipality.
namespace sufragio::services {

namespace {

using codec::Document;

struct Page {
  Place place;
  std::string code;
  std::string title;
  PageCode where;
  TitleParts parts;
  Document document;
};

// "21.262": a dot before each group of three digits, as the pages print numbers.
std::optional<std::int64_t> dotted(std::string_view text) {
  std::string digits;
  const std::vector<std::string_view> groups = split(text, '.');
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i > 0 && groups[i].size() != 3) return std::nullopt;
    if (groups.size() > 1 && (groups[0].empty() || groups[0].size() > 3)) return std::nullopt;
    digits += groups[i];
  }
  return whole(digits);
}

struct Sheet {  // the figures of a page
  std::int64_t expected = 0, transmitted = 0, voters = 0, cast = 0, valid = 0, null = 0;
  std::int64_t actas_expected = 0, actas = 0;
};

Result<Sheet> sheet_of(const Mapping& mapping, const Document& ficha) {
  Sheet out;
  const auto read = [&](std::string_view role, std::int64_t& to) -> Result<void> {
    const std::string key = TRY(mapping.column(role));
    const std::string text = TRY(ficha.string(key));
    const std::optional<std::int64_t> value = dotted(text);
    if (!value) return fail(import_codes::kBadFigure, {{"column", key}, {"value", text}});
    to = *value;
    return {};
  };
  TRY(read("registered_expected", out.expected));
  TRY(read("registered", out.transmitted));
  TRY(read("voters", out.voters));
  TRY(read("cast", out.cast));
  TRY(read("valid", out.valid));
  TRY(read("null", out.null));
  TRY(read("actas_expected", out.actas_expected));
  TRY(read("actas", out.actas));
  return out;
}

struct CardOnPage {
  std::string organisation;  // id
  std::string name;
  Votes votes;
};

struct OptionOnPage {
  std::string name;
  Votes votes;
  std::int64_t awarded = 0;
  std::vector<CardOnPage> cards;
  std::optional<Votes> residual;  // "vtv"; nothing when the page has no such line
  bool persons = false;           // names of elected persons stand there
};

Result<Votes> votes_in(const Document& table, std::string_view key) {
  const std::int64_t value = TRY(table.integer(key));
  return Votes::from(value);
}

Result<CardOnPage> card_of(const Document& item) {
  const auto* parts = std::get_if<Document::Array>(&item.value());
  if (parts == nullptr || parts->size() != 3) return fail(import_codes::kBadContest);
  const auto* id = std::get_if<std::string>(&(*parts)[0].value());
  const auto* name = std::get_if<std::string>(&(*parts)[1].value());
  const auto* votes = std::get_if<std::int64_t>(&(*parts)[2].value());
  const bool no_id = std::holds_alternative<std::monostate>((*parts)[0].value());
  if ((id == nullptr && !no_id) || name == nullptr || votes == nullptr) {
    return fail(import_codes::kBadContest);
  }
  CardOnPage out;
  // Nominators of indigenous peoples have no number on the page: their name makes the id.
  out.organisation = id != nullptr ? *id : "n-" + slug_of(*name, 30);
  TRY(parse_slug(out.organisation));
  out.name = *name;
  out.votes = TRY(Votes::from(*votes));
  return out;
}

Result<OptionOnPage> option_of(const Document& item) {
  TRY(item.only({"nombre", "votos", "adj", "tarjetas", "vtv", "elegidos"}));
  OptionOnPage out;
  out.name = TRY(item.string("nombre"));
  out.votes = TRY(votes_in(item, "votos"));
  const Votes awarded = TRY(votes_in(item, "adj"));
  out.awarded = awarded.value();
  const Document::Array* cards = TRY(item.array("tarjetas"));
  for (const Document& card : *cards) {
    CardOnPage next = TRY(card_of(card));
    out.cards.push_back(std::move(next));
  }
  const Document* residual = item.find("vtv");
  if (residual != nullptr && !std::holds_alternative<std::monostate>(residual->value())) {
    out.residual = TRY(votes_in(item, "vtv"));
  }
  const Document::Array* persons = TRY(item.array("elegidos"));
  out.persons = !persons->empty();
  return out;
}

class ContestImport {
 public:
  explicit ContestImport(Builder& builder) : b_{builder} {}

  Result<void> read(const PlainFile& file) {
    std::size_t begin = 0;
    for (std::size_t line = 1; begin < file.text.size() && !b_.hopeless(); ++line) {
      const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
      const std::string_view text = trim(std::string_view{file.text}.substr(begin, end - begin));
      if (!text.empty()) page(text, {&file, line});
      begin = end + 1;
      b_.progress(begin);
    }
    return {};
  }

  void build() {
    std::map<std::string, bool> has_special;  // title → is there a special page
    std::set<std::string> has_row;
    for (const Page& p : pages_) {
      if (p.where.level == PageLevel::special) has_special[p.title] = true;
    }
    for (const Page& p : pages_) {
      const bool wanted = p.where.level == PageLevel::special ||
                          (p.where.level == PageLevel::municipality && !has_special[p.title]);
      if (!wanted) continue;
      has_row.insert(p.title);
      const Result<void> added = add(p);
      if (!added) bad(p.place, added.error());
    }
    for (const Page& p : pages_) {
      if (!has_row.contains(p.title)) {
        b_.remark(import_codes::kTopOnly, p.place, {{"title", p.title.substr(0, 120)}});
      }
    }
    finish_organisations();
  }

 private:
  void bad(const Place& place, const Error& cause) {
    std::vector<Fact> facts{{"cause", cause.code.text()}};
    for (const Fact& fact : cause.context) {
      if (fact.name != "line") facts.push_back({fact.name, fact.value.substr(0, 100)});
    }
    b_.defect(import_codes::kBadContest, place, std::move(facts));
  }

  void page(std::string_view text, const Place& place) {
    Result<Document> document = b_.options().parse_json(text);
    if (!document) return bad(place, document.error());
    const Result<std::string> code = document->string("codigo");
    if (!code) return bad(place, code.error());
    const Result<std::string> title = document->string("titulo");
    if (!title) return bad(place, title.error());
    const std::optional<PageCode> where = page_code(b_, *code, place);
    const std::optional<std::string> clean = b_.clean(*title, place);
    if (!where || !clean) return;
    const std::optional<TitleParts> parts = title_parts(b_.mapping(), *clean);
    if (!parts) return bad(place, Error{import_codes::kBadText, {{"value", *clean}}});
    if (!keys_.insert({*code, *clean}).second) {
      b_.defect(import_codes::kRepeatedRow, place, {{"unit", *code}, {"first", *clean}});
      return;
    }
    const auto circuit = parts->circuit.value_or(0);
    const auto [body, fresh] = bodies_.try_emplace({*code, parts->kind_id, circuit}, *clean);
    if (!fresh && where->level != PageLevel::digest) {
      b_.count(import_codes::kSharedCode, place, *code);
    }
    if (where->level == PageLevel::digest || where->level == PageLevel::parish) {
      b_.count(import_codes::kOtherLevel, place,
               where->level == PageLevel::parish ? "parish" : "digest");
    }
    pages_.push_back({place, *code, *clean, *where, *parts, std::move(*document)});
  }

  Result<void> add(const Page& page) {
    TRY(page.document.only({"codigo", "titulo", "ficha", "opciones"}));
    const Document* ficha = TRY(page.document.table("ficha"));
    const Sheet sheet = TRY(sheet_of(b_.mapping(), *ficha));
    const Document::Array* items = TRY(page.document.array("opciones"));
    std::vector<OptionOnPage> options;
    for (const Document& item : *items) {
      OptionOnPage next = TRY(option_of(item));
      options.push_back(std::move(next));
    }
    if (options.empty() || options.size() > 1'000) return fail(import_codes::kLimit);
    election::Contest contest = TRY(contest_of(page, sheet, options));
    RowFigures figures = TRY(figures_of(sheet));
    std::vector<StatedSeats> stated;
    for (std::size_t i = 0; i < options.size(); ++i) {
      const election::OptionId id = TRY(election::OptionId::parse("o" + std::to_string(i + 1)));
      if (!add_option(page, contest, figures, id, options[i])) return {};
      const auto awarded = static_cast<std::uint32_t>(options[i].awarded);
      if (awarded > 0) stated.push_back({{}, id, awarded});
    }
    if (!name_page(b_, page.where.territory, page.title, page.place)) return {};
    remarks(page, options, stated.empty());
    const election::ContestIndex index = b_.add_contest(std::move(contest));
    const tally::Unit unit{page.where.territory, {}};
    for (StatedSeats& seats : stated) {
      seats.contest = index;
      b_.out().stated_seats.push_back(seats);
    }
    const Persons expected = TRY(Persons::from(sheet.expected));
    b_.out().stated_expected.push_back({index, unit, sheet.actas_expected, expected});
    static_cast<void>(b_.add_row(page.place, index, unit, std::move(figures)));
    return {};
  }

  Result<election::Contest> contest_of(const Page& page, const Sheet& sheet,
                                       const std::vector<OptionOnPage>& options) {
    election::Contest contest;
    std::string id = page.code + "-" + page.parts.kind_id;
    if (page.parts.circuit) id += "-" + std::to_string(*page.parts.circuit);
    const int same = ++ids_[id];
    if (same > 1) id += "-x" + std::to_string(same);
    contest.id = TRY(election::ContestId::parse(id));
    contest.kind = page.parts.kind;
    contest.territory = page.where.territory;
    contest.title_es = page.title;
    contest.title_en = page.title;
    std::int64_t seats = 0;
    for (const OptionOnPage& option : options) seats += option.awarded;
    if (contest.kind == election::ContestKind::nominal) {
      seats = sheet.voters > 0 ? (2 * sheet.cast + sheet.voters) / (2 * sheet.voters) : 1;
      b_.count(import_codes::kVotesPerVoter, page.place);
    }
    if (seats > 10'000) return fail(import_codes::kLimit);
    contest.seats = static_cast<std::uint16_t>(std::max<std::int64_t>(seats, 1));
    if (contest.kind == election::ContestKind::nominal) contest.votes_per_voter = contest.seats;
    return contest;
  }

  static Result<RowFigures> figures_of(const Sheet& sheet) {
    RowFigures out;
    out.registered = TRY(Persons::from(sheet.transmitted));
    out.voters = TRY(Persons::from(sheet.voters));
    out.valid = TRY(Votes::from(sheet.valid));
    out.null = TRY(Votes::from(sheet.null));
    out.actas = static_cast<std::uint32_t>(std::min<std::int64_t>(sheet.actas, 100'000));
    return out;
  }

  bool add_option(const Page& page, election::Contest& contest, RowFigures& figures,
                  const election::OptionId& id, const OptionOnPage& option) {
    std::vector<CardOnPage> cards = option.cards;
    if (option.residual) cards.push_back({"vtv", b_.mapping().word("residual"), *option.residual});
    if (option.residual && option.residual->value() > 0) {
      b_.remark(import_codes::kResidual, page.place,
                {{"contest", contest.id.text()},
                 {"option", id.text()},
                 {"votes", std::to_string(option.residual->value())}});
    }
    if (option.cards.empty()) b_.count(import_codes::kOptionWithoutCard, page.place);
    if (cards.empty()) {
      cards.push_back({"sin-tarjeta", b_.mapping().word("no_card"), option.votes});
    }
    std::int64_t sum = 0;
    std::vector<std::string> parties;
    for (const CardOnPage& card : cards) {
      const Result<election::OrganisationId> organisation =
          election::OrganisationId::parse(card.organisation);
      const std::optional<std::string> name = b_.clean(card.name, page.place);
      if (!organisation || !name) return false;
      const bool twice = std::ranges::any_of(contest.cards, [&](const election::Card& other) {
        return other.option == id && other.organisation == *organisation;
      });
      if (twice) {
        b_.defect(import_codes::kBadContest, page.place, {{"card", *name}});
        return false;
      }
      const auto known = organisations_.try_emplace(*organisation, *name).first;
      if (known->second != *name) b_.count(import_codes::kOtherName, page.place, *name);
      contest.cards.push_back({*organisation, id, {}});
      figures.votes.push_back(card.votes);
      if (parties.size() < option.cards.size()) parties.push_back(*name);
      sum += card.votes.value();
    }
    if (sum != option.votes.value()) {
      b_.remark(import_codes::kOptionSum, page.place,
                {{"option", id.text()},
                 {"sum", std::to_string(sum)},
                 {"stated", std::to_string(option.votes.value())}});
    }
    // All lists are called alike on the pages: their parties tell them apart.
    if (parties.empty()) parties.push_back(b_.mapping().word("no_card"));
    const bool list = contest.kind == election::ContestKind::list;
    const std::optional<std::string> name =
        list ? joined_name(b_, parties, page.place) : b_.clean(option.name, page.place);
    if (!name) return false;
    contest.options.push_back({id, *name});
    return true;
  }

  void remarks(const Page& page, const std::vector<OptionOnPage>& options, bool no_seats) {
    constexpr std::size_t kShownAtMost = 30;  // some pages stop there
    if (options.size() == kShownAtMost) {
      b_.remark(import_codes::kMaybeCut, page.place, {{"title", page.title.substr(0, 120)}});
    }
    if (no_seats) b_.count(import_codes::kNoSeatsStated, page.place, page.parts.kind_id);
    for (const OptionOnPage& option : options) {
      if (option.persons) b_.count(import_codes::kPersonsLeftOut, page.place);
    }
  }

  void finish_organisations() {
    for (const auto& [id, name] : organisations_) {
      b_.out().definition.organisations.push_back({id, name, name});
    }
  }

  Builder& b_;
  std::vector<Page> pages_;
  std::set<std::pair<std::string, std::string>> keys_;
  std::map<std::tuple<std::string, std::string, std::uint16_t>, std::string> bodies_;
  std::map<std::string, int> ids_;
  std::map<election::OrganisationId, std::string> organisations_;
};

}  // namespace

Result<void> import_ve_2013_contests(Builder& builder, const Sources& files) {
  if (builder.options().parse_json == nullptr) {
    return fail(import_codes::kBadMapping, {{"key", "json"}, {"line", "0"}});
  }
  ContestImport import{builder};
  for (const PlainFile& file : files) {
    TRY(import.read(file));
  }
  import.build();
  return {};
}

}  // namespace sufragio::services
