#include <algorithm>
#include <limits>
#include <numeric>

#include "base/numbers.h"
#include "codec/csv.h"
#include "election/codes.h"
#include "election/definition.h"
#include "election/definition_check.h"

namespace sufragio::election {

namespace {

constexpr std::uint64_t kMaxActas = 100'000;
constexpr std::uint64_t kMaxNumber16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kMaxElectors = 100'000'000;

// One line of a table: its fields in the order of the columns asked for.
class Line {
 public:
  Line(const codec::CsvRecord& record, const std::vector<std::size_t>& order,
       const std::vector<std::string>& columns)
      : record_{record}, order_{order}, columns_{columns} {}

  [[nodiscard]] std::string_view at(std::size_t column) const {
    return record_.fields[order_[column]];
  }
  [[nodiscard]] int number() const { return static_cast<int>(record_.line); }

  [[nodiscard]] tl::unexpected<Error> bad(Code code, std::size_t column) const {
    return fail(code, {{"column", columns_[column]}, {"value", std::string{at(column)}}});
  }
  template <typename Id>
  [[nodiscard]] Result<Id> id(std::size_t column) const {
    return annotate(Id::parse(at(column)), "column", std::string_view{columns_[column]});
  }
  [[nodiscard]] Result<std::uint64_t> number(std::size_t column, std::uint64_t max) const {
    return annotate(parse_uint(at(column), max), "column", std::string_view{columns_[column]});
  }
  [[nodiscard]] Result<std::uint16_t> number16(std::size_t column) const {
    const std::uint64_t value = TRY(number(column, kMaxNumber16));
    return static_cast<std::uint16_t>(value);
  }

 private:
  const codec::CsvRecord& record_;
  const std::vector<std::size_t>& order_;
  const std::vector<std::string>& columns_;
};

// Calls `on_line` for each line of a file; its failures get the line and the file.
template <typename OnLine>
Result<void> read_lines(codec::CsvTable& table, const std::vector<std::string>& columns,
                        OnLine&& on_line) {
  std::vector<std::size_t> order;
  for (const std::string& column : columns) order.push_back(*table.column(column));
  for (;;) {
    const std::optional<codec::CsvRecord> record = TRY(table.next());
    if (!record) return {};
    const Line line{*record, order, columns};
    TRY(annotate(on_line(line), "line", line.number()));
  }
}

template <typename OnLine>
Result<void> read_table(const DefinitionFiles& files, std::string_view name,
                        const std::vector<std::string>& columns, OnLine&& on_line) {
  const auto text = files.csv.find(std::string{name});
  if (text == files.csv.end()) return fail(kMissingFile, {{"file", std::string{name}}});
  Result<codec::CsvTable> table = codec::CsvTable::open(text->second, {}, columns, true);
  if (!table) return fail(std::move(table).error().with("file", name));
  return annotate(read_lines(*table, columns, on_line), "file", name);
}

// Sorts items by key together with their lines; equal keys keep the order of the file, so that a
// duplicate is reported where it stands second.
template <typename T, typename Key>
void sort_with_lines(std::vector<T>& items, std::vector<int>& lines, Key key) {
  const auto less = [&](const T& a, const T& b) { return key(a) < key(b); };
  if (std::is_sorted(items.begin(), items.end(), less)) return;
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return less(items[a], items[b]); });
  std::vector<T> sorted;
  std::vector<int> sorted_lines;
  sorted.reserve(items.size());
  sorted_lines.reserve(items.size());
  for (const std::size_t i : order) {
    sorted.push_back(std::move(items[i]));
    sorted_lines.push_back(lines[i]);
  }
  items = std::move(sorted);
  lines = std::move(sorted_lines);
}

template <typename T>
struct Placed {  // an entry of a list that gives its positions
  std::uint16_t position = 0;
  T value;
  int line = 0;
};

class Reader {
 public:
  explicit Reader(const DefinitionFiles& files) : files_{files} {}

  Result<Definition> run() {
    TRY(annotate(election(), "file", std::string_view{"election.toml"}));
    TRY(territories());
    TRY(organisations());
    TRY(alliances());
    TRY(contests());
    TRY(options());
    TRY(cards());
    TRY(styles());
    TRY(mesas());
    TRY(check_definition(d_, &lines_));
    return std::move(d_);
  }

 private:
  Result<void> election() {
    const codec::Document& doc = files_.election;
    TRY(doc.only({"id", "title_es", "title_en", "date", "kind", "organiser", "law", "url",
                  "imported", "generated"}));
    d_.id = TRY(doc.string("id"));
    d_.title_es = TRY(doc.string("title_es"));
    d_.title_en = TRY(doc.string("title_en"));
    d_.date = TRY(doc.string("date"));
    d_.organiser = TRY(doc.string("organiser"));
    d_.law = TRY(doc.string("law"));
    if (doc.find("url") != nullptr) d_.url = TRY(doc.string("url"));
    if (doc.find("imported") != nullptr) d_.imported = TRY(doc.boolean("imported"));
    if (doc.find("generated") != nullptr) d_.generated = TRY(doc.string("generated"));
    const std::string kind = TRY(doc.string("kind"));
    for (const char* key :
         {"id", "title_es", "title_en", "date", "kind", "organiser", "law", "url", "generated"}) {
      if (const codec::Document* value = doc.find(key)) lines_.keys[key] = value->line();
    }
    d_.kind = TRY(annotate(annotate(parse_election_kind(kind), "line", lines_.keys["kind"]),
                           "column", std::string_view{"kind"}));
    return {};
  }

