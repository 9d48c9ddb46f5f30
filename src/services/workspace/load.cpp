#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "codec/csv.h"
#include "services/workspace/codes.h"
#include "services/workspace/text.h"
#include "services/workspace/workspace.h"

namespace sufragio::services {

namespace {

constexpr std::array<std::string_view, 8> kDefinitionFiles{
    "territory.csv", "mesas.csv",   "organisations.csv", "alliances.csv",
    "contests.csv",  "options.csv", "cards.csv",         "styles.csv"};

Result<std::string> read_text(const ports::Store& store, std::string_view path) {
  const std::optional<Bytes> bytes = TRY(store.read(path));
  if (!bytes) {
    return fail(workspace_codes::kMissingFile, {{"file", std::string{path}}});
  }
  return std::string{as_text(*bytes)};
}

// One line of a file of the workspace; the fields in the order of the columns.
class Fields {
 public:
  Fields(const codec::CsvRecord& record, const std::vector<std::string>& columns,
         const std::vector<std::size_t>& places)
      : record_{record}, columns_{columns}, places_{places} {}

  [[nodiscard]] std::string_view at(std::size_t i) const { return record_.fields[places_[i]]; }
  [[nodiscard]] std::string text(std::size_t i) const { return std::string{at(i)}; }
  [[nodiscard]] tl::unexpected<Error> bad(std::size_t i,
                                          Code code = workspace_codes::kBadValue) const {
    return fail(code, {{"line", std::to_string(record_.line)},
                       {"column", columns_[i]},
                       {"value", std::string{at(i).substr(0, 60)}}});
  }
  template <typename C>
  [[nodiscard]] Result<C> count(std::size_t i) const {
    const Result<std::uint64_t> value = parse_uint(at(i), std::uint64_t{C::kMax});
    if (!value) return bad(i);
    return C::from(static_cast<std::int64_t>(*value));
  }
  template <typename C>
  [[nodiscard]] Result<std::optional<C>> optional(std::size_t i) const {
    if (at(i).empty()) return std::optional<C>{};
    const C value = TRY(count<C>(i));
    return std::optional<C>{value};
  }
  [[nodiscard]] Result<std::uint32_t> small(std::size_t i) const {
    const Result<std::uint64_t> value = parse_uint(at(i), 1'000'000);
    if (!value) return bad(i);
    return static_cast<std::uint32_t>(*value);
  }

 private:
  const codec::CsvRecord& record_;
  const std::vector<std::string>& columns_;
  const std::vector<std::size_t>& places_;
};

template <typename OnLine>
Result<void> each_line(const std::string& text, const std::vector<std::string>& columns,
                       OnLine&& on_line) {
  codec::CsvTable table = TRY(codec::CsvTable::open(text, {}, columns, true));
  std::vector<std::size_t> places;
  for (const std::string& column : columns) places.push_back(*table.column(column));
  for (;;) {
    const std::optional<codec::CsvRecord> record = TRY(table.next());
    if (!record) return {};
    TRY(on_line(Fields{*record, columns, places}));
  }
}

template <typename OnLine>
Result<void> each_line_of(const ports::Store& store, std::string_view path,
                          const std::vector<std::string>& columns, OnLine&& on_line) {
  const std::string text = TRY(read_text(store, path));
  return annotate(each_line(text, columns, on_line), "file", path);
}

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& words,
                                    std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

class Loader {
 public:
  Loader(const ports::Store& store, DocumentParser parse_toml)
      : store_{store}, parse_toml_{parse_toml} {}

  Result<Workspace> run() {
    TRY(definition());
    TRY(law());
    TRY(sources());
    TRY(notes());
    TRY(about());
    TRY(stated());
    TRY(bodies());
    TRY(rows());
    judge_all(out_);
    return std::move(out_);
  }

