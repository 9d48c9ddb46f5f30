#include "audit/sheet.h"

#include <algorithm>
#include <cstdlib>

#include "audit/codes.h"
#include "codec/cbor.h"

namespace sufragio::audit {

namespace {

constexpr std::uint64_t kSheetEntry = 17;
constexpr std::uint64_t kSheetVersion = 1;
constexpr std::uint64_t kMostReceipts = 1'000'000'000;
constexpr std::size_t kMostOptions = 5'000;

struct Figure {
  std::string name;
  std::int64_t paper = 0;
  std::int64_t acta = 0;
};

std::vector<Figure> figures_of(const Sheet& sheet) {
  std::vector<Figure> out;
  const BoxCount& paper = *sheet.paper;
  for (std::size_t i = 0; i < paper.receipts.size(); ++i) {
    out.push_back({"option " + std::to_string(i + 1), paper.receipts[i], sheet.acta.votes[i]});
  }
  out.push_back({"null", paper.null, sheet.acta.null});
  out.push_back({"box", paper.box, sheet.acta.ballots});
  out.push_back({"roster", paper.roster, sheet.acta.ballots});
  return out;
}

std::vector<Figure> compared(const BoxCount& a, const BoxCount& b) {
  std::vector<Figure> out;
  for (std::size_t i = 0; i < a.receipts.size(); ++i) {
    out.push_back({"option " + std::to_string(i + 1), a.receipts[i], b.receipts[i]});
  }
  out.push_back({"null", a.null, b.null});
  out.push_back({"box", a.box, b.box});
  out.push_back({"roster", a.roster, b.roster});
  return out;
}

Result<void> check_count(const BoxCount& count, std::int64_t votes_per_voter) {
  std::int64_t sum = count.null;
  std::int64_t least = std::min({count.null, count.box, count.roster});
  for (const std::int64_t value : count.receipts) {
    sum += value;
    least = std::min(least, value);
  }
  if (least < 0) return fail(Error{kImpossibleCount}.with("value", least));
  if (sum != count.box * votes_per_voter) {
    return fail(Error{kImpossibleCount}.with("figure", "box").with("value", count.box));
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> Sheet::largest_difference() const {
  if (!paper) return std::nullopt;
  std::int64_t out = 0;
  for (const Figure& figure : figures_of(*this)) {
    out = std::max<std::int64_t>(out, std::llabs(figure.paper - figure.acta));
  }
  return out;
}

SheetResult Sheet::result() const {
  const auto largest = largest_difference();
  if (!largest) return SheetResult::not_counted;
  if (*largest <= tolerance) return SheetResult::match;
  std::int64_t covered = 0;
  for (const Explanation& explanation : explanations) covered += explanation.receipts;
  return *largest <= tolerance + covered ? SheetResult::explained : SheetResult::differs;
}

Result<BoxCount> agreed(const CountEntry& first, const CountEntry& second,
                        std::int64_t votes_per_voter) {
  if (first.person == second.person) return fail(kSamePerson, {{"person", first.person}});
  if (first.organisation == second.organisation) {
    return fail(kSameOrganisation, {{"organisation", first.organisation}});
  }
  TRY(check_count(first.count, votes_per_voter));
  TRY(check_count(second.count, votes_per_voter));
  if (first.count.receipts.size() != second.count.receipts.size()) {
    return fail(Error{kEntriesDiffer}.with("figure", "options"));
  }
  for (const Figure& figure : compared(first.count, second.count)) {
    if (figure.paper == figure.acta) continue;
    return fail(Error{kEntriesDiffer}
                    .with("figure", figure.name)
                    .with("first", figure.paper)
                    .with("second", figure.acta));
  }
  return first.count;
}

namespace {

std::uint64_t sheet_uint(std::int64_t value) { return static_cast<std::uint64_t>(value); }

void write_numbers(codec::CborWriter& out, const std::vector<std::int64_t>& values) {
  out.array(values.size());
  for (const std::int64_t value : values) out.uint(sheet_uint(value));
}

Result<std::int64_t> read_number(codec::CborReader& in) {
  const std::uint64_t value = TRY(in.uint(kMostReceipts));
  return static_cast<std::int64_t>(value);
}

Result<std::vector<std::int64_t>> read_numbers(codec::CborReader& in) {
  const std::size_t size = TRY(in.array());
  if (size > kMostOptions) return fail(kBadSheet);
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < size; ++i) {
    const std::int64_t value = TRY(read_number(in));
    out.push_back(value);
  }
  return out;
}

void write_paper(codec::CborWriter& out, const std::optional<BoxCount>& paper) {
  if (!paper) return out.null();
  out.array(4);
  write_numbers(out, paper->receipts);
  out.uint(sheet_uint(paper->null));
  out.uint(sheet_uint(paper->box));
  out.uint(sheet_uint(paper->roster));
}

Result<std::optional<BoxCount>> read_paper(codec::CborReader& in) {
  const bool none = TRY(in.null());
  if (none) return std::optional<BoxCount>{};
  TRY(in.array(4));
  BoxCount out;
  out.receipts = TRY(read_numbers(in));
  out.null = TRY(read_number(in));
  out.box = TRY(read_number(in));
  out.roster = TRY(read_number(in));
  return std::optional{std::move(out)};
}

Result<std::vector<Explanation>> read_explanations(codec::CborReader& in) {
  const std::size_t size = TRY(in.array());
  std::vector<Explanation> out;
  if (size > kLastCause) return fail(kBadSheet);
  for (std::size_t i = 0; i < size; ++i) {
    TRY(in.array(2));
    const std::uint64_t cause = TRY(in.uint(kLastCause));
    const std::int64_t receipts = TRY(read_number(in));
    if (cause == 0 || receipts == 0) return fail(kBadSheet);
    if (!out.empty() && static_cast<std::uint64_t>(out.back().cause) >= cause) {
      return fail(kBadSheet);
    }
    out.push_back({static_cast<Cause>(cause), receipts});
  }
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> read_counters(codec::CborReader& in) {
  const std::size_t size = TRY(in.array());
  if (size > 16) return fail(kBadSheet);
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < size; ++i) {
    TRY(in.array(2));
    const std::string_view person = TRY(in.text());
    const std::string_view organisation = TRY(in.text());
    out.emplace_back(person, organisation);
  }
  return out;
}

Result<Sheet> read_fields(codec::CborReader& in) {
  Sheet out;
  TRY(in.key(2));
  const ByteView election = TRY(in.bytes(crypto::ElectionHandle::kSize));
  out.election = TRY(crypto::ElectionHandle::from(election));
  TRY(in.key(3));
  TRY(in.array(2));
  const std::uint64_t centre = TRY(in.uint(999'999'999));
  const std::uint64_t mesa = TRY(in.uint(99));
  out.mesa = {CentreCode{static_cast<std::uint32_t>(centre)},
              MesaNumber{static_cast<std::uint16_t>(mesa)}};
  TRY(in.key(4));
  const ByteView draw = TRY(in.bytes(Hash32::kSize));
  out.draw = TRY(Hash32::from(draw));
  TRY(in.key(5));
  const std::string_view contest = TRY(in.text());
  out.contest = contest;
  TRY(in.key(6));
  out.acta.votes = TRY(read_numbers(in));
  TRY(in.key(7));
  out.acta.null = TRY(read_number(in));
  TRY(in.key(8));
  out.acta.ballots = TRY(read_number(in));
  TRY(in.key(9));
  out.paper = TRY(read_paper(in));
  TRY(in.key(10));
  const std::uint64_t reason = TRY(in.uint(kLastNotCounted));
  if (reason > 0) out.reason = static_cast<NotCounted>(reason);
  TRY(in.key(11));
  out.explanations = TRY(read_explanations(in));
  TRY(in.key(12));
  out.tolerance = TRY(read_number(in));
  TRY(in.key(13));
  out.counters = TRY(read_counters(in));
  TRY(in.key(14));
  out.votes_per_voter = TRY(read_number(in));
  if (out.paper) TRY(check_count(*out.paper, out.votes_per_voter));
  return out;
}

}  // namespace

Bytes encode(const Sheet& sheet) {
  codec::CborWriter out;
  out.map(16);
  out.uint(0);
  out.uint(kSheetEntry);
  out.uint(1);
  out.uint(kSheetVersion);
  out.uint(2);
  out.bytes(sheet.election.view());
  out.uint(3);
  out.array(2);
  out.uint(sheet.mesa.centre.value());
  out.uint(sheet.mesa.mesa.value());
  out.uint(4);
  out.bytes(sheet.draw.view());
  out.uint(5);
  out.text(sheet.contest);
  out.uint(6);
  write_numbers(out, sheet.acta.votes);
  out.uint(7);
  out.uint(sheet_uint(sheet.acta.null));
  out.uint(8);
  out.uint(sheet_uint(sheet.acta.ballots));
  out.uint(9);
  write_paper(out, sheet.paper);
  out.uint(10);
  out.uint(sheet.reason ? static_cast<std::uint64_t>(*sheet.reason) : 0);
  out.uint(11);
  out.array(sheet.explanations.size());
  for (const Explanation& explanation : sheet.explanations) {
    out.array(2);
    out.uint(static_cast<std::uint64_t>(explanation.cause));
    out.uint(sheet_uint(explanation.receipts));
  }
  out.uint(12);
  out.uint(sheet_uint(sheet.tolerance));
  out.uint(13);
  out.array(sheet.counters.size());
  for (const auto& [person, organisation] : sheet.counters) {
    out.array(2);
    out.text(person);
    out.text(organisation);
  }
  out.uint(14);
  out.uint(sheet_uint(sheet.votes_per_voter));
  out.uint(15);
  out.uint(static_cast<std::uint64_t>(sheet.result()));
  return out.take();
}

Result<Sheet> decode_sheet(ByteView payload) {
  codec::CborReader in{payload};
  TRY(in.map(16));
  TRY(in.key(0));
  const std::uint64_t type = TRY(in.uint());
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  if (type != kSheetEntry || version != kSheetVersion) return fail(kBadSheet);
  Sheet out = TRY(read_fields(in));
  TRY(in.key(15));
  const std::uint64_t result = TRY(in.uint(3));
  TRY(in.end());
  const bool whole = out.paper.has_value() != out.reason.has_value() &&
                     (!out.paper || out.paper->receipts.size() == out.acta.votes.size()) &&
                     (!out.paper || out.counters.size() >= 2);
  // A result that its own figures do not give is no sheet.
  if (!whole || result != static_cast<std::uint64_t>(out.result())) return fail(kBadSheet);
  return out;
}

}  // namespace sufragio::audit
