#include <algorithm>

#include "base/numbers.h"
#include "seats/seats.h"
#include "services/importing/codes.h"
#include "services/importing/formats.h"
#include "services/importing/source_table.h"
#include "services/importing/titles.h"
#include "tally/contenders.h"

// Every list of every list contest of 2013, with the seats that the commission awarded.
namespace sufragio::services {

namespace {

const std::vector<std::string_view> kListRoles{"code",    "title", "seats",  "position",
                                               "parties", "votes", "awarded"};

struct List {
  Place place;
  std::string parties;
  Votes votes;
  std::uint32_t awarded = 0;
};

struct ListContest {
  Place place;
  std::string code;
  std::string title;
  std::int64_t seats = 0;
  std::map<std::int64_t, List> lists;  // by position
  bool good = true;                    // no line of it was left out
};

class ListImport {
 public:
  explicit ListImport(Builder& builder) : b_{builder} {}

  Result<void> read(const PlainFile& file) {
    SourceTable table = TRY(SourceTable::open(b_, file, kListRoles, {}));
    for (const std::string_view role : kListRoles) {
      TRY(b_.mapping().column(role));
    }
    while (const std::optional<codec::CsvRecord> record = table.next()) line(table, *record);
    return {};
  }

  void build() {
    for (const ListContest& contest : contests_) {
      if (contest.good) add(contest);
    }
  }

 private:
  ListContest& contest_of(const std::string& code, const std::string& title, const Place& place) {
    const auto [at, added] = index_.try_emplace({code, title}, contests_.size());
    if (added) contests_.push_back({place, code, title, 0, {}, true});
    return contests_[at->second];
  }

  void line(const SourceTable& table, const codec::CsvRecord& record) {
    const Place place = table.at(record.line);
    Cells cells{b_, record, place};
    const auto text = [&](std::string_view role) {
      return std::string{cells.text(table.role(role))};
    };
    ListContest& contest = contest_of(text("code"), text("title"), place);
    const auto seats = cells.count<Votes>(table.role("seats"));
    const auto position = cells.count<Votes>(table.role("position"));
    const auto votes = cells.count<Votes>(table.role("votes"));
    const auto awarded = cells.count<Votes>(table.role("awarded"));
    if (!cells.good()) {
      contest.good = false;
      return;
    }
    if (contest.seats == 0) contest.seats = seats->value();
    List list{place, text("parties"), *votes, static_cast<std::uint32_t>(awarded->value())};
    const bool added = contest.lists.try_emplace(position->value(), std::move(list)).second;
    if (added && contest.seats == seats->value()) return;
    contest.good = false;
    b_.defect(added ? import_codes::kContradicts : import_codes::kRepeatedRow, place,
              {{"unit", contest.code}, {"value", std::to_string(position->value())}});
  }

  void add(const ListContest& source) {
    const std::optional<PageCode> page = page_code(b_, source.code, source.place);
    const std::optional<TitleParts> parts = title_parts(b_.mapping(), source.title);
    const std::optional<std::string> title = b_.clean(source.title, source.place);
    if (!page || !title || !parts || source.seats < 1 || source.seats > 10'000) {
      b_.defect(import_codes::kBadContest, source.place, {{"unit", source.code}});
      return;
    }
    if (!name_page(b_, page->territory, source.title, source.place)) return;
    election::Contest contest;
    const std::string id = source.code + "-" + parts->kind_id;
    const int same = ++ids_[id];
    if (same > 1) b_.remark(import_codes::kSharedCode, source.place, {{"code", source.code}});
    contest.id = *election::ContestId::parse(same > 1 ? id + "-" + std::to_string(same) : id);
    contest.kind = parts->kind;
    contest.territory = page->territory;
    contest.seats = static_cast<std::uint16_t>(source.seats);
    contest.title_es = *title;
    contest.title_en = *title;
    contest.cards_known = false;
    RowFigures figures;
    std::vector<StatedSeats> stated;
    for (const auto& [position, list] : source.lists) {
      const auto option = election::OptionId::parse("l" + std::to_string(position));
      const auto name = joined_name(b_, parties_of(list), list.place);
      if (!option || !name) return;
      contest.options.push_back({*option, *name});
      contest.cards.push_back({{}, *option, {}});
      figures.votes.push_back(list.votes);
      stated.push_back({{}, *option, list.awarded});
    }
    compare_seats(source, contest, figures.votes, stated);
    b_.count(import_codes::kEmptyColumn, source.place, "null");
    const election::ContestIndex index = b_.add_contest(std::move(contest));
    for (StatedSeats& seats : stated) {
      seats.contest = index;
      b_.out().stated_seats.push_back(seats);
    }
    static_cast<void>(
        b_.add_row(source.place, index, tally::Unit{page->territory, {}}, std::move(figures)));
  }

  // Withdrawn lists stand in the source without parties.
  std::vector<std::string> parties_of(const List& list) {
    std::vector<std::string> out;
    for (const std::string_view party : split(list.parties, '+')) out.emplace_back(party);
    if (!trim(list.parties).empty()) return out;
    b_.count(import_codes::kOptionWithoutCard, list.place);
    return {b_.mapping().word("no_card")};
  }

  // The rule of the law pack against the seats that the source states.
  void compare_seats(const ListContest& source, const election::Contest& contest,
                     const std::vector<Votes>& votes, const std::vector<StatedSeats>& stated) {
    std::vector<std::int64_t> of_cards;  // one card an option
    for (const Votes one : votes) of_cards.push_back(one.value());
    const auto options = tally::contenders_of(contest, of_cards);
    if (!options) return;
    const Result<seats::Allocation> allocation =
        seats::by_list_rule(options->contenders, contest.seats, b_.out().law.list, options->valid);
    bool same = allocation.has_value() && allocation->tied.empty();
    for (std::size_t i = 0; same && i < stated.size(); ++i) {
      same = allocation->seats[i] == stated[i].seats;
    }
    if (!same) {
      b_.remark(import_codes::kSeatsDiffer, source.place, {{"contest", contest.id.text()}});
    }
  }

  Builder& b_;
  std::vector<ListContest> contests_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::map<std::string, int> ids_;
};

}  // namespace

Result<void> import_ve_2013_lists(Builder& builder, const Sources& files) {
  ListImport import{builder};
  for (const PlainFile& file : files) {
    builder.remark(import_codes::kNoCards, {&file, 0});
    TRY(import.read(file));
  }
  import.build();
  return {};
}

}  // namespace sufragio::services