 private:
  Result<void> definition() {
    const std::string toml = TRY(read_text(store_, "definition/election.toml"));
    election::DefinitionFiles files;
    files.election = TRY(annotate(parse_toml_(toml), "file", "election.toml"));
    for (const std::string_view name : kDefinitionFiles) {
      std::string text = TRY(read_text(store_, "definition/" + std::string{name}));
      files.csv[std::string{name}] = std::move(text);
    }
    out_.definition = TRY(election::read_definition(files));
    const auto& contests = out_.definition.contests;
    for (std::size_t i = 0; i < contests.size(); ++i) {
      contests_.emplace(contests[i].id.text(),
                        election::ContestIndex{static_cast<std::uint16_t>(i)});
    }
    return {};
  }

  Result<void> law() {
    out_.law_text = TRY(read_text(store_, "law.toml"));
    const codec::Document document = TRY(annotate(parse_toml_(out_.law_text), "file", "law.toml"));
    out_.law = TRY(annotate(election::read_law_pack(out_.law_text, document), "file", "law.toml"));
    if (out_.law.id == out_.definition.law) return {};
    return fail(workspace_codes::kOtherLaw,
                {{"expected", out_.definition.law}, {"got", out_.law.id}});
  }

  Result<void> sources() {
    return each_line_of(store_, "sources.csv", workspace_text::kSourceColumns,
                        [&](const Fields& line) -> Result<void> {
                          Source s{line.text(0), line.text(1), line.text(2), 0, {}};
                          const auto size = parse_uint(line.at(3), std::uint64_t{1} << 50);
                          const auto hash = Hash32::parse(line.at(4));
                          if (!size) return line.bad(3);
                          if (!hash) return line.bad(4);
                          s.size = *size;
                          s.hash = *hash;
                          if (!hashes_.emplace(s.name, s.hash).second) return line.bad(0);
                          out_.sources.push_back(std::move(s));
                          return {};
                        });
  }

  Result<void> notes() {
    return each_line_of(
        store_, "notes.csv", workspace_text::kNoteColumns, [&](const Fields& line) -> Result<void> {
          const std::string_view code = line.at(0);
          const auto number = parse_padded(code.empty() ? code : code.substr(1), 999);
          if (code.size() != 4 || !number) return line.bad(0);
          if (line.at(1) != "yes" && line.at(1) != "no") return line.bad(1);
          ImportNote note;
          note.error.code = {code[0], static_cast<std::uint16_t>(*number)};
          note.error.context = TRY(workspace_text::facts_from_text(line.at(2)));
          note.fatal_for_row = line.at(1) == "yes";
          out_.notes.push_back(std::move(note));
          return {};
        });
  }

  Result<void> about() {
    return each_line_of(store_, "about.csv", workspace_text::kAboutColumns,
                        [&](const Fields& line) -> Result<void> {
                          if (!out_.about.emplace(line.text(0), line.text(1)).second) {
                            return line.bad(0);
                          }
                          return {};
                        });
  }

  Result<election::ContestIndex> contest(const Fields& line, std::size_t i) const {
    const auto found = contests_.find(line.at(i));
    if (found == contests_.end()) return line.bad(i, workspace_codes::kUnknownName);
    return found->second;
  }

  static Result<tally::Unit> unit(const Fields& line, std::size_t i) {
    tally::Unit out;
    const auto territory = election::TerritoryCode::parse(line.at(i));
    if (!territory) return line.bad(i);
    out.territory = *territory;
    if (line.at(i + 1).empty()) return out;
    const auto mesa = parse_padded(line.at(i + 1), 99);
    const bool centre = out.territory.level() == election::Level::centre;
    if (!mesa || *mesa == 0 || !centre) return line.bad(i + 1);
    out.mesa = MesaNumber{static_cast<std::uint16_t>(*mesa)};
    return out;
  }

