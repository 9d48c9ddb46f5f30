#include "acta/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "acta/qr.h"
#include "base/numbers.h"
#include "codec/text_codes.h"
#include "crypto/hash.h"

namespace sufragio::acta {

namespace {

using codec::Align;
using codec::Cell;
using codec::Drawing;
using election::Contest;
using election::ContestIndex;
using election::Definition;
using election::ElectionKind;
using election::Level;
using election::TerritoryCode;

constexpr const char* kWords[] = {"acta.ballots",
                                  "acta.ballots_root",
                                  "acta.by_option",
                                  "acta.centre",
                                  "acta.centre_name",
                                  "acta.closing",
                                  "acta.contest",
                                  "acta.counted_votes",
                                  "acta.counters",
                                  "acta.counters.abandoned",
                                  "acta.counters.assisted",
                                  "acta.counters.challenged",
                                  "acta.counters.receipts",
                                  "acta.counters.spoiled",
                                  "acta.counters.suspended",
                                  "acta.counters.tokens",
                                  "acta.counters.unblocks",
                                  "acta.counters.void",
                                  "acta.cut",
                                  "acta.former_machine",
                                  "acta.gate",
                                  "acta.gate.match",
                                  "acta.gate.no_hands",
                                  "acta.gate.no_match",
                                  "acta.gate.no_prints",
                                  "acta.invalid_votes",
                                  "acta.kind.audit",
                                  "acta.kind.drill",
                                  "acta.kind.mock",
                                  "acta.law",
                                  "acta.log",
                                  "acta.machine",
                                  "acta.made",
                                  "acta.mesa",
                                  "acta.municipality",
                                  "acta.no_value",
                                  "acta.null_votes",
                                  "acta.opening",
                                  "acta.package",
                                  "acta.parish",
                                  "acta.printing",
                                  "acta.qr_a",
                                  "acta.qr_b",
                                  "acta.refused",
                                  "acta.registered",
                                  "acta.republic",
                                  "acta.sheet",
                                  "acta.signatures",
                                  "acta.software",
                                  "acta.state",
                                  "acta.strip_code",
                                  "acta.title.contingency",
                                  "acta.title.final",
                                  "acta.title.zero",
                                  "acta.tomo",
                                  "acta.unsigned",
                                  "acta.valid_votes",
                                  "acta.verification_code",
                                  "acta.voters",
                                  "strip.copy",
                                  "strip.copy_for",
                                  "strip.id_card",
                                  "strip.member",
                                  "strip.name",
                                  "strip.never_published",
                                  "strip.operator",
                                  "strip.president",
                                  "strip.remarks",
                                  "strip.salt",
                                  "strip.secretary",
                                  "strip.signature",
                                  "strip.thumbprint",
                                  "strip.title",
                                  "strip.witness"};

constexpr int kMain = 28;   // capitals of the main text: 3.5 mm (VVSG 7.1-I)
constexpr int kSmall = 18;  // captions, hashes
constexpr int kTitle = 32;
constexpr int kFigures = 104;   // width of a column of figures
constexpr int kSheet = 16'000;  // dots of one sheet: 2 m

// What the routine found out itself; never told by the caller.
struct Standing {
  bool verified = false;  // signed under a certified machine of this package
  ElectionKind kind = ElectionKind::drill;
  [[nodiscard]] bool counts() const { return verified && kind == ElectionKind::real; }
};

Standing standing_of(const SignedActa& acta, const MachineRegistry& machines) {
  Standing out;
  out.kind = machines.package().manifest().kind;
  out.verified =
      verify_signature(acta, machines).has_value() && !machines.package().definition().imported;
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty() && !part.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string local_time(std::int64_t unix_s, std::int32_t offset_min) {
  constexpr std::int64_t kDayMin = 24 * 60;
  const std::int64_t minutes = unix_s / 60 + offset_min;
  const auto of_day = static_cast<std::uint64_t>(((minutes % kDayMin) + kDayMin) % kDayMin);
  return zero_padded(of_day / 60, 2) + ":" + zero_padded(of_day % 60, 2);
}

std::string local_date(std::string_view iso) {  // 2026-12-06 → 06/12/2026
  const std::vector<std::string_view> parts = split(iso, '-');
  if (parts.size() != 3) return std::string{iso};
  return fmt::format("{}/{}/{}", parts[2], parts[1], parts[0]);
}

std::string grouped_hex(ByteView bytes) {  // groups of 8 digits, for comparing by eye
  const std::string plain = to_hex(bytes);
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i != 0 && i % 8 == 0) out.push_back(' ');
    out.push_back(plain[i]);
  }
  return out;
}

// Builds a page from top to bottom.
class Page {
 public:
  explicit Page(const Words& words) : words_{words} {}