  Result<void> territories() {
    const auto on_line = [&](const Line& line) -> Result<void> {
      Territory t;
      t.code = TRY(TerritoryCode::parse(line.at(0)));
      t.name = line.at(1);
      d_.territories.push_back(std::move(t));
      lines_.territories.push_back(line.number());
      return {};
    };
    TRY(read_table(files_, "territory.csv", {"code", "name"}, on_line));
    sort_with_lines(d_.territories, lines_.territories,
                    [](const Territory& t) -> const TerritoryCode& { return t.code; });
    return {};
  }

  Result<void> organisations() {
    const auto on_line = [&](const Line& line) -> Result<void> {
      Organisation o;
      o.id = TRY(line.id<OrganisationId>(0));
      o.short_name = line.at(1);
      o.name = line.at(2);
      d_.organisations.push_back(std::move(o));
      lines_.organisations.push_back(line.number());
      return {};
    };
    TRY(read_table(files_, "organisations.csv", {"id", "short", "name"}, on_line));
    sort_with_lines(d_.organisations, lines_.organisations,
                    [](const Organisation& o) -> const OrganisationId& { return o.id; });
    return {};
  }

  Result<void> alliances() {
    const auto on_line = [&](const Line& line) -> Result<void> {
      const AllianceId id = TRY(line.id<AllianceId>(0));
      if (!d_.alliance_names.emplace(id, line.at(1)).second) return line.bad(kDuplicate, 0);
      d_.alliances.push_back(id);
      lines_.alliances.push_back(line.number());
      return {};
    };
    TRY(read_table(files_, "alliances.csv", {"id", "name"}, on_line));
    sort_with_lines(d_.alliances, lines_.alliances,
                    [](const AllianceId& id) -> const AllianceId& { return id; });
    return {};
  }

  // Has the header of this file such a column?
  [[nodiscard]] bool has_column(const std::string& file, std::string_view column) const {
    const auto text = files_.csv.find(file);
    if (text == files_.csv.end()) return false;
    const std::string_view head = std::string_view{text->second}.substr(0, text->second.find('\n'));
    return head.find(column) != std::string_view::npos;
  }

  Result<void> contests() {
    std::vector<std::string> columns{
        "id",       "kind",     "territory",  "seats", "votes_per_voter",
        "title_es", "title_en", "cards_known"};
    if (has_column("contests.csv", "generated")) columns.emplace_back("generated");
    const auto on_line = [&](const Line& line) -> Result<void> {
      Contest c;
      c.id = TRY(line.id<ContestId>(0));
      c.kind = TRY(annotate(parse_contest_kind(line.at(1)), "column", std::string_view{"kind"}));
      c.territory =
          TRY(annotate(TerritoryCode::parse(line.at(2)), "column", std::string_view{"territory"}));
      c.seats = TRY(line.number16(3));
      c.votes_per_voter = TRY(line.number16(4));
      c.title_es = line.at(5);
      c.title_en = line.at(6);
      c.cards_known = line.at(7) == "yes";
      if (!c.cards_known && line.at(7) != "no") return line.bad(kBadValue, 7);
      if (columns.size() > 8) c.generated = line.at(8);
      if (d_.contests.size() > kMaxNumber16) return line.bad(kLimit, 0);
      if (!contest_at_.emplace(c.id.text(), d_.contests.size()).second) {
        return line.bad(kDuplicate, 0);
      }
      d_.contests.push_back(std::move(c));
      lines_.contests.push_back(line.number());
      return {};
    };
    TRY(read_table(files_, "contests.csv", columns, on_line));
    lines_.options.resize(d_.contests.size());
    lines_.cards.resize(d_.contests.size());
    return {};
  }

  Result<std::size_t> contest_at(const Line& line, std::size_t column) {
    const auto found = contest_at_.find(line.at(column));
    if (found == contest_at_.end()) return line.bad(kUnknownReference, column);
    return found->second;
  }

  Result<void> options() {
    const auto on_line = [&](const Line& line) -> Result<void> {
      const std::size_t contest = TRY(contest_at(line, 0));
      Option o;
      o.id = TRY(line.id<OptionId>(1));
      o.name = line.at(2);
      d_.contests[contest].options.push_back(std::move(o));
      lines_.options[contest].push_back(line.number());
      return {};
    };
    return read_table(files_, "options.csv", {"contest", "id", "name"}, on_line);
  }

