#include "machine/paper.h"

#include <algorithm>
#include <set>

#include "acta/qr.h"
#include "base/check.h"

namespace sufragio::machine {

namespace {

using codec::Align;
using codec::Drawing;

constexpr const char* kPaperWords[] = {"acta.centre",
                                       "acta.mesa",
                                       "paper.acta.ballots",
                                       "paper.acta.code",
                                       "paper.acta.receipts",
                                       "paper.acta.voided",
                                       "paper.acta.voters",
                                       "paper.choice.null",
                                       "paper.clock.doubtful",
                                       "paper.copies.absent",
                                       "paper.copies.given",
                                       "paper.copies.printed",
                                       "paper.copies.refused",
                                       "paper.deposit",
                                       "paper.form.ballots",
                                       "paper.form.null",
                                       "paper.form.registered",
                                       "paper.form.voters",
                                       "paper.kind.test",
                                       "paper.law",
                                       "paper.log.entries",
                                       "paper.log.head",
                                       "paper.machine",
                                       "paper.pack.codes",
                                       "paper.pack.tokens",
                                       "paper.pack.unused",
                                       "paper.package",
                                       "paper.receipt",
                                       "paper.reconcile.C",
                                       "paper.reconcile.E",
                                       "paper.reconcile.T",
                                       "paper.reconcile.V",
                                       "paper.reconcile.equal",
                                       "paper.reconcile.unequal",
                                       "paper.report.acta",
                                       "paper.report.copies",
                                       "paper.report.delivery",
                                       "paper.report.installation",
                                       "paper.report.manual_form",
                                       "paper.report.packing",
                                       "paper.report.retired",
                                       "paper.report.tokens",
                                       "paper.report.zero_acta",
                                       "paper.signature",
                                       "paper.software",
                                       "paper.token",
                                       "paper.token.of"};

constexpr int kText = 28;  // capitals of 3.5 mm
constexpr int kLarge = 40;
constexpr int kLabelWidth = 200;   // width of short names and labels
constexpr int kReportLabel = 440;  // leaves room for a count

class PaperPage {
 public:
  explicit PaperPage(const PaperOf& of) : of_{of} {}

  [[nodiscard]] std::string word(const std::string& key) const {
    const auto found = of_.words->find(key);
    return found == of_.words->end() ? key : found->second;
  }
  void line(std::string text, Align align = Align::left, bool bold = false, int height = kText,
            bool inverse = false) {
    codec::TextRow row;
    row.inverse = inverse;
    codec::Cell cell;
    cell.text = std::move(text);
    cell.align = align;
    cell.bold = bold;
    cell.height = height;
    row.cells.push_back(std::move(cell));
    out_.blocks.emplace_back(std::move(row));
  }
  void pair(std::string left, std::string right, int left_width) {
    codec::TextRow row;
    codec::Cell a;
    a.text = std::move(left);
    a.width = left_width;
    a.bold = true;
    codec::Cell b;
    b.text = std::move(right);
    row.cells = {std::move(a), std::move(b)};
    out_.blocks.emplace_back(std::move(row));
  }
  void head(const std::string& title) {
    line(of_.definition->title_es, Align::centre);
    line(title, Align::centre, true);
    if (of_.definition->kind != election::ElectionKind::real) {
      line(word("paper.kind.test"), Align::centre, true, kText, true);
    }
    pair(word("acta.centre"), of_.mesa.centre_text(), kLabelWidth);
    pair(word("acta.mesa"), of_.mesa.mesa_text(), kLabelWidth);
    rule();
  }
  void rule() { out_.blocks.emplace_back(codec::Rule{}); }
  void space(int height) { out_.blocks.emplace_back(codec::Space{height}); }
  void boxes(codec::Boxes boxes) { out_.blocks.emplace_back(std::move(boxes)); }
  [[nodiscard]] Drawing take(std::string title) {
    out_.title = std::move(title);
    return std::move(out_);
  }