  // A missing or blank word shows its key: no catalogue can make a mandatory text disappear.
  [[nodiscard]] std::string word(const std::string& key) const {
    const auto found = words_.find(key);
    if (found == words_.end() || trim(found->second).size() < 2) return key;
    return found->second;
  }
  void heading(std::string text, int height = kMain) {
    codec::TextRow row;
    row.cells.push_back(cell(std::move(text), Align::centre, height, true));
    out_.blocks.emplace_back(std::move(row));
  }
  void keep() {  // on one sheet with what follows
    auto* const row = std::get_if<codec::TextRow>(&out_.blocks.back());
    if (row != nullptr) row->keep = true;
  }
  void line(std::string text, int height, Align align = Align::left, bool tabular = false) {
    codec::TextRow row;
    row.cells.push_back(cell(std::move(text), align, height, false));
    row.cells.back().tabular = tabular;
    out_.blocks.emplace_back(std::move(row));
  }
  void band(std::string text, int height = kMain) {
    space(8);
    codec::TextRow row;
    row.cells.push_back(cell(std::move(text), Align::centre, height, true));
    row.inverse = true;
    out_.blocks.emplace_back(std::move(row));
    keep();
    space(8);
  }
  void figure(const std::string& label_key, std::int64_t value, bool bold = true) {
    figure_text(word(label_key), std::to_string(value), bold);
  }
  void figure_text(std::string label, std::string value, bool bold = true) {
    codec::TextRow row;
    row.cells.push_back(cell(std::move(label), Align::left, kMain, false));
    row.cells.push_back(cell(std::move(value), Align::right, kMain, bold));
    row.cells.back().width = kFigures;
    row.cells.back().tabular = true;
    out_.blocks.emplace_back(std::move(row));
  }
  void labelled(const std::string& label_key, std::string value, int label_width = 190) {
    codec::TextRow row;
    row.cells.push_back(cell(word(label_key), Align::left, kSmall, false));
    row.cells.back().width = label_width;
    row.cells.push_back(cell(std::move(value), Align::left, kMain, true));
    row.cells.back().tabular = true;
    out_.blocks.emplace_back(std::move(row));
  }
  void row(codec::TextRow cells) { out_.blocks.emplace_back(std::move(cells)); }
  void rule(bool dashed = false) { out_.blocks.emplace_back(codec::Rule{dashed}); }
  void space(int height) { out_.blocks.emplace_back(codec::Space{height}); }
  void codes(codec::CodesRow codes) { out_.blocks.emplace_back(std::move(codes)); }
  void boxes(codec::Boxes boxes) { out_.blocks.emplace_back(std::move(boxes)); }
  void sheets(Page&& head) {
    out_.sheets = codec::Sheets{kSheet, word("acta.sheet"), std::move(head.out_.blocks)};
  }
  [[nodiscard]] Drawing take(const Standing& standing, std::string title, std::int64_t time_s) {
    if (!standing.counts()) out_.stamp = word("acta.no_value");
    out_.title = std::move(title);
    out_.time_s = time_s;
    return std::move(out_);
  }
  [[nodiscard]] static Cell cell(std::string text, Align align, int height, bool bold) {
    Cell out;
    out.text = std::move(text);
    out.align = align;
    out.height = height;
    out.bold = bold;
    return out;
  }

