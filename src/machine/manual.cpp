#include "machine/manual.h"

#include "machine/faults.h"

namespace sufragio::machine {

namespace {

constexpr int kA4Width = 1'680;  // 210 mm
constexpr int kA4Height = 2'376;
constexpr int kMargin = 120;

std::string key_of(const FaultRow& row, const char* part) {
  return "fault." + std::to_string(static_cast<int>(row.fault)) + "." + part;
}

const char* voting_key(Voting voting) {
  switch (voting) {
    case Voting::continues:
      return "manual.voting.continues";
    case Voting::suspended:
      return "manual.voting.suspended";
    case Voting::not_begun:
      return "manual.voting.not_begun";
    case Voting::over:
      return "manual.voting.over";
  }
  return "";
}

class ManualPage {
 public:
  explicit ManualPage(const acta::Words& words) : words_{words} {}
  [[nodiscard]] std::string word(const std::string& key) const {
    const auto found = words_.find(key);
    return found == words_.end() ? key : found->second;
  }
  void line(std::string text, int height, bool bold, bool keep) {
    codec::TextRow row;
    row.keep = keep;
    codec::Cell cell;
    cell.text = std::move(text);
    cell.height = height;
    cell.bold = bold;
    row.cells.push_back(std::move(cell));
    out.blocks.emplace_back(std::move(row));
  }
  codec::Drawing out;

 private:
  const acta::Words& words_;
};

}  // namespace

std::vector<std::string> manual_words() {
  std::vector<std::string> out = {"manual.title",
                                  "manual.do",
                                  "manual.voting.continues",
                                  "manual.voting.not_begun",
                                  "manual.voting.over",
                                  "manual.voting.suspended"};
  for (const FaultRow& row : faults()) {
    out.push_back(key_of(row, "what"));
    out.push_back(key_of(row, "do"));
  }
  return out;
}

codec::Drawing fault_manual(const acta::Words& words) {
  constexpr int kTitle = 36;
  constexpr int kHead = 26;
  constexpr int kBody = 20;
  ManualPage page{words};
  page.out.width = kA4Width;
  page.out.page_height = kA4Height;
  page.out.margin = kMargin;
  page.out.title = page.word("manual.title");
  page.line(page.word("manual.title"), kTitle, true, true);
  for (const FaultRow& row : faults()) {
    page.out.blocks.emplace_back(codec::Space{kBody});
    page.line(fault_text(row.fault), kHead, true, true);
    page.line(page.word(key_of(row, "what")) + " " + page.word(voting_key(row.voting)), kBody,
              false, true);
    page.line(page.word("manual.do") + " " + page.word(key_of(row, "do")), kBody, false, false);
  }
  return page.out;
}

}  // namespace sufragio::machine
