#include "sim/paper.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "ports/codes.h"
#include "ports/printer_codes.h"

namespace sufragio::sim {

namespace {

constexpr std::size_t kRow = 72;  // bytes: 576 dots
constexpr std::string_view kQr = "QR\t";

void put_line(Bytes& rows, std::string line) {
  line.push_back('\n');
  rows.insert(rows.end(), line.begin(), line.end());
  rows.resize((rows.size() + kRow - 1) / kRow * kRow);
}

void put_block(Bytes& rows, const codec::Block& block) {
  if (const auto* text = std::get_if<codec::TextRow>(&block)) {
    std::string line;
    for (const codec::Cell& cell : text->cells) line += (line.empty() ? "" : "\t") + cell.text;
    put_line(rows, std::move(line));
  }
  if (const auto* codes = std::get_if<codec::CodesRow>(&block)) {
    for (const codec::QrCode& code : codes->codes) put_line(rows, std::string{kQr} + code.text);
  }
}

// About what it takes on paper.
int height_of(const codec::Block& block) {
  constexpr int kLine = 41;
  constexpr int kCodes = 500;
  if (std::holds_alternative<codec::CodesRow>(block)) return kCodes;
  if (const auto* boxes = std::get_if<codec::Boxes>(&block)) return boxes->height;
  return std::holds_alternative<codec::TextRow>(block) ? kLine : kLine / 3;
}

std::optional<std::uint16_t> card_of(const election::Definition& definition,
                                     const election::Contest& contest, const std::string& line) {
  for (std::uint16_t i = 0; i < contest.cards.size(); ++i) {
    const election::Card& card = contest.cards[i];
    const auto* const organisation = definition.organisation(card.organisation);
    const auto option = std::ranges::find(contest.options, card.option, &election::Option::id);
    if (organisation == nullptr || option == contest.options.end()) continue;
    if (line == organisation->short_name + "\t" + option->name) return i;
  }
  return std::nullopt;
}

}  // namespace

Result<codec::Raster> SimDrawer::raster(const codec::Drawing& drawing) {
  codec::Raster out;
  out.width = static_cast<int>(8 * kRow);
  for (const codec::Block& block : drawing.blocks) put_block(out.rows, block);
  out.height = static_cast<int>(out.rows.size() / kRow);
  return out;
}

Result<std::vector<codec::Raster>> SimDrawer::sheets(const codec::Drawing& drawing) {
  const auto heights = [](const std::vector<codec::Block>& blocks) {
    std::vector<int> out;
    for (const codec::Block& block : blocks) out.push_back(height_of(block));
    return out;
  };
  std::vector<int> head;
  if (drawing.sheets) head = heights(drawing.sheets->head);
  const int tall = std::accumulate(head.begin(), head.end(), 0);
  std::vector<codec::Raster> out;
  for (const auto& sheet : codec::cut_into_sheets(drawing, heights(drawing.blocks), tall)) {
    codec::Raster one = TRY(raster(sheet));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Bytes> SimDrawer::pdf(const codec::Drawing&) { return fail(ports::kDrawFailed); }
Result<Bytes> SimDrawer::png(const codec::Raster&) { return fail(ports::kDrawFailed); }

std::vector<std::string> lines_of(ByteView rows) {
  std::vector<std::string> out;
  std::string line;
  for (const std::uint8_t byte : rows) {
    if (byte == 0) continue;
    if (byte != '\n') {
      line.push_back(static_cast<char>(byte));
      continue;
    }
    out.push_back(std::move(line));
    line.clear();
  }
  return out;
}

Result<std::vector<std::string>> SimQrReader::read(int width, int height, ByteView grey) {
  if (width != static_cast<int>(8 * kRow)) return std::vector<std::string>{};
  Bytes rows(kRow * static_cast<std::size_t>(height));
  const std::uint8_t* dot = grey.data();
  for (std::uint8_t& byte : rows) {
    unsigned bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 1 | (*dot++ < 128 ? 1U : 0U);
    byte = static_cast<std::uint8_t>(bits);
  }
  std::vector<std::string> out;
  for (const std::string& line : lines_of(rows)) {
    if (line.starts_with(kQr)) out.push_back(line.substr(kQr.size()));
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<election::Selections> read_receipt(const election::Definition& definition,
                                                 std::uint16_t style,
                                                 const std::vector<std::string>& lines) {
  election::Selections out;
  out.style = style;
  std::size_t at = 0;
  for (const election::ContestIndex index : definition.styles[style].contests) {
    const election::Contest& contest = definition.contest(index);
    while (at < lines.size() && !lines[at].starts_with(contest.title_es)) ++at;
    if (at++ == lines.size()) return std::nullopt;
    std::vector<std::uint16_t> cards;
    std::uint16_t null = 0;
    for (std::uint16_t vote = 0; vote < contest.votes_per_voter && at < lines.size(); ++vote) {
      const auto card = card_of(definition, contest, lines[at++]);
      if (card) {
        cards.push_back(*card);
      } else {
        ++null;
      }
    }
    out.contests.emplace_back(cards, null);
  }
  if (!election::check_selections(definition, out)) return std::nullopt;
  return out;
}

// --- the printer ---------------------------------------------------------------------------------

void SimPrinter::repair() {
  trouble_ = Trouble::none;
  planned_ = Trouble::none;
  low_ = false;
  if (!page_.empty()) tray_.push_back({std::move(page_), false});  // pulled out by hand
  page_.clear();
  complete_ = true;
  answers_.clear();
}

std::vector<SimPrinter::Paper> SimPrinter::take() { return std::exchange(tray_, {}); }

void SimPrinter::print_rows(ByteView rows) {
  for (std::size_t at = 0; at < rows.size(); at += kRow) {
    if (planned_ != Trouble::none && --rows_left_ == 0) {
      trouble_ = std::exchange(planned_, Trouble::none);
    }
    const bool prints = trouble_ == Trouble::none || trouble_ == Trouble::cutter ||
                        trouble_ == Trouble::marker_lost;
    if (!prints || gone()) {
      complete_ = false;
      return;
    }
    page_.insert(page_.end(), rows.begin() + static_cast<std::ptrdiff_t>(at),
                 rows.begin() + static_cast<std::ptrdiff_t>(at + kRow));
  }
}

void SimPrinter::cut() {
  if (trouble_ == Trouble::cutter) {
    complete_ = false;
    return;
  }
  tray_.push_back({std::move(page_), complete_ && trouble_ != Trouble::jam});
  page_.clear();
  complete_ = true;
}

std::uint8_t SimPrinter::status(std::uint8_t n) const {
  std::uint8_t out = 0x12;
  const auto set = [&out](bool yes, std::uint8_t bits) {
    if (yes) out |= bits;
  };
  if (n == 1) set(trouble_ != Trouble::none && trouble_ != Trouble::marker_lost, 0x08);
  if (n == 2) {
    set(trouble_ == Trouble::cover, 0x04);
    set(trouble_ == Trouble::no_paper, 0x20);
    set(trouble_ == Trouble::jam || trouble_ == Trouble::cutter, 0x40);
  }
  if (n == 3) {
    set(trouble_ == Trouble::cutter, 0x08);
    set(trouble_ == Trouble::jam, 0x20);
  }
  if (n == 4) {
    set(low_, 0x0c);
    set(trouble_ == Trouble::no_paper, 0x60);
  }
  return out;
}

void SimPrinter::command(ByteView bytes, std::size_t& at) {
  const auto starts = [&](std::initializer_list<int> head) {
    if (bytes.size() - at < head.size()) return false;
    return std::ranges::equal(bytes.subspan(at, head.size()), head);
  };
  if (starts({0x10, 0x04}) && bytes.size() - at >= 3) {
    answers_.push_back(status(bytes[at + 2]));
    at += 3;
  } else if (starts({0x1b, 0x40})) {
    at += 2;
  } else if (starts({0x1d, 0x76, 0x30}) && bytes.size() - at >= 8) {
    const std::size_t length = std::size_t{bytes[at + 4]} * (bytes[at + 6] + 256U * bytes[at + 7]);
    const std::size_t there = std::min(length, bytes.size() - at - 8);
    print_rows(bytes.subspan(at + 8, there / kRow * kRow));
    at += 8 + there;
  } else if (starts({0x1b, 0x4a})) {
    at += 3;
  } else if (starts({0x1d, 0x56})) {
    cut();
    at += 4;
  } else if (starts({0x1d, 0x28, 0x48}) && bytes.size() - at >= 11) {
    const bool answers = trouble_ == Trouble::none;
    if (answers) {
      const Bytes marker = {0x37,          0x22,           bytes[at + 7], bytes[at + 8],
                            bytes[at + 9], bytes[at + 10], 0x00};
      answers_.insert(answers_.end(), marker.begin(), marker.end());
    }
    at += 11;
  } else {
    ++at;  // a printer prints what it does not understand; nobody does that here
  }
}

Result<void> SimPrinter::send(ByteView bytes) {
  if (gone()) return fail(ports::kPrinterLost);
  for (std::size_t at = 0; at < bytes.size();) command(bytes, at);
  return {};
}

Result<Bytes> SimPrinter::receive(std::size_t most, std::uint32_t) {
  if (gone()) return fail(ports::kPrinterLost);
  const std::size_t n = std::min(most, answers_.size());
  Bytes out(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(n));
  answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(n));
  return out;
}

}  // namespace sufragio::sim