 private:
  const Words& words_;
  Drawing out_;
};

std::string type_key(ActaType type) {
  switch (type) {
    case ActaType::zero:
      return "acta.title.zero";
    case ActaType::contingency:
      return "acta.title.contingency";
    case ActaType::final:
      break;
  }
  return "acta.title.final";
}

std::string kind_key(ElectionKind kind) {
  switch (kind) {
    case ElectionKind::drill:
      return "acta.kind.drill";
    case ElectionKind::mock:
      return "acta.kind.mock";
    case ElectionKind::audit:
      return "acta.kind.audit";
    case ElectionKind::real:
      break;
  }
  return "acta.kind.real";
}

void put_standing(Page& page, const Standing& standing) {
  if (standing.kind != ElectionKind::real) page.band(page.word(kind_key(standing.kind)), kTitle);
  if (!standing.verified) page.band(page.word("acta.unsigned"), kTitle);
}

// Bytes that do not verify never receive the code of a signed acta.
void put_qr_b(Page& page, const SignedActa& acta, const Standing& standing) {
  if (!standing.verified) return;
  const std::vector<std::string> parts = qr_b_parts(acta.record());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    codec::QrCode code;
    code.text = parts[i];
    code.alphanumeric = true;
    code.level = qr_b_level(parts[i]);
    code.caption = page.word("acta.qr_b");
    if (parts.size() > 1) code.caption += fmt::format(" {}/{}", i + 1, parts.size());
    codec::CodesRow row;
    row.codes.push_back(std::move(code));
    page.codes(std::move(row));
  }
}

void put_head(Page& page, const SignedActa& acta, const MachineRegistry& machines,
              const Standing& standing) {
  const Definition& definition = machines.package().definition();
  page.heading(page.word("acta.republic"), 22);
  page.heading(page.word(type_key(acta.acta().type)), kTitle);
  put_standing(page, standing);
  page.heading(definition.title_es);
  page.heading(local_date(definition.date));
  put_qr_b(page, acta, standing);
  page.rule();
}

void put_place(Page& page, const Acta& acta, const Definition& definition) {
  const TerritoryCode centre = TerritoryCode::of(acta.mesa.centre);
  const std::pair<const char*, Level> levels[] = {{"acta.state", Level::state},
                                                  {"acta.municipality", Level::municipality},
                                                  {"acta.parish", Level::parish}};
  const auto name_of = [&definition](const TerritoryCode& code) {
    const election::Territory* const found = definition.territory(code);
    return found == nullptr ? code.text() : found->name;
  };
  for (const auto& level : levels) page.labelled(level.first, name_of(centre.at(level.second)));
  page.labelled("acta.centre", acta.mesa.centre_text());
  if (definition.territory(centre) != nullptr) page.labelled("acta.centre_name", name_of(centre));
  codec::TextRow row;
  row.cells.push_back(Page::cell(page.word("acta.mesa"), Align::left, kSmall, false));
  row.cells.back().width = 190;
  row.cells.push_back(Page::cell(acta.mesa.mesa_text(), Align::left, kTitle, true));
  row.cells.back().width = 110;
  row.cells.push_back(Page::cell(page.word("acta.tomo"), Align::left, kSmall, false));
  row.cells.back().width = 90;
  row.cells.push_back(Page::cell(std::to_string(acta.tomo), Align::left, kTitle, true));
  page.row(std::move(row));
  page.rule();
}

void put_times(Page& page, const Acta& acta, std::int32_t offset_min, const PaperFacts& facts) {
  std::vector<std::pair<std::string, std::string>> times;
  if (acta.type == ActaType::zero) {
    times.emplace_back("acta.made", local_time(acta.time_s, offset_min));
  } else {
    times.emplace_back("acta.opening", local_time(acta.opening_s, offset_min));
    times.emplace_back("acta.closing", local_time(acta.time_s, offset_min));
  }
  if (facts.printed_s != 0) {
    times.emplace_back("acta.printing", local_time(facts.printed_s, offset_min));
  }
  codec::TextRow labels;
  codec::TextRow values;
  for (auto& [key, value] : times) {
    labels.cells.push_back(Page::cell(page.word(key), Align::left, kSmall, false));
    values.cells.push_back(Page::cell(std::move(value), Align::left, kMain, true));
    values.cells.back().tabular = true;
  }
  page.row(std::move(labels));
  page.row(std::move(values));
}

void put_figures(Page& page, const SignedActa& acta, const MachineRegistry& machines,
                 const PaperFacts& facts) {
  page.figure("acta.registered", acta.acta().registered.value());
  page.figure("acta.voters", acta.acta().voters.value());
  page.figure("acta.ballots", acta.acta().ballots.value());
  page.space(8);
  put_times(page, acta.acta(), machines.package().law().day.utc_offset_min, facts);
  const MachineRegistry::Machine* const machine = machines.by_kid(acta.kid());
  if (machine != nullptr && machine->id == acta.acta().machine) {
    page.labelled("acta.machine", machine->serial);
  }
  page.line(grouped_hex(acta.acta().machine.view()), kSmall, Align::left, true);
  for (const crypto::MachineId& former : acta.acta().former_machines) {
    page.line(page.word("acta.former_machine") + " " + grouped_hex(former.view()), kSmall,
              Align::left, true);
  }
}

