#include "acta/qr.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>

#include "acta/codes.h"
#include "base/numbers.h"
#include "codec/codes.h"
#include "codec/text_codes.h"
#include "sim/rng.h"
#include "tests/acta_support/acta_example.h"
#include "tests/support/support.h"

namespace sufragio::acta {
namespace {

Votes votes(std::int64_t value) { return Votes::from(value).value(); }

const std::string& example_qr_a() {
  static const std::string text =
      "201301006.01.1.0001!140,7,10,8,1,7,1,0,2,3,0,1,8,1,0,1,0,3,1,1,0,1,0,0,0,0,0,0,1,2,0,0,0,5,"
      "7,"
      "155,1,1!0!0";
  return text;
}

Code code_of(std::string_view text) {
  const Result<QrA> parsed = parse_qr_a(text, 38, votes(535));
  return parsed ? Code{} : parsed.error().code;
}

TEST(QrA, IsMadeFromTheActaAndReadsBack) {
  const QrA code = qr_a_of(tests::example_acta(), 0);
  EXPECT_EQ(qr_a_text(code), example_qr_a());
  const Result<QrA> parsed = parse_qr_a(example_qr_a(), 38, votes(535));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().debug();
  EXPECT_EQ(*parsed, code);
}

TEST(QrA, OneLineEndIsStrippedAndNothingElse) {
  EXPECT_EQ(code_of(example_qr_a() + "\r\n"), Code{});
  EXPECT_EQ(code_of(example_qr_a() + "\n"), Code{});
  EXPECT_EQ(code_of(example_qr_a() + "\r"), Code{});
  EXPECT_EQ(code_of(example_qr_a() + "\n\n"), kQrGrammar);
  EXPECT_EQ(code_of(example_qr_a() + " "), kQrGrammar);
  EXPECT_EQ(code_of(" " + example_qr_a()), kQrGrammar);
}

TEST(QrA, RefusesEverythingOutsideOfTheGrammar) {
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string text = example_qr_a();
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(code_of(""), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "0140")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "+140")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "-140")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "1 40")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140", "\xd9\xa1")), kQrGrammar);  // an Arabic digit one
  EXPECT_EQ(code_of(changed("140", "99999999999999999999")), kQrGrammar);
  EXPECT_EQ(code_of(changed("201301006", "20130100")), kQrGrammar);
  EXPECT_EQ(code_of(changed(".01.", ".00.")), kQrGrammar);
  EXPECT_EQ(code_of(changed(".01.", ".1.")), kQrGrammar);
  EXPECT_EQ(code_of(changed("!0!0", "!0")), kQrGrammar);
  EXPECT_EQ(code_of(changed("!0!0", "!0!0!0")), kQrGrammar);
  EXPECT_EQ(code_of(changed("140,7", "140.7")), kQrGrammar);
}

TEST(QrA, NamesTheOffsetOfTheFault) {
  const Result<QrA> parsed = parse_qr_a("201301006.01.1.0001!1,,2!0!0", 3, votes(9));
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().fact("offset"), "22");
}

TEST(QrA, RefusesOtherConstantsNumbersOfCardsAndTooManyVotes) {
  std::string text = example_qr_a();
  text.replace(text.find(".1.0001"), 7, ".2.0001");
  EXPECT_EQ(code_of(text), kQrConstants);
  text = example_qr_a();
  text.replace(text.find(".1.0001"), 7, ".1.0002");
  EXPECT_EQ(code_of(text), kQrConstants);
  EXPECT_EQ(parse_qr_a(example_qr_a(), 37, votes(535)).error().code, kQrCards);
  EXPECT_EQ(parse_qr_a(example_qr_a(), 39, votes(535)).error().code, kQrCards);
  EXPECT_EQ(parse_qr_a(example_qr_a(), 38, votes(154)).error().code, kQrTooMany);
}

