#include "sim/script.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "machine/codes.h"

namespace sufragio::sim {

namespace {

constexpr std::array<std::string_view, 7> kTroubles = {"",       "paper",  "jam", "cover",
                                                       "cutter", "marker", "gone"};
constexpr std::array<std::string_view, 5> kCaptures = {"match", "no_match", "low_quality", "attack",
                                                       "reader_fault"};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(line.substr(0, line.find('#')), ' ')) {
    if (!trim(word).empty()) out.push_back(trim(word));
  }
  return out;
}

std::optional<std::uint64_t> number_of(std::string_view word, std::uint64_t max) {
  const auto out = parse_padded(word, max);
  if (!out) return std::nullopt;
  return *out;
}

std::optional<std::int32_t> clock_time(std::string_view word) {
  const std::vector<std::string_view> parts = split(word, ':');
  if (parts.size() != 2) return std::nullopt;
  const auto hours = number_of(parts[0], 23);
  const auto minutes = number_of(parts[1], 59);
  if (!hours || !minutes) return std::nullopt;
  return static_cast<std::int32_t>(*hours * 60 + *minutes);
}

class ScriptReader {
 public:
  ScriptReader(const election::Definition& definition, std::uint16_t style)
      : definition_{definition}, style_{style} {}

  Result<void> line(std::string_view text) {
    ++number_;
    const std::vector<std::string_view> words = words_of(text);
    if (words.empty()) return {};
    if (words[0] == "voter") return voter(words);
    if (words.size() != 2) return bad("WORD=VALUE");
    if (words[0] == "refuses") {
      out_.refused.emplace_back(words[1]);
      return {};
    }
    if (words[0] == "cut_at_close") {
      const auto point = number_of(words[1], 100'000);
      if (!point) return bad("cut_at_close=POINT");
      out_.cut_at_close = *point;
      return {};
    }
    if (words[0] == "in_line") {
      const auto count = number_of(words[1], 500);
      if (!count) return bad("in_line=N");
      out_.in_line = static_cast<std::uint16_t>(*count);
      return {};
    }
    const auto minute = clock_time(words[1]);
    if (!minute || (words[0] != "open" && words[0] != "close")) return bad("open=HH:MM");
    (words[0] == "open" ? out_.open_min : out_.close_min) = *minute;
    return {};
  }

  Result<DayScript> take() {
    if (out_.in_line > out_.visits.size()) return bad("in_line");
    return std::move(out_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view expected) const {
    return fail(machine::kBadScript,
                {{"line", std::to_string(number_)}, {"expected", std::string{expected}}});
  }

  Result<void> voter(const std::vector<std::string_view>& words) {
    if (words.size() < 4) return bad("voter=LINE,OUTCOME,CHOICES");
    VisitPlan plan;
    const auto elector = number_of(words[1], 4'000);
    if (!elector || *elector == 0) return bad("voter=LINE");
    plan.elector = static_cast<std::uint16_t>(*elector - 1);
    const auto capture = std::ranges::find(kCaptures, words[2]);
    plan.no_hands = words[2] == "no_hands";
    if (capture == kCaptures.end() && !plan.no_hands) return bad("match");
    if (capture != kCaptures.end()) {
      plan.capture = static_cast<ports::Capture>(capture - kCaptures.begin());
    }
    TRY(choices(words[3], plan));
    for (std::size_t i = 4; i < words.size(); ++i) TRY(happening(words, i, plan));
    out_.visits.push_back(std::move(plan));
    return {};
  }

  Result<void> choices(std::string_view text, VisitPlan& plan) {
    plan.wanted.style = style_;
    for (const std::string_view contest : split(text, '/')) {
      std::vector<std::uint16_t> cards;
      std::uint16_t null = 0;
      for (const std::string_view word : split(contest, ',')) {
        if (word == "-") {
          ++null;
          continue;
        }
        const auto card = number_of(word, 4'000);
        if (!card || *card == 0) return bad("12/3,-");
        cards.push_back(static_cast<std::uint16_t>(*card - 1));
      }
      plan.wanted.contests.emplace_back(cards, null);
    }
    if (!election::check_selections(definition_, plan.wanted)) return bad("12/3,-");
    return {};
  }

  Result<void> happening(const std::vector<std::string_view>& words, std::size_t& i,
                         VisitPlan& plan) {
    const std::string_view word = words[i];
    if (word == "leaves" || word == "mismatch" || word == "assisted" || word == "medium") {
      plan.leaves |= word == "leaves";
      plan.mismatch |= word == "mismatch";
      plan.assisted |= word == "assisted";
      plan.medium_dies |= word == "medium";
      return {};
    }
    const auto trouble = std::ranges::find(kTroubles, word);
    const auto value =
        i + 1 < words.size() ? number_of(words[i + 1], 100'000) : std::optional<std::uint64_t>{};
    if (!value || (trouble == kTroubles.end() && word != "cut" && word != "swap")) {
      return bad("jam=ROW");
    }
    ++i;
    if (word == "cut" || word == "swap") {
      plan.swap = word == "swap";
      plan.cut_after = *value;
      return {};
    }
    plan.trouble = static_cast<SimPrinter::Trouble>(trouble - kTroubles.begin());
    plan.trouble_row = *value;
    return {};
  }

  const election::Definition& definition_;
  std::uint16_t style_;
  int number_ = 0;
  DayScript out_;
};

std::string clock_text(std::int32_t minute) {
  const auto value = static_cast<std::uint64_t>(minute);
  return zero_padded(value / 60, 2) + ":" + zero_padded(value % 60, 2);
}

std::string choices_text(const election::Selections& wanted) {
  std::string out;
  for (const election::ContestChoice& contest : wanted.contests) {
    std::string part;
    for (const std::uint16_t card : contest.cards()) {
      part += (part.empty() ? "" : ",") + std::to_string(card + 1);
    }
    for (std::uint16_t i = contest.null(); i > 0; --i) part += part.empty() ? "-" : ",-";
    out += (out.empty() ? "" : "/") + part;
  }
  return out;
}

}  // namespace

Result<DayScript> read_script(std::string_view text, const election::Definition& definition,
                              std::uint16_t style) {
  ScriptReader reader{definition, style};
  for (const std::string_view line : split(text, '\n')) TRY(reader.line(line));
  return reader.take();
}

std::string write_script(const DayScript& script) {
  std::string out = "open " + clock_text(script.open_min) + "\n";
  for (const VisitPlan& plan : script.visits) {
    out += "voter " + std::to_string(plan.elector + 1) + " ";
    out += plan.no_hands ? "no_hands" : kCaptures[static_cast<std::size_t>(plan.capture)];
    out += " " + choices_text(plan.wanted);
    if (plan.assisted) out += " assisted";
    if (plan.leaves) out += " leaves";
    if (plan.mismatch) out += " mismatch";
    if (plan.medium_dies) out += " medium";
    if (plan.trouble != SimPrinter::Trouble::none) {
      out += " " + std::string{kTroubles[static_cast<std::size_t>(plan.trouble)]} + " " +
             std::to_string(plan.trouble_row);
    }
    if (plan.cut_after != 0) {
      out += (plan.swap ? " swap " : " cut ") + std::to_string(plan.cut_after);
    }
    out += "\n";
  }
  if (script.in_line > 0) out += "in_line " + std::to_string(script.in_line) + "\n";
  if (script.cut_at_close != 0) {
    out += "cut_at_close " + std::to_string(script.cut_at_close) + "\n";
  }
  out += "close " + clock_text(script.close_min) + "\n";
  for (const std::string& witness : script.refused) out += "refuses " + witness + "\n";
  return out;
}

}  // namespace sufragio::sim