// The contest of the definition, when its cards are as many as the bytes say; else nothing: then
// the page shows positions only.
const Contest* contest_of(const Acta& acta, const Definition& definition, std::size_t index) {
  const election::Mesa* const mesa = definition.mesa(acta.mesa);
  if (mesa == nullptr || mesa->style >= definition.styles.size()) return nullptr;
  const std::vector<ContestIndex>& contests = definition.styles[mesa->style].contests;
  if (index >= contests.size()) return nullptr;
  const Contest& contest = definition.contest(contests[index]);
  return contest.cards.size() == acta.contests[index].cards.size() ? &contest : nullptr;
}

std::string contest_title(const Page& page, const Contest* contest, std::size_t index) {
  if (contest != nullptr) return contest->title_es;
  return page.word("acta.contest") + " " + std::to_string(index + 1);
}

const election::Option* option_of(const Contest& contest, const election::OptionId& id) {
  const auto found =
      std::find_if(contest.options.begin(), contest.options.end(),
                   [&id](const election::Option& option) { return option.id == id; });
  return found == contest.options.end() ? nullptr : &*found;
}

constexpr int kPosition = 44;  // width of the number of a card

void put_card(Page& page, const Definition& definition, const Contest* contest, std::size_t card,
              Votes votes) {
  std::string name;
  if (contest != nullptr) {
    const election::Card& known = contest->cards[card];
    const election::Organisation* const organisation = definition.organisation(known.organisation);
    name = organisation == nullptr ? known.organisation.text() : organisation->short_name;
  }
  codec::TextRow row;
  row.cells.push_back(Page::cell(std::to_string(card + 1), Align::right, kSmall, false));
  row.cells.back().width = kPosition;
  row.cells.back().tabular = true;
  row.cells.push_back(Page::cell(std::move(name), Align::left, kMain, false));
  row.cells.push_back(Page::cell(std::to_string(votes.value()), Align::right, kMain, true));
  row.cells.back().width = kFigures;
  row.cells.back().tabular = true;
  page.row(std::move(row));
}

// Above each run of cards that nominate the same candidate or list: whose they are.
void put_option(Page& page, const Contest& contest, std::size_t card) {
  const election::OptionId& id = contest.cards[card].option;
  const bool same = card != 0 && contest.cards[card - 1].option == id;
  if (same) return;
  const election::Option* const option = option_of(contest, id);
  if (card != 0) page.rule();
  codec::TextRow row;
  row.cells.push_back(Page::cell("", Align::left, kSmall, false));
  row.cells.back().width = kPosition;
  row.cells.push_back(
      Page::cell(option == nullptr ? id.text() : option->name, Align::left, kSmall, true));
  page.row(std::move(row));
  page.keep();
}

// Per candidate or list, the sum of its cards, in the order of their first cards.
std::vector<std::pair<std::string, std::int64_t>> option_sums(const Contest& contest,
                                                              const ContestCount& count) {
  std::vector<std::pair<election::OptionId, std::int64_t>> sums;
  for (std::size_t i = 0; i < contest.cards.size(); ++i) {
    const election::OptionId& id = contest.cards[i].option;
    auto found = std::find_if(sums.begin(), sums.end(),
                              [&id](const auto& entry) { return entry.first == id; });
    if (found == sums.end()) found = sums.insert(sums.end(), {id, 0});
    found->second += count.cards[i].value();
  }
  std::vector<std::pair<std::string, std::int64_t>> out;
  for (const auto& [id, sum] : sums) {
    const election::Option* const option = option_of(contest, id);
    out.emplace_back(option == nullptr ? id.text() : option->name, sum);
  }
  return out;
}

