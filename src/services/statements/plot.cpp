#include <fmt/format.h>

#include <algorithm>

#include "services/statements/render.h"

// One plane, no script, no foreign file. Bars are filled, lines are dashed: readable without
// colour, in the dark and on paper.
namespace sufragio::services {

using statement::Plot;
using statement::Series;

namespace {

constexpr double kWidth = 640, kHeight = 300;
constexpr double kLeft = 64, kRight = 16, kTop = 16, kBottom = 56;

struct Range {
  std::int64_t low = 0;
  std::int64_t high = 1;
};

// 1, 2 or 5 times a power of ten: about four steps.
std::int64_t step_of(std::int64_t span) {
  std::int64_t step = 1;
  while (span / step > 5) {
    if (span / (2 * step) <= 5) return 2 * step;
    if (span / (5 * step) <= 5) return 5 * step;
    step *= 10;
  }
  return step;
}

std::string scaled(std::int64_t value, std::int64_t scale, const Catalogue& words) {
  int decimals = 0;
  for (std::int64_t s = scale; s > 1; s /= 10) ++decimals;
  statement::Decimal decimal{value, decimals};
  while (decimal.decimals > 0 && decimal.units % 10 == 0) {
    decimal.units /= 10;
    --decimal.decimals;
  }
  return value_text(decimal, words);
}

class Canvas {
 public:
  Canvas(const Plot& plot, const Catalogue& words) : plot_{plot}, words_{words} {
    bool first = true;
    for (const Series& series : plot.series) {
      for (const auto& [x, y] : series.points) {
        if (first) x_ = {x, x};
        first = false;
        x_.low = std::min(x_.low, x);
        x_.high = std::max(x_.high, x);
        y_.high = std::max(y_.high, y);
      }
    }
    if (x_.high <= x_.low) x_.high = x_.low + 1;
    bar_ = std::max<std::int64_t>((x_.high - x_.low) / 20, 1);
  }

  std::string run(const std::string& title) {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" "
        "aria-label=\"{}\"><style>text{{font:13px Inter,system-ui,sans-serif;fill:#16191d}}"
        ".a{{stroke:#cfd5db}}.b{{fill:#8a97a5}}.l{{fill:none;stroke:#16191d;stroke-width:2;"
        "stroke-dasharray:6 3}}.p{{fill:#16191d}}"
        "@media(prefers-color-scheme:dark){{text,.p{{fill:#e8ebee}}.a{{stroke:#3d4650}}"
        ".l{{stroke:#e8ebee}}.b{{fill:#6b7884}}}}</style><title>{}</title>",
        kWidth, kHeight, html_escape(title), html_escape(title));
    axes();
    for (const Series& series : plot_.series) draw(series);
    legend();
    return out_ + "</svg>\n";
  }

 private:
  [[nodiscard]] double px(std::int64_t x) const {
    const auto span = static_cast<double>(x_.high - x_.low + bar_);
    return kLeft + (static_cast<double>(x - x_.low) + static_cast<double>(bar_) / 2) / span *
                       (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double py(std::int64_t y) const {
    return kHeight - kBottom -
           static_cast<double>(y) / static_cast<double>(y_.high) * (kHeight - kTop - kBottom);
  }
  void text(double x, double y, const char* anchor, const std::string& words) {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y,
                        anchor, html_escape(words));
  }
  void axes() {
    const std::int64_t step = step_of(y_.high);
    for (std::int64_t y = 0; y <= y_.high; y += step) {
      out_ += fmt::format("<line class=\"a\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                          kLeft, kWidth - kRight, py(y), py(y));
      text(kLeft - 8, py(y) + 4, "end", scaled(y, plot_.y_scale, words_));
    }
    const std::int64_t across = step_of(x_.high - x_.low);
    for (std::int64_t x = x_.low; x <= x_.high; x += across) {
      text(px(x), kHeight - kBottom + 18, "middle", scaled(x, plot_.x_scale, words_));
    }
    text((kLeft + kWidth - kRight) / 2, kHeight - kBottom + 38, "middle",
         words_.text(plot_.x_label));
  }
  void draw(const Series& series) {
    if (series.mark == Series::Mark::line) {
      out_ += "<polyline class=\"l\" points=\"";
      for (const auto& [x, y] : series.points) out_ += fmt::format("{:.1f},{:.1f} ", px(x), py(y));
      out_ += "\"/>";
      return;
    }
    for (const auto& [x, y] : series.points) {
      if (series.mark == Series::Mark::points) {
        out_ +=
            fmt::format("<circle class=\"p\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>", px(x), py(y));
        continue;
      }
      const double width = (px(x_.low + bar_) - px(x_.low)) * 0.8;
      out_ += fmt::format(
          "<rect class=\"b\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
          px(x) - width / 2, py(y), width, py(0) - py(y));
    }
  }
  void legend() {
    std::string all = words_.text(plot_.y_label) + ": ";
    for (std::size_t i = 0; i < plot_.series.size(); ++i) {
      all += (i > 0 ? "; " : "") + words_.text(plot_.series[i].label);
    }
    text(kLeft, kHeight - 4, "start", all);
  }

  const Plot& plot_;
  const Catalogue& words_;
  Range x_, y_;
  std::int64_t bar_ = 1;
  std::string out_;
};

}  // namespace

std::string plot_svg(const Plot& plot, const Catalogue& words) {
  return Canvas{plot, words}.run(filled(plot.caption, plot.arguments, words));
}

}  // namespace sufragio::services
