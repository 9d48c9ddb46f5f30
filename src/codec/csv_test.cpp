#include "codec/csv.h"

#include "codec/codes.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/support.h"

namespace sufragio::codec {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Reading {
  Rows rows;
  std::vector<std::size_t> lines;
  std::vector<std::string> failures;  // "C130 line=2"
};

Reading read_all(std::string_view text, const CsvOptions& options = {}) {
  Reading out;
  CsvReader reader{text, options};
  for (;;) {
    const auto record = reader.next();
    if (!record) {
      out.failures.push_back(record.error().debug());
      continue;
    }
    if (!*record) return out;
    out.rows.emplace_back((*record)->fields.begin(), (*record)->fields.end());
    out.lines.push_back((*record)->line);
  }
}

TEST(Csv, ReadsQuotesLineBreaksAndBlankLines) {
  const Reading out = read_all(
      "\xef\xbb\xbf"
      "a,b,c\r\n"
      "\r\n"
      "1,\"dos, \"\"tres\"\"\",\n"
      "\"x\ny\",,\"\"\n"
      "\n"
      "último,\"\",fin");
  EXPECT_EQ(
      out.rows,
      (Rows{{"a", "b", "c"}, {"1", "dos, \"tres\"", ""}, {"x\ny", "", ""}, {"último", "", "fin"}}));
  EXPECT_EQ(out.lines, (std::vector<std::size_t>{1, 3, 4, 7}));
  EXPECT_TRUE(out.failures.empty());
}

TEST(Csv, NothingIsRepairedAndReadingGoesOn) {
  using namespace std::string_literals;
  const Reading out = read_all(
      "a\"b,1\n"
      "ok,1\n"
      "\"a\"b,1\n"
      "\"a\nb\"c,1\n"
      "ok,2\n"
      "nul\0,1\n"
      "bad \xff,1\n"
      "ok,3\n"
      "\"never closed,1\n"
      "ok,4\n"s);
  EXPECT_EQ(out.rows, (Rows{{"ok", "1"}, {"ok", "2"}, {"ok", "3"}, {"ok", "4"}}));
  EXPECT_EQ(out.failures, (std::vector<std::string>{"C130 line=1", "C130 line=3", "C130 line=5",
                                                    "C135 line=7", "C132 line=8", "C131 line=10"}));
}

TEST(Csv, LimitsHold) {
  CsvOptions options;
  options.max_field = 3;
  options.max_fields = 2;
  const Reading out =
      read_all("abc,abc\nabcd,1\n\"abc\",1\n\"abcd\",1\n1,2,3\n\"a\nb\nc\",1\nok,1\n", options);
  EXPECT_EQ(out.failures, (std::vector<std::string>{"C134 line=2", "C134 line=4", "C134 line=5",
                                                    "C134 line=6", "C130 line=8"}));
  EXPECT_EQ(out.rows, (Rows{{"abc", "abc"}, {"abc", "1"}, {"b"}, {"ok", "1"}}));
}

TEST(Csv, Latin1BecomesUtf8AndItsGapIsRefused) {
  CsvOptions options;
  options.encoding = TextEncoding::latin1;
  options.separator = ';';
  const Reading out = read_all(
      "\xd1"
      "ema\xf1ga;\"Bol\xed"
      "var \"\"x\"\"\";plain\nb\x93"
      "d;1;2\n",
      options);
  EXPECT_EQ(out.rows, (Rows{{"Ñemañga", "Bolívar \"x\"", "plain"}}));
  EXPECT_EQ(out.failures, (std::vector<std::string>{"C132 line=2"}));
}

TEST(Csv, AByteOrderMarkIsSkippedOnceAndOnlyInUtf8) {
  EXPECT_EQ(read_all("\xef\xbb\xbf"
                     "a\n\xef\xbb\xbf"
                     "b\n")
                .rows,
            (Rows{{"a"},
                  {"\xef\xbb\xbf"
                   "b"}}));
  CsvOptions latin1;
  latin1.encoding = TextEncoding::latin1;
  EXPECT_EQ(read_all("\xef\xbb\xbf"
                     "a\n",
                     latin1)
                .rows,
            (Rows{{"ï»¿a"}}));
}

TEST(CsvTable, FieldsByColumnName) {
  const std::string text = "mesa,votos,nulos\n01,140,0\n02,7\n03,1,2\n";
  CsvTable table = CsvTable::open(text, {}, {"votos", "mesa"}).value();
  EXPECT_EQ(table.column("votos").value(), 1u);
  EXPECT_FALSE(table.column("otra").has_value());
  EXPECT_EQ(table.next().value()->fields[1], "140");
  EXPECT_EQ(table.next().error().debug(), "C133 line=3 expected=3 got=2");
  EXPECT_EQ(table.next().value()->fields[2], "2");
  EXPECT_FALSE(table.next().value().has_value());
}

TEST(CsvTable, RefusesAHeaderThatDoesNotFit) {
  const auto open = [](std::string_view text, bool exact = false) {
    const auto table = CsvTable::open(text, {}, {"a", "b"}, exact);
    return table ? std::string{"ok"} : table.error().debug();
  };
  EXPECT_EQ(open("a,c\n"), "C136 line=1 column=b");
  EXPECT_EQ(open("a,b,a\n"), "C136 line=1 column=a");
  EXPECT_EQ(open("b,x,a\n"), "ok");
  EXPECT_EQ(open("b,x,a\n", true), "C136 line=1 column=x");
  EXPECT_EQ(open(""), "C136 line=1 column=a");
  EXPECT_EQ(open("\n\na\"\n"), "C130 line=3");
}

TEST(Csv, WhatIsWrittenReadsBack) {
  tests::SeededRng rng{3};
  constexpr std::string_view kAlphabet = "ab,\"\r\n; ";
  for (int i = 0; i < 3'000; ++i) {
    Rows rows;
    std::string text;
    for (std::uint64_t row = rng.below(4); row > 0; --row) {
      std::vector<std::string> fields(1 + rng.below(4));
      for (std::string& field : fields) {
        for (std::uint64_t n = rng.below(5); n > 0; --n) {
          field.push_back(kAlphabet[rng.below(kAlphabet.size())]);
        }
      }
      csv_append(text, fields);
      rows.push_back(std::move(fields));
    }
    const Reading out = read_all(text);
    ASSERT_EQ(out.rows, rows) << text;
    ASSERT_TRUE(out.failures.empty()) << text;
  }
}

// The real files, as they are. The counts are those of the note beside them, plus a header.
Reading read_real(const std::string& relative, TextEncoding encoding) {
  const std::string path = tests::shared_path(relative).value();
  const bool packed = path.ends_with(".xz");
  CsvOptions options;
  options.encoding = encoding;
  return read_all(packed ? tests::run_command("xz -dc '" + path + "'") : tests::read_file(path),
                  options);
}

TEST(CsvRealFiles, EveryRecordIsRead) {
  SKIP_WITHOUT_SHARED("data/presidential-2024/mesas_v2.csv.xz");
  const Reading v2 = read_real("data/presidential-2024/mesas_v2.csv.xz", TextEncoding::latin1);
  EXPECT_EQ(v2.rows.size(), 25'073u + 1);
  EXPECT_TRUE(v2.failures.empty());
  const Reading wrong = read_real("data/presidential-2024/mesas_v2.csv.xz", TextEncoding::utf8);
  EXPECT_EQ(wrong.rows.size() + wrong.failures.size(), 25'073u + 1);
  EXPECT_EQ(wrong.failures.front(), "C132 line=2439");  // PEÑALVER
  const Reading v1 = read_real("data/presidential-2024/mesas_v1.csv.xz", TextEncoding::utf8);
  EXPECT_EQ(v1.rows.size(), 24'532u + 1);
  EXPECT_EQ(v1.rows.front().front(), "COD_EDO");  // the byte-order mark is gone
  const Reading lists = read_real("data/municipal-2013/list_seats.csv", TextEncoding::utf8);
  EXPECT_EQ(lists.rows.size(), 1'122u + 1);
}

// Record 9 begins inside the quotes of record 8: both are named by line, all others are read.
TEST(CsvRealFiles, ABrokenQuoteCostsOnlyItsOwnRecords) {
  SKIP_WITHOUT_SHARED("data/governors-2017/relocated_centres.csv");
  const Reading out = read_real("data/governors-2017/relocated_centres.csv", TextEncoding::utf8);
  EXPECT_EQ(out.failures, (std::vector<std::string>{"C130 line=11"}));
  EXPECT_EQ(out.rows.size(), 270u + 1);
}

}  // namespace
}  // namespace sufragio::codec