void put_contest(Page& page, const Acta& acta, const Definition& definition, std::size_t index) {
  const ContestCount& count = acta.contests[index];
  const Contest* const contest = contest_of(acta, definition, index);
  page.band(contest_title(page, contest, index));
  std::int64_t valid = 0;
  for (std::size_t card = 0; card < count.cards.size(); ++card) {
    if (contest != nullptr) put_option(page, *contest, card);
    put_card(page, definition, contest, card, count.cards[card]);
    valid += count.cards[card].value();
  }
  page.rule();
  if (contest != nullptr && contest->options.size() < contest->cards.size()) {
    page.space(6);
    page.line(page.word("acta.by_option"), kSmall);
    page.space(6);
    for (auto& [name, sum] : option_sums(*contest, count)) {
      page.figure_text(std::move(name), std::to_string(sum));
    }
    page.rule();
  }
  page.figure("acta.valid_votes", valid);
  page.figure("acta.null_votes", count.null.value());
  if (count.invalid.value() != 0) page.figure("acta.invalid_votes", count.invalid.value());
  page.figure("acta.counted_votes", valid + count.null.value() + count.invalid.value());
}

void put_gate_and_counters(Page& page, const Acta& acta) {
  page.band(page.word("acta.gate"));
  page.figure("acta.gate.match", acta.gate.match.value(), false);
  page.figure("acta.gate.no_match", acta.gate.no_match.value(), false);
  page.figure("acta.gate.no_prints", acta.gate.no_prints.value(), false);
  page.figure("acta.gate.no_hands", acta.gate.no_hands.value(), false);
  page.band(page.word("acta.counters"));
  const Counters& counters = acta.counters;
  page.figure("acta.counters.receipts", counters.valid_receipts.value(), false);
  page.figure("acta.counters.void", counters.void_prints.value(), false);
  page.figure("acta.counters.spoiled", counters.spoiled.value(), false);
  page.figure("acta.counters.abandoned", counters.abandoned.value(), false);
  page.figure("acta.counters.challenged", counters.challenged.value(), false);
  page.figure("acta.counters.assisted", counters.assisted.value(), false);
  page.figure("acta.counters.unblocks", counters.unblocks.value(), false);
  page.figure("acta.counters.tokens", counters.queue_tokens.value(), false);
  page.figure("acta.counters.suspended", counters.minutes_suspended.value(), false);
  page.rule();
}

void put_hash(Page& page, const std::string& key, const std::string& name, const Hash32& hash) {
  page.line(joined({page.word(key), name}, " "), kSmall);
  page.line(grouped_hex(hash.view().first(16)), kSmall, Align::left, true);
  page.line(grouped_hex(hash.view().subspan(16)), kSmall, Align::left, true);
  page.space(6);
}

void put_evidence(Page& page, const SignedActa& acta, const MachineRegistry& machines) {
  const election::Package& package = machines.package();
  std::string release;
  for (const election::Release& known : package.manifest().releases) {
    if (known.software_root == acta.acta().software_root) release = known.name;
  }
  put_hash(page, "acta.software", release, acta.acta().software_root);
  put_hash(page, "acta.package", "", package.hash());
  put_hash(page, "acta.law", package.law().id, package.law().hash);
  put_hash(page, "acta.log", "", acta.acta().log_head);
  put_hash(page, "acta.ballots_root", "", acta.acta().ballots_root);
  page.rule();
  page.line(page.word("acta.verification_code"), kSmall, Align::centre);
  page.line(acta.verification_code(), kMain, Align::centre);  // on one line
  page.rule();
}

void put_codes(Page& page, const SignedActa& acta, const Definition& definition,
               const Standing& standing) {
  constexpr std::size_t kInARow = 2;
  codec::CodesRow row;
  for (std::size_t i = 0; i < acta.acta().contests.size(); ++i) {
    codec::QrCode code;
    code.text = qr_a_text(qr_a_of(acta.acta(), i));
    code.caption = page.word("acta.qr_a") + "\n" +
                   contest_title(page, contest_of(acta.acta(), definition, i), i);
    row.codes.push_back(std::move(code));
    if (row.codes.size() == kInARow || i + 1 == acta.acta().contests.size()) {
      page.codes(std::exchange(row, {}));
    }
  }
  put_qr_b(page, acta, standing);
}

void put_paper_facts(Page& page, const PaperFacts& facts) {
  if (facts.signatures) {
    page.figure_text(page.word("acta.signatures"),
                     fmt::format("{} / {}", facts.signatures->given.value(),
                                 facts.signatures->expected.value()));
    page.figure("acta.refused", facts.signatures->refused.value());
  }
  if (!facts.strip_code.empty()) {
    page.line(page.word("acta.strip_code"), kSmall, Align::centre);
    page.line(facts.strip_code, kMain, Align::centre);
  }
}