 private:
  const PaperOf& of_;
  Drawing out_;
};

std::string short_name(const election::Definition& definition, const election::Card& card) {
  const election::Organisation* const found = definition.organisation(card.organisation);
  return found == nullptr ? card.organisation.text() : found->short_name;
}

std::string option_name(const election::Contest& contest, const election::Card& card) {
  const auto found = std::ranges::find(contest.options, card.option, &election::Option::id);
  return found == contest.options.end() ? card.option.text() : found->name;
}

void put_choice(PaperPage& page, const election::Definition& definition,
                const election::Contest& contest, std::uint16_t card) {
  const election::Card& chosen = contest.cards[card];
  page.pair(short_name(definition, chosen), option_name(contest, chosen), kLabelWidth);
}

// One contest, so that its parts can be measured alone.
void put_receipt_contest(PaperPage& page, const election::Definition& definition,
                         const election::Contest& contest, const election::ContestChoice& choice) {
  std::string title = contest.title_es;
  if (contest.votes_per_voter > 1) title += " (" + std::to_string(contest.votes_per_voter) + ")";
  page.line(std::move(title), Align::left, true);
  for (const std::uint16_t card : choice.cards()) put_choice(page, definition, contest, card);
  for (std::uint16_t i = choice.null(); i > 0; --i) page.line(page.word("paper.choice.null"));
  page.rule();
}

// A figure that is written by hand: what it is, and an empty box.
void put_figure(PaperPage& page, std::string label) {
  constexpr int kFigure = 150;
  constexpr int kFigureHeight = 64;
  page.boxes(codec::Boxes{{{std::move(label), 0}, {"", kFigure}}, kFigureHeight});
}

// The fields of an acta that is filled by hand: the same contests and cards in the same order.
void put_form(PaperPage& page, const PaperOf& of) {
  const election::Definition& definition = *of.definition;
  const election::Mesa* const mesa = definition.mesa(of.mesa);
  CHECK(mesa != nullptr);
  page.pair(page.word("paper.form.registered"), std::to_string(mesa->electors.value()),
            kReportLabel);
  put_figure(page, page.word("paper.form.voters"));
  put_figure(page, page.word("paper.form.ballots"));
  for (const election::ContestIndex index : definition.styles[mesa->style].contests) {
    const election::Contest& contest = definition.contest(index);
    page.rule();
    page.line(contest.title_es, Align::left, true);
    std::size_t position = 0;
    for (const election::Card& card : contest.cards) {
      put_figure(page, std::to_string(++position) + "  " + short_name(definition, card) + "  " +
                           option_name(contest, card));
    }
    put_figure(page, page.word("paper.form.null"));
  }
}

std::string report_key(PrintReport::Kind kind) {
  constexpr std::string_view kKinds[] = {"installation", "zero_acta", "acta",
                                         "tokens",       "copies",    "delivery",
                                         "packing",      "retired",   "manual_form"};
  return "paper.report." + std::string{kKinds[static_cast<int>(kind)]};
}

// Height of a drawing without its margins, in dots.
Result<int> height_of(ports::Drawer& drawer, Drawing drawing) {
  const codec::Raster raster = TRY(drawer.raster(drawing));
  return raster.height;
}

}  // namespace

const std::vector<std::string>& paper_words() {
  static const std::vector<std::string> keys{std::begin(kPaperWords), std::end(kPaperWords)};
  return keys;
}

Drawing receipt(const PaperOf& of, const election::Selections& selections) {
  const election::Definition& definition = *of.definition;
  CHECK(election::check_selections(definition, selections).has_value());
  PaperPage page{of};
  page.head(page.word("paper.receipt"));
  for (std::size_t i = 0; i < selections.contests.size(); ++i) {
    const auto index = definition.styles[selections.style].contests[i];
    put_receipt_contest(page, definition, definition.contest(index), selections.contests[i]);
  }
  page.line(page.word("paper.deposit"), Align::centre, true);
  return page.take("");  // no title and no time: receipts of two voters differ in nothing else
}

Result<ReceiptPress> ReceiptPress::of(const PaperOf& of, std::uint16_t style,
                                      ports::Drawer& drawer) {
  ReceiptPress out{of, drawer};
  const election::Definition& definition = *of.definition;
  CHECK(style < definition.styles.size());
  const auto empty = election::null_selections(definition, style);
  out.height_ = TRY(height_of(drawer, receipt(of, empty)));
  // Per contest, how much higher its highest n lines are than n lines of VOTO NULO.
  for (std::size_t i = 0; i < empty.contests.size(); ++i) {
    const auto index = definition.styles[style].contests[i];
    const election::Contest& contest = definition.contest(index);
    election::ContestChoice choice{{}, 1};
    const auto measure = [&](const election::ContestChoice& with) {
      PaperPage page{of};
      put_receipt_contest(page, definition, contest, with);
      return height_of(drawer, page.take(""));
    };
    const int null_line = TRY(measure(choice));
    std::vector<int> extra;
    for (std::uint16_t card = 0; card < contest.cards.size(); ++card) {
      const int height = TRY(measure({{card}, 0}));
      extra.push_back(std::max(0, height - null_line));
    }
    std::ranges::sort(extra, std::greater<>{});
    for (std::size_t n = 0; n < contest.votes_per_voter && n < extra.size(); ++n) {
      out.height_ += extra[n];
    }
  }
  return out;
}

Result<codec::Raster> ReceiptPress::print(const election::Selections& selections) const {
  codec::Raster out = TRY(drawer_->raster(receipt(of_, selections)));
  CHECK(out.height <= height_);
  const auto stride = static_cast<std::size_t>((out.width + 7) / 8);
  out.height = height_;
  out.rows.resize(stride * static_cast<std::size_t>(height_));
  return out;
}

Drawing token(const PaperOf& of, const Token& token) {
  PaperPage page{of};
  page.head(page.word("paper.token"));
  page.line(std::to_string(token.number) + " " + page.word("paper.token.of") + " " +
                std::to_string(token.of),
            Align::centre, true, kLarge);
  page.line(token.characters, Align::centre, true, kLarge);
  return page.take(page.word("paper.token"));
}

Drawing report(const PaperOf& of, PrintReport::Kind kind, const std::vector<ReportLine>& lines,
               std::uint16_t signatures) {
  PaperPage page{of};
  page.head(page.word(report_key(kind)));
  constexpr std::size_t kShort = 6;
  for (const ReportLine& line : lines) {
    if (line.value.empty() || line.value.size() > kShort) {
      page.line(page.word(line.label_key), Align::left, true);
      if (!line.value.empty()) page.line(line.value, Align::left, false, 18);
    } else {
      page.pair(page.word(line.label_key), line.value, kReportLabel);
    }
  }
  page.rule();
  if (kind == PrintReport::Kind::manual_form) {
    put_form(page, of);
    page.rule();
  }
  for (std::uint16_t i = 0; i < signatures; ++i) {
    page.boxes(codec::Boxes{{{page.word("paper.signature"), 0}}, 120});
  }
  return page.take(page.word(report_key(kind)) + " " + of.mesa.text());
}

Drawing acta_copy(const ActaCopy& copy, const Words& words) {
  acta::PaperFacts facts = copy.facts;
  facts.strip_code = acta::strip_code(copy.salt, copy.acta->record());
  Drawing out = acta::public_part(*copy.acta, *copy.machines, words, facts);
  Drawing strip =
      acta::signature_strip(*copy.acta, *copy.machines, copy.salt, copy.lines, words, copy.mark);
  out.blocks.insert(out.blocks.end(), std::make_move_iterator(strip.blocks.begin()),
                    std::make_move_iterator(strip.blocks.end()));
  return out;
}

namespace {

Bytes grey_of(const codec::Raster& paper) {
  CHECK(paper.width % 8 == 0);  // of a printer
  const auto width = static_cast<std::size_t>(paper.width);
  const std::size_t stride = (width + 7) / 8;
  Bytes grey(width * static_cast<std::size_t>(paper.height), 255);
  for (std::size_t i = 0; i < paper.rows.size(); ++i) {
    std::uint8_t* dot = &grey[i / stride * width + i % stride * 8];
    for (unsigned bits = paper.rows[i]; bits != 0; bits = bits << 1 & 0xff, ++dot) {
      if ((bits & 0x80) != 0) *dot = 0;
    }
  }
  return grey;
}

}  // namespace

bool reads_back(const std::vector<codec::Raster>& sheets, const acta::SignedActa& acta,
                ports::QrReader& one, ports::QrReader& other) {
  const std::vector<std::string> parts = acta::qr_b_parts(acta.record());
  std::set<std::string> expected{parts.begin(), parts.end()};
  for (std::size_t i = 0; i < acta.acta().contests.size(); ++i) {
    expected.insert(acta::qr_a_text(acta::qr_a_of(acta.acta(), i)));
  }
  std::vector<Bytes> greys;
  for (const codec::Raster& sheet : sheets) greys.push_back(grey_of(sheet));
  for (ports::QrReader* reader : {&one, &other}) {
    std::set<std::string> read;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const auto texts = reader->read(sheets[i].width, sheets[i].height, greys[i]);
      if (!texts) return false;
      read.insert(texts->begin(), texts->end());
    }
    if (read != expected) return false;
  }
  return true;
}

}  // namespace sufragio::machine