// Whatever is accepted is written back as the same bytes.
TEST(QrA, AcceptsOnlyTextsThatItWouldWriteItself) {
  sim::SimRng rng{20'240'728};
  const std::string alphabet = "0123456789,!.-+ \nA";
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = example_qr_a();
    const std::uint64_t changes = 1 + rng.below(3);
    for (std::uint64_t k = 0; k < changes; ++k) {
      text[rng.below(text.size())] = alphabet[rng.below(alphabet.size())];
    }
    const Result<QrA> parsed = parse_qr_a(text, 38, votes(535));
    if (!parsed) continue;
    ++accepted;
    if (text.back() == '\n') text.pop_back();
    EXPECT_EQ(qr_a_text(*parsed), text);
  }
  EXPECT_GT(accepted, 100);
}

using Row = std::map<std::string, std::string>;

// The published row of one mesa (centre code without leading zero, as in the file).
Row published_row(const std::string& centre, const std::string& mesa) {
  const std::string path = *tests::shared_path("data/presidential-2024/mesas_v2.csv.xz");
  std::istringstream table{tests::run_command("xz -dc " + path)};
  std::string header_line;
  std::getline(table, header_line);
  const std::vector<std::string_view> header = split(trim(header_line), ',');
  for (std::string line; std::getline(table, line);) {
    if (line.find(',' + centre + ',') == std::string::npos) continue;
    const std::vector<std::string_view> fields = split(trim(line), ',');
    Row row;
    for (std::size_t i = 0; i < header.size() && i < fields.size(); ++i) {
      row[std::string{header[i]}] = fields[i];
    }
    if (row["CENTRO"] == centre && row["MESA"] == mesa) return row;
  }
  return {};
}

// Candidate of each card of 2024, from the published card order.
std::vector<std::string> candidates_by_card() {
  std::istringstream table{
      tests::read_file(*tests::shared_path("data/presidential-2024/card_order.csv"))};
  std::vector<std::string> out;
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    const std::vector<std::string_view> fields = split(trim(line), ',');
    if (fields.size() >= 2) out.emplace_back(fields[1]);
  }
  return out;
}

// [R110] The two real codes of 2024 say what the published table says.
TEST(QrA, TheTwoRealCodesOf2024EqualTheirPublishedRows) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/acta_qr_examples.txt");
  const std::string file =
      tests::read_file(*tests::shared_path("data/presidential-2024/acta_qr_examples.txt"));
  const std::vector<std::string> candidates = candidates_by_card();
  ASSERT_EQ(candidates.size(), 38U);
  int codes = 0;
  for (const std::string_view line : split(file, '\n')) {
    if (line.empty()) continue;
    ++codes;
    const Result<QrA> code = parse_qr_a(line, 38, votes(1'500));
    ASSERT_TRUE(code.has_value()) << code.error().debug();
    EXPECT_EQ(qr_a_text(*code), line);
    const Row row = published_row(std::to_string(code->mesa.centre.value()),
                                  std::to_string(code->mesa.mesa.value()));
    ASSERT_FALSE(row.empty());
    std::map<std::string, std::int64_t> sums;
    std::int64_t valid = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      sums[candidates[i]] += code->count.cards[i].value();
      valid += code->count.cards[i].value();
    }
    EXPECT_EQ(std::to_string(valid), row.at("VOTOS_VALIDOS"));
    EXPECT_EQ(std::to_string(code->count.null.value()), row.at("VOTOS_NULOS"));
    EXPECT_EQ(sums.size(), 10U);
    for (const auto& [candidate, sum] : sums) {
      EXPECT_EQ(std::to_string(sum), row.at(candidate)) << candidate;
    }
  }
  EXPECT_EQ(codes, 2);
}

TEST(QrB, ReadsBackAndRefusesAnotherPrefixOrAlphabet) {
  const Result<Bytes> record = parse_qr_b(tests::example_qr_b());
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*record, tests::example_record());
  EXPECT_EQ(parse_qr_b("VE2:BB8").error().code, kQrPrefix);
  EXPECT_EQ(parse_qr_b("").error().code, kQrPrefix);
  EXPECT_EQ(parse_qr_b("VE1:bb8").error().code, codec::kBase45);
  EXPECT_EQ(parse_qr_b("VE1:" + std::string(3 * kMaxActa, 'A')).error().code, kQrTooLong);
}