// Above every sheet but the first: whose it is, and the whole record again.
void put_sheet_head(Page& page, const SignedActa& acta, const Standing& standing) {
  put_standing(page, standing);
  page.heading(joined({page.word("acta.centre"), acta.acta().mesa.centre_text(),
                       page.word("acta.mesa"), acta.acta().mesa.mesa_text()},
                      " "),
               22);
  page.line(page.word("acta.verification_code"), kSmall, Align::centre);
  page.line(acta.verification_code(), kMain, Align::centre);
  put_qr_b(page, acta, standing);
  page.rule();
}

void put_box_row(Page& page, const std::vector<std::pair<std::string, int>>& fields, int height) {
  codec::Boxes row;
  row.height = height;
  for (const auto& [key, width] : fields) row.boxes.push_back({page.word(key), width});
  page.boxes(std::move(row));
}

}  // namespace

Drawing public_part(const SignedActa& acta, const MachineRegistry& machines, const Words& words,
                    const PaperFacts& facts) {
  const Standing standing = standing_of(acta, machines);
  const Definition& definition = machines.package().definition();
  Page page{words};
  put_head(page, acta, machines, standing);
  put_place(page, acta.acta(), definition);
  put_figures(page, acta, machines, facts);
  for (std::size_t i = 0; i < acta.acta().contests.size(); ++i) {
    put_contest(page, acta.acta(), definition, i);
  }
  put_gate_and_counters(page, acta.acta());
  put_evidence(page, acta, machines);
  put_codes(page, acta, definition, standing);
  put_standing(page, standing);
  put_paper_facts(page, facts);
  page.space(12);
  page.rule(true);
  page.line(page.word("acta.cut"), kSmall, Align::centre);
  Page head{words};
  put_sheet_head(head, acta, standing);
  page.sheets(std::move(head));
  return page.take(
      standing,
      fmt::format("{} {}", page.word(type_key(acta.acta().type)), acta.acta().mesa.text()),
      acta.acta().time_s);
}

Drawing signature_strip(const SignedActa& acta, const MachineRegistry& machines, const Hash32& salt,
                        const std::vector<StripLine>& lines, const Words& words,
                        const CopyMark& copy) {
  const Standing standing = standing_of(acta, machines);
  Page page{words};
  page.heading(page.word("strip.title"));
  page.line(page.word("strip.never_published"), kSmall, Align::centre);
  put_standing(page, standing);
  page.labelled("acta.centre", acta.acta().mesa.centre_text());
  page.labelled("acta.mesa", acta.acta().mesa.mesa_text());
  page.line(page.word("acta.verification_code"), kSmall, Align::centre);
  page.line(acta.verification_code(), kMain, Align::centre);
  page.line(page.word("acta.strip_code"), kSmall, Align::centre);
  page.line(strip_code(salt, acta.record()), kMain, Align::centre);
  put_hash(page, "strip.salt", "", salt);
  for (const StripLine& line : lines) {
    page.band(page.word(line.role_key), 22);
    put_box_row(page, {{"strip.name", 0}}, 84);
    put_box_row(page, {{"strip.id_card", 0}}, 84);
    put_box_row(page, {{"strip.signature", 0}, {"strip.thumbprint", 180}}, 200);
  }
  page.space(8);
  put_box_row(page, {{"strip.remarks", 0}}, 320);
  page.space(12);
  page.rule(true);
  if (copy.number != 0) {
    page.heading(fmt::format("{} {} / {}", page.word("strip.copy"), copy.number, copy.of));
    page.line(joined({page.word("strip.copy_for"), copy.recipient}, " "), kMain, Align::centre);
  }
  return page.take(standing, page.word("strip.title") + " " + acta.acta().mesa.text(),
                   acta.acta().time_s);
}

std::string strip_code(const Hash32& salt, ByteView record) {
  crypto::Sha256 hash;
  hash.update(salt.view());
  hash.update(record);
  return short_code(hash.finish());
}

char qr_b_level(std::string_view text) {
  constexpr std::size_t kMaxQ = 890;  // alphanumeric characters of version 23-Q (ISO/IEC 18004)
  return text.size() <= kMaxQ ? 'Q' : 'M';
}

const std::vector<std::string>& layout_words() {
  static const std::vector<std::string> keys{std::begin(kWords), std::end(kWords)};
  return keys;
}

}  // namespace sufragio::acta