  Result<void> stated() {
    const auto seats = [&](const Fields& line) -> Result<void> {
      StatedSeats s;
      s.contest = TRY(contest(line, 0));
      const auto option = election::OptionId::parse(line.at(1));
      const auto& options = out_.definition.contest(s.contest).options;
      const bool known = option && std::ranges::any_of(options, [&](const election::Option& o) {
                           return o.id == *option;
                         });
      if (!known) return line.bad(1, workspace_codes::kUnknownName);
      s.option = *option;
      s.seats = TRY(line.small(2));
      out_.stated_seats.push_back(std::move(s));
      return {};
    };
    const auto expected = [&](const Fields& line) -> Result<void> {
      StatedExpected s;
      s.contest = TRY(contest(line, 0));
      s.unit = TRY(unit(line, 1));
      const Votes actas = TRY(line.count<Votes>(3));
      s.actas = actas.value();
      s.registered = TRY(line.count<Persons>(4));
      out_.stated_expected.push_back(std::move(s));
      return {};
    };
    TRY(each_line_of(store_, "stated_seats.csv", workspace_text::kStatedSeatsColumns, seats));
    return each_line_of(store_, "stated_expected.csv", workspace_text::kStatedExpectedColumns,
                        expected);
  }

  Result<void> bodies() {
    return each_line_of(store_, "bodies.csv", workspace_text::kBodyColumns,
                        [&](const Fields& line) -> Result<void> {
                          Body b;
                          const auto territory = election::TerritoryCode::parse(line.at(0));
                          if (!territory) return line.bad(0);
                          b.territory = *territory;
                          b.name = line.text(1);
                          b.electors = TRY(line.count<Persons>(2));
                          b.nominal = TRY(line.small(3));
                          for (const std::string_view part : split(line.at(4), ' ')) {
                            const auto seats = parse_uint(part, 1'000'000);
                            if (!seats) return line.bad(4);
                            b.circuits.push_back(static_cast<std::uint32_t>(*seats));
                          }
                          b.list = TRY(line.small(5));
                          b.indigenous = TRY(line.small(6));
                          b.total = TRY(line.small(7));
                          out_.bodies.push_back(std::move(b));
                          return {};
                        });
  }

  Result<void> rows() {
    return each_line_of(store_, "rows.csv", workspace_text::kRowColumns,
                        [&](const Fields& line) { return row(line); });
  }

  Result<void> row(const Fields& line) {
    tally::Row r;
    r.contest = TRY(contest(line, 0));
    r.unit = TRY(unit(line, 1));
    const auto trust = index_of(workspace_text::kTrust, line.at(3));
    if (!trust) return line.bad(3);
    r.trust = static_cast<tally::Trust>(*trust);
    TRY(source(line, r));
    r.revision = TRY(line.small(6));
    r.actas = TRY(line.small(7));
    r.registered = TRY(line.optional<Persons>(8));
    r.voters = TRY(line.optional<Persons>(9));
    r.ballots = TRY(line.optional<Persons>(10));
    r.stated_valid = TRY(line.optional<Votes>(11));
    r.null = TRY(line.count<Votes>(12));
    r.invalid = TRY(line.count<Votes>(13));
    for (const std::string_view part : split(line.at(14), ' ')) {
      const auto votes = parse_uint(part, std::uint64_t{Votes::kMax});
      if (!votes) return line.bad(14);
      r.votes.push_back(*Votes::from(static_cast<std::int64_t>(*votes)));
    }
    // status and codes are for people: the rows are judged again
    out_.rows.push_back({std::move(r), {}});
    return {};
  }

  Result<void> source(const Fields& line, tally::Row& r) const {
    const auto known = hashes_.find(line.at(4));
    if (known != hashes_.end()) {
      r.source = known->second;
      r.origin = line.text(4) + ":" + line.text(5);
      return {};
    }
    const auto hash = Hash32::parse(line.at(4));
    if (!hash || !line.at(5).empty()) return line.bad(4, workspace_codes::kUnknownName);
    r.source = *hash;
    return {};
  }

  const ports::Store& store_;
  DocumentParser parse_toml_;
  Workspace out_;
  std::map<std::string, election::ContestIndex, std::less<>> contests_;
  std::map<std::string, Hash32, std::less<>> hashes_;
};

}  // namespace

Result<Workspace> load(const ports::Store& store, DocumentParser parse_toml) {
  return Loader{store, parse_toml}.run();
}

}  // namespace sufragio::services
