#include "services/office/walk.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "acta/qr.h"
#include "base/check.h"
#include "crypto/cose.h"
#include "log/entry.h"
#include "ports/row_index.h"
#include "ports/store.h"
#include "services/office/codes.h"
#include "services/office/paper_length.h"
#include "services/publication/layout.h"
#include "tally/bulletin.h"
#include "tally/totals.h"

namespace sufragio::services {

namespace {

using election::Contest;
using election::ContestIndex;
using election::Definition;
using election::Mesa;
using election::Style;
using election::TerritoryCode;

// No code of ours is longer on paper: version 28-M holds so many alphanumeric characters
// (docs/spec/qr.md).
constexpr std::size_t kMaxCodeLength = 1'200;
constexpr std::size_t kMaxByteCode = 1'190;   // bytes of version 28-M (ISO/IEC 18004, table 7)
constexpr std::size_t kEntryFrame = 64;       // type and lengths of a log entry
constexpr std::size_t kMaxReceiptLine = 420;  // bytes of one choice on the receipt: 12 lines
constexpr int kMostSheetMm = 4'000;           // docs/limits.md

template <typename T>
T most(std::int64_t value) {
  const auto out = T::from(value);
  CHECK(out.has_value());
  return *out;
}

class Walker {
 public:
  Walker(const Definition& definition, const election::LawPack& law,
         const election::Package* package, const WalkTools* tools)
      : definition_{definition},
        law_{law},
        package_{package},
        tools_{tools},
        totals_{definition},
        fullest_(definition.styles.size(), nullptr) {}

  WalkReport run() {
    for (const Contest& contest : definition_.contests) {
      walk_seat_rule(contest);
      walk_receipt(contest);
    }
    for (const Mesa& mesa : definition_.mesas) walk_mesa(mesa);
    for (const Mesa* mesa : fullest_) {
      if (mesa == nullptr) continue;
      ++report_.styles;
      if (tools_ != nullptr) walk_paper(*mesa);
    }
    return std::move(report_);
  }

 private:
  void problem(Code code, const std::string& mesa, const std::string& contest) {
    report_.problems.push_back(Error{code, {{"mesa", mesa}, {"contest", contest}}});
  }

  void walk_seat_rule(const Contest& contest) {
    tally::Figures some;
    some.votes.assign(contest.cards.size(), 1);
    const auto allocation = tally::allocate(contest, some, law_);
    std::size_t given = 0;
    if (allocation) {
      given = allocation->awards.size() + allocation->seats_in_tie + allocation->unassigned;
    }
    if (given != contest.seats) problem(kWalkNoSeatRule, "", contest.id.text());
  }

  // What a voter reads on paper tells every choice of the contest from every other, and fits.
  void walk_receipt(const Contest& contest) {
    std::map<election::OptionId, const std::string*> names;
    for (const election::Option& option : contest.options) names.emplace(option.id, &option.name);
    std::set<std::string> seen;
    bool good = true;
    for (const election::Card& card : contest.cards) {
      const election::Organisation* const who = definition_.organisation(card.organisation);
      const auto option = names.find(card.option);
      const std::string line = (who == nullptr ? "" : who->short_name) + "\n" +
                               (option == names.end() ? "" : *option->second);
      good = good && option != names.end() && line.size() <= kMaxReceiptLine &&
             seen.insert(line).second;
    }
    if (!good) problem(kWalkNoReceipt, "", contest.id.text());
  }

  void walk_mesa(const Mesa& mesa) {
    ++report_.mesas;
    if (mesa.style >= definition_.styles.size() ||
        definition_.styles[mesa.style].contests.empty()) {
      return problem(kWalkNoBallot, mesa.id.text(), "");
    }
    const std::string folder = mesa_folder(mesa.id);
    if (!addresses_.insert(folder).second || !ports::check_path(folder + "index.html")) {
      problem(kWalkNoAddress, mesa.id.text(), "");
    }
    const Style& style = definition_.styles[mesa.style];
    for (const ContestIndex contest : style.contests) {
      ++report_.pairs;
      walk_sums(mesa, contest);
    }
    const Mesa*& fullest = fullest_[mesa.style];
    if (fullest == nullptr || fullest->electors < mesa.electors) fullest = &mesa;
    walk_acta(mesa, style);
  }

  // From the mesa's centre up to the contest's own territory: the country for a national contest.
  void walk_sums(const Mesa& mesa, ContestIndex index) {
    const Contest& contest = definition_.contest(index);
    const TerritoryCode centre = TerritoryCode::of(mesa.id.centre);
    bool found = contest.territory.contains(centre);
    std::optional<TerritoryCode> code = centre;
    while (found && code && contest.territory.contains(*code)) {
      found = totals_.at(index, *code) != nullptr;
      code = code->parent();
    }
    if (!found) problem(kWalkNoSum, mesa.id.text(), contest.id.text());
  }

  // The acta with the largest figures that the rules allow, as the machine would sign it, written
  // and read back, with every code.
  void walk_acta(const Mesa& mesa, const Style& style) {
    const acta::Acta acta = fullest_acta(mesa);
    const Bytes record = record_of(acta);
    const Result<acta::SignedActa> read = acta::parse(record);
    if (!read || read->acta() != acta) return problem(kWalkNoActa, mesa.id.text(), "");
    walk_storage(mesa, style, record.size());
    const std::size_t code = acta::qr_b_text(record).size();
    report_.longest_acta = std::max(report_.longest_acta, record.size());
    report_.longest_code = std::max(report_.longest_code, code);
    for (const std::string& part : acta::qr_b_parts(record)) {
      if (part.size() > kMaxCodeLength) problem(kWalkNoQr, mesa.id.text(), "");
    }
    for (std::size_t i = 0; i < acta.contests.size(); ++i) {
      const acta::QrA expected = acta::qr_a_of(acta, i);
      const std::string text = acta::qr_a_text(expected);
      const auto printed =
          acta::parse_qr_a(text, acta.contests[i].cards.size(), most<Votes>(Votes::kMax));
      if (!printed || *printed != expected || text.size() > kMaxByteCode) {
        const ContestIndex index = style.contests[i];
        problem(kWalkNoQr, mesa.id.text(), definition_.contest(index).id.text());
      }
    }
  }

