#include "codec/drawing.h"

#include <algorithm>
#include <numeric>

namespace sufragio::codec {

namespace {

constexpr int kFoot = 96;  // dots: the rule and the number of a sheet

bool kept(const Block& block) {
  const auto* const row = std::get_if<TextRow>(&block);
  return row != nullptr && row->keep;
}

// Where each sheet begins, as numbers of blocks; the first is 0.
std::vector<std::size_t> cuts(const Drawing& drawing, const std::vector<int>& heights, int head) {
  const int room = drawing.sheets->most - 2 * drawing.margin - kFoot;
  std::vector<std::size_t> out{0};
  int used = 0;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    if (used + heights[i] > room && i > out.back()) {
      std::size_t at = i;
      while (at > out.back() + 1 && kept(drawing.blocks[at - 1])) --at;
      if (kept(drawing.blocks[at - 1])) at = i;  // nothing else stands on this sheet
      out.push_back(at);
      used = head;
      for (std::size_t k = at; k < i; ++k) used += heights[k];
    }
    used += heights[i];
  }
  return out;
}

void put_number(Drawing& sheet, const std::string& word, std::size_t number, std::size_t of) {
  sheet.blocks.emplace_back(Rule{true});
  Cell cell;
  cell.text = word + " " + std::to_string(number) + " / " + std::to_string(of);
  cell.align = Align::centre;
  cell.bold = true;
  sheet.blocks.emplace_back(TextRow{{std::move(cell)}});
}

}  // namespace

std::vector<Drawing> cut_into_sheets(const Drawing& drawing, const std::vector<int>& heights,
                                     int head) {
  const int all = std::accumulate(heights.begin(), heights.end(), 2 * drawing.margin);
  if (!drawing.sheets || all <= drawing.sheets->most) return {drawing};
  const std::vector<std::size_t> begins = cuts(drawing, heights, head);
  std::vector<Drawing> out;
  for (std::size_t s = 0; s < begins.size(); ++s) {
    Drawing sheet = drawing;
    sheet.sheets.reset();
    sheet.heads.clear();
    sheet.blocks.clear();
    if (s > 0) sheet.blocks = drawing.sheets->head;
    const bool last = s + 1 == begins.size();
    const auto from = drawing.blocks.begin() + static_cast<std::ptrdiff_t>(begins[s]);
    const auto to = last ? drawing.blocks.end()
                         : drawing.blocks.begin() + static_cast<std::ptrdiff_t>(begins[s + 1]);
    sheet.blocks.insert(sheet.blocks.end(), from, to);
    put_number(sheet, drawing.sheets->word, s + 1, begins.size());
    out.push_back(std::move(sheet));
  }
  return out;
}

}  // namespace sufragio::codec