  // Puts entries into the order of their positions, which must be 1 … n. The failure names the
  // first line whose position is not the next one.
  template <typename T>
  static Result<void> order_positions(std::vector<Placed<T>>& placed, std::string_view file) {
    std::stable_sort(placed.begin(), placed.end(), [](const Placed<T>& a, const Placed<T>& b) {
      return a.position < b.position;
    });
    for (std::size_t i = 0; i < placed.size(); ++i) {
      if (placed[i].position == i + 1) continue;
      return fail(kCardPositions, {{"file", std::string{file}},
                                   {"line", std::to_string(placed[i].line)},
                                   {"column", "position"},
                                   {"value", std::to_string(placed[i].position)}});
    }
    return {};
  }

  Result<void> cards() {
    std::vector<std::vector<Placed<Card>>> by_contest(d_.contests.size());
    const auto on_line = [&](const Line& line) -> Result<void> {
      const std::size_t contest = TRY(contest_at(line, 0));
      Placed<Card> card;
      card.line = line.number();
      card.position = TRY(line.number16(1));
      if (!line.at(2).empty() || d_.contests[contest].cards_known) {
        card.value.organisation = TRY(line.id<OrganisationId>(2));
      }
      card.value.option = TRY(line.id<OptionId>(3));
      if (!line.at(4).empty()) card.value.alliance = TRY(line.id<AllianceId>(4));
      by_contest[contest].push_back(std::move(card));
      return {};
    };
    TRY(read_table(files_, "cards.csv",
                   {"contest", "position", "organisation", "option", "alliance"}, on_line));
    for (std::size_t i = 0; i < by_contest.size(); ++i) {
      TRY(order_positions(by_contest[i], "cards.csv"));
      for (Placed<Card>& card : by_contest[i]) {
        d_.contests[i].cards.push_back(std::move(card.value));
        lines_.cards[i].push_back(card.line);
      }
    }
    return {};
  }

  Result<void> styles() {
    std::vector<std::vector<Placed<ContestIndex>>> by_style;
    const auto on_line = [&](const Line& line) -> Result<void> {
      const StyleId id = TRY(line.id<StyleId>(0));
      Placed<ContestIndex> entry;
      entry.line = line.number();
      entry.position = TRY(line.number16(1));
      const std::size_t contest = TRY(contest_at(line, 2));
      entry.value = ContestIndex{static_cast<std::uint16_t>(contest)};
      const auto [at, added] = style_at_.emplace(id.text(), d_.styles.size());
      if (added) {
        if (d_.styles.size() > kMaxNumber16) return line.bad(kLimit, 0);
        d_.styles.push_back({id, {}});
        by_style.emplace_back();
      }
      by_style[at->second].push_back(entry);
      return {};
    };
    TRY(read_table(files_, "styles.csv", {"style", "position", "contest"}, on_line));
    lines_.styles.resize(d_.styles.size());
    for (std::size_t i = 0; i < by_style.size(); ++i) {
      TRY(order_positions(by_style[i], "styles.csv"));
      for (const Placed<ContestIndex>& entry : by_style[i]) {
        d_.styles[i].contests.push_back(entry.value);
        lines_.styles[i].push_back(entry.line);
      }
    }
    return {};
  }

  Result<void> mesas() {
    std::vector<std::string> columns{"centre", "mesa", "electors", "style"};
    if (d_.imported && has_column("mesas.csv", "actas")) {
      columns.emplace_back("actas");
    }
    const auto on_line = [&](const Line& line) -> Result<void> {
      Mesa m;
      const auto centre = parse_padded(line.at(0), kMaxCentre);
      if (!centre || line.at(0).size() != 9) return line.bad(kBadTerritory, 0);
      const auto mesa = parse_padded(line.at(1), 99);
      if (!mesa || line.at(1).size() != 2) return line.bad(kBadValue, 1);
      m.id = {CentreCode{static_cast<std::uint32_t>(*centre)},
              MesaNumber{static_cast<std::uint16_t>(*mesa)}};
      m.electors_known = !line.at(2).empty();
      if (m.electors_known) {
        const std::uint64_t electors = TRY(line.number(2, kMaxElectors));
        m.electors = TRY(Persons::from(static_cast<std::int64_t>(electors)));
      }
      const auto style = style_at_.find(line.at(3));
      if (style == style_at_.end()) return line.bad(kUnknownReference, 3);
      m.style = static_cast<std::uint16_t>(style->second);
      if (columns.size() > 4) {
        const std::uint64_t actas = TRY(line.number(4, kMaxActas));
        m.actas = static_cast<std::uint32_t>(actas);
      }
      d_.mesas.push_back(m);
      lines_.mesas.push_back(line.number());
      return {};
    };
    TRY(read_table(files_, "mesas.csv", columns, on_line));
    sort_with_lines(d_.mesas, lines_.mesas, [](const Mesa& m) { return m.id; });
    return {};
  }

  const DefinitionFiles& files_;
  Definition d_;
  DefinitionLines lines_;
  std::map<std::string, std::size_t, std::less<>> contest_at_;
  std::map<std::string, std::size_t, std::less<>> style_at_;
};

}  // namespace

Result<Definition> read_definition(const DefinitionFiles& files) { return Reader{files}.run(); }

}  // namespace sufragio::election