Bytes long_record(std::size_t size) {
  Bytes out(size);
  std::iota(out.begin(), out.end(), std::uint8_t{1});
  return out;
}

TEST(QrBParts, AShortRecordIsOneCode) {
  const std::vector<std::string> parts = qr_b_parts(tests::example_record());
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0], tests::example_qr_b());
  EXPECT_EQ(join_qr_b_parts(parts).value(), tests::example_record());
}

// The longest text of one code has 1,200 characters: 797 bytes give 4 + 1,196.
TEST(QrBParts, AreCutOnlyAboveTwelveHundredCharacters) {
  EXPECT_EQ(qr_b_parts(long_record(797)).size(), 1U);
  EXPECT_EQ(qr_b_parts(long_record(798)).size(), 2U);
}

TEST(QrBParts, JoinInAnyOrderWithRepeats) {
  const Bytes record = long_record(937);
  std::vector<std::string> parts = qr_b_parts(record);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].substr(0, 5), "VE1P:");
  EXPECT_EQ(parts[0].substr(13, 5), ":1/3:");
  for (const std::string& part : parts) EXPECT_LE(part.size(), 5U + 8U + 7U + 600U);
  std::reverse(parts.begin(), parts.end());
  parts.push_back(parts[0]);
  EXPECT_EQ(join_qr_b_parts(parts).value(), record);
}

TEST(QrBParts, RefuseMissingForeignAndAlteredParts) {
  const std::vector<std::string> parts = qr_b_parts(long_record(937));
  const std::vector<std::string> other = qr_b_parts(long_record(938));
  EXPECT_EQ(join_qr_b_parts({}).error().code, kQrParts);
  const Result<Bytes> missing = join_qr_b_parts({parts[0], parts[2]});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().fact("missing"), "2/3");
  EXPECT_EQ(join_qr_b_parts({parts[0], other[1], parts[2]}).error().code, kQrParts);
  std::vector<std::string> altered = parts;
  altered[1].back() = altered[1].back() == '0' ? '1' : '0';
  EXPECT_FALSE(join_qr_b_parts(altered).has_value());
  altered = parts;
  altered.push_back(altered[1]);
  altered.back().back() = altered.back().back() == '0' ? '1' : '0';
  EXPECT_EQ(join_qr_b_parts(altered).error().code, kQrParts);
}

// docs/spec/qr.md: the lengths of the texts for given lengths of records.
TEST(QrB, HasTheLengthsOfTheTable) {
  const std::map<std::size_t, std::size_t> table = {{343, 519}, {394, 595},  {488, 736},
                                                    {604, 910}, {728, 1096}, {937, 1410}};
  for (const auto& [bytes, characters] : table) {
    EXPECT_EQ(qr_b_text(long_record(bytes)).size(), characters);
  }
}

TEST(QrC, CarriesCertificateAndAssignment) {
  const Bytes certificate = tests::example_record();
  const Bytes assignment = tests::example_record();
  const std::string text = qr_c_text(certificate, assignment);
  EXPECT_EQ(text.substr(0, 5), "VE1C:");
  const Result<KeyPath> path = parse_qr_c(text);
  ASSERT_TRUE(path.has_value()) << path.error().debug();
  EXPECT_EQ(path->certificate, certificate);
  EXPECT_EQ(path->assignment, assignment);
}

TEST(QrC, RefusesHalfAPathAndTrailingBytes) {
  Bytes both = tests::example_record();
  EXPECT_EQ(parse_qr_c("VE1C:" + codec::base45_encode(both)).error().code, kQrKeyPath);
  both.push_back(0);
  EXPECT_EQ(parse_qr_c("VE1C:" + codec::base45_encode(both)).error().code, kQrKeyPath);
  EXPECT_EQ(parse_qr_c("VE1:BB8").error().code, kQrKeyPath);
  EXPECT_EQ(parse_qr_c("VE1C:").error().code, kQrKeyPath);
}

}  // namespace
}  // namespace sufragio::acta
