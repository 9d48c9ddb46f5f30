#include "codec/drawing.h"

#include <gtest/gtest.h>

namespace sufragio::codec {
namespace {

Drawing rows(int count, int most) {
  Drawing out;
  out.margin = 10;
  out.sheets = Sheets{most, "HOJA", {TextRow{{Cell{"MESA 01"}}}}};
  for (int i = 0; i < count; ++i) out.blocks.emplace_back(TextRow{{Cell{std::to_string(i)}}});
  return out;
}
std::string text(const Block& block) { return std::get<TextRow>(block).cells.front().text; }

TEST(Sheets, AShortDrawingStaysAsItIs) {
  const Drawing drawing = rows(5, 520);
  EXPECT_EQ(cut_into_sheets(drawing, std::vector<int>(5, 100), 100).size(), 1u);
  Drawing never = rows(50, 520);
  never.sheets.reset();
  EXPECT_EQ(cut_into_sheets(never, std::vector<int>(50, 100), 100).size(), 1u);
}

TEST(Sheets, EveryBlockStandsOnceAndEverySheetSaysItsNumber) {
  const Drawing drawing = rows(9, 520);  // room for four rows, three below a head
  const auto sheets = cut_into_sheets(drawing, std::vector<int>(9, 100), 100);
  ASSERT_EQ(sheets.size(), 3u);
  std::string all;
  for (std::size_t s = 0; s < sheets.size(); ++s) {
    const std::vector<Block>& blocks = sheets[s].blocks;
    EXPECT_FALSE(sheets[s].sheets);
    if (s > 0) {
      EXPECT_EQ(text(blocks.front()), "MESA 01");
    }
    EXPECT_EQ(text(blocks.back()), "HOJA " + std::to_string(s + 1) + " / 3");
    for (std::size_t i = s > 0 ? 1 : 0; i + 2 < blocks.size(); ++i) all += text(blocks[i]);
  }
  EXPECT_EQ(all, "012345678");
}

TEST(Sheets, AHeadingNeverEndsASheet) {
  Drawing drawing = rows(9, 520);
  for (const std::size_t heading : {2u, 3u}) std::get<TextRow>(drawing.blocks[heading]).keep = true;
  const auto sheets = cut_into_sheets(drawing, std::vector<int>(9, 100), 100);
  ASSERT_EQ(sheets.size(), 4u);
  EXPECT_EQ(text(sheets[0].blocks[1]), "1");
  EXPECT_EQ(text(sheets[1].blocks[1]), "2") << "both headings go with what follows them";
}

TEST(Sheets, ABlockTallerThanASheetHasItsOwn) {
  const Drawing drawing = rows(3, 520);
  const auto sheets = cut_into_sheets(drawing, {100, 900, 100}, 100);
  ASSERT_EQ(sheets.size(), 3u);
  EXPECT_EQ(text(sheets[1].blocks[1]), "1");
}

}  // namespace
}  // namespace sufragio::codec