  void walk_storage(const Mesa& mesa, const Style& style, std::size_t record) {
    if (record + kEntryFrame > log::kMaxEntry) problem(kWalkNoStorage, mesa.id.text(), "");
    for (const ContestIndex index : style.contests) {
      const Contest& contest = definition_.contest(index);
      if (contest.cards.size() <= ports::kMaxRowVotes) continue;
      problem(kWalkNoStorage, mesa.id.text(), contest.id.text());
    }
  }

  // The drawing of the fullest acta of the style, with the codes of a signed one.
  void walk_paper(const Mesa& mesa) {
    const std::vector<ContestIndex>& contests = definition_.styles[mesa.style].contests;
    const auto fail_paper = [&](Code code) {
      problem(code, mesa.id.text(), definition_.contest(contests.front()).id.text());
    };
    const Result<acta::SignedActa> sheet = acta::parse(record_of(fullest_acta(mesa)));
    if (!sheet) return;  // walk_acta said so
    const acta::MachineRegistry nobody{*package_};
    codec::Drawing drawing = acta::public_part(*sheet, nobody, tools_->words);
    const std::vector<codec::Block> codes = signed_codes(sheet->record());
    for (std::vector<codec::Block>* where : {&drawing.blocks, &drawing.sheets->head}) {
      where->insert(where->begin(), codes.begin(), codes.end());
    }
    drawing.blocks.insert(drawing.blocks.end(), codes.begin(), codes.end());
    const auto lengths = sheet_lengths(drawing, tools_->encoder);
    if (!lengths) return fail_paper(kWalkNoQr);
    const int mm = std::accumulate(lengths->begin(), lengths->end(), 0) / kDotsPerMm;
    report_.longest_paper_mm = std::max(report_.longest_paper_mm, mm);
    report_.most_sheets = std::max(report_.most_sheets, lengths->size());
    const bool drawn = std::ranges::max(*lengths) <= kMostSheetMm * kDotsPerMm;
    if (!drawn || mm > tools_->most_paper_mm) return fail_paper(kWalkNoPaper);
    if (mm <= tools_->long_paper_mm) return;
    report_.warnings.push_back(Error{kWalkLongPaper,
                                     {{"mesa", mesa.id.text()},
                                      {"style", definition_.styles[mesa.style].id.text()},
                                      {"mm", std::to_string(mm)},
                                      {"sheets", std::to_string(lengths->size())},
                                      {"limit", std::to_string(tools_->long_paper_mm)}}});
  }

  static std::vector<codec::Block> signed_codes(const Bytes& record) {
    std::vector<codec::Block> out;
    for (const std::string& part : acta::qr_b_parts(record)) {
      codec::QrCode code;
      code.text = part;
      code.caption = " ";
      code.level = acta::qr_b_level(part);
      code.alphanumeric = true;
      out.emplace_back(codec::CodesRow{{std::move(code)}});
    }
    return out;
  }

  // As the machine would sign it, with zeros for a signature: the walk has no key.
  static Bytes record_of(const acta::Acta& acta) {
    return crypto::assemble1(acta::encode(acta), crypto::Algorithm::es256, {}, Bytes(64));
  }

  [[nodiscard]] acta::Acta fullest_acta(const Mesa& mesa) const {
    acta::Acta out;
    if (package_ != nullptr) {
      out.election = package_->handle();
      out.ballot = package_->ballot_of(mesa);
    }
    out.mesa = mesa.id;
    out.time_s = 4'102'444'800;  // the year 2100: the longest time
    out.opening_s = out.time_s;
    out.registered = mesa.electors;
    out.voters = mesa.electors;
    out.ballots = mesa.electors;
    for (const ContestIndex index : definition_.styles[mesa.style].contests) {
      const Contest& contest = definition_.contest(index);
      acta::ContestCount count;
      const Votes all = most<Votes>(mesa.electors.value() * contest.votes_per_voter);
      count.cards.assign(contest.cards.size(), all);
      count.null = all;
      count.invalid = all;
      out.contests.push_back(std::move(count));
    }
    out.gate = {mesa.electors, mesa.electors, mesa.electors, mesa.electors};
    const Persons n = mesa.electors;
    out.counters = {n, n, n, n, n, n, n, n, n};
    out.former_machines.resize(2);
    return out;
  }

  const Definition& definition_;
  const election::LawPack& law_;
  const election::Package* package_;
  const WalkTools* tools_;
  tally::Totals totals_;
  std::vector<const Mesa*> fullest_;  // by style: the mesa with most electors
  std::set<std::string> addresses_;
  WalkReport report_;
};

}  // namespace

WalkReport walk(const election::Package& package, const WalkTools& tools) {
  return Walker{package.definition(), package.law(), &package, &tools}.run();
}

WalkReport walk_definition(const Definition& definition, const election::LawPack& law) {
  return Walker{definition, law, nullptr, nullptr}.run();
}

}  // namespace sufragio::services
