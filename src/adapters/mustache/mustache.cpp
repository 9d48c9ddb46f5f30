#include "adapters/mustache/mustache.h"

#include <kainjow/mustache.hpp>

#include "ports/codes.h"

namespace sufragio::adapters {

namespace {

namespace lib = kainjow::mustache;

constexpr int kMaxDepth = 8;  // of partials in partials

tl::unexpected<Error> broken(std::string_view name, std::string_view what) {
  return fail(ports::kBrokenTemplate,
              {{"template", std::string{name}}, {"what", std::string{what}}});
}

lib::data to_library(const ports::TemplateData& data) {
  lib::data out{lib::data::type::object};
  for (const auto& [name, text] : data.texts) out[name] = lib::data{text};
  for (const auto& [name, items] : data.sections) {
    lib::data list{lib::data::type::list};
    // The library gives no way to move an item into a list; the list itself is not const.
    auto& target = const_cast<lib::list&>(list.list_value());
    target.reserve(items.size());
    for (const ports::TemplateData& item : items) target.push_back(to_library(item));
    out[name] = std::move(list);
  }
  return out;
}

// Finds names like the library does, from the innermost section outwards, and remembers the first
// name that nobody has.
class StrictContext : public lib::basic_context<std::string> {
 public:
  explicit StrictContext(const lib::data* data) { items_.push_back(data); }
  void push(const lib::data* data) override { items_.push_back(data); }
  void pop() override { items_.pop_back(); }
  const lib::data* get(const std::string& name) const override {
    for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
      const lib::data* found = (*item)->get(name);
      if (found != nullptr) return found;
    }
    if (missing_.empty()) missing_ = name;
    return nullptr;
  }
  const lib::data* get_partial(const std::string&) const override { return nullptr; }
  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  std::vector<const lib::data*> items_;
  mutable std::string missing_;
};

Result<std::string> with_partials(const std::map<std::string, std::string>& all,
                                  const std::string& name, int depth) {
  const auto found = all.find(name);
  if (found == all.end()) return fail(ports::kUnknownTemplate, {{"template", name}});
  if (depth > kMaxDepth) return broken(name, "partials");
  const std::string& text = found->second;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("{{", at);
    if (open == std::string::npos) return out.append(text, at);
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) return broken(name, "}}");
    const char kind = text[open + 2];
    if (kind == '{' || kind == '&' || kind == '=') return broken(name, std::string{"{{"} + kind);
    out.append(text, at, open - at);
    if (kind == '>') {
      std::string partial = text.substr(open + 3, close - open - 3);
      partial.erase(0, partial.find_first_not_of(' '));
      partial.erase(partial.find_last_not_of(' ') + 1);
      out += TRY(with_partials(all, partial, depth + 1));
    } else if (kind != '!') {
      out.append(text, open, close + 2 - open);
    }
    at = close + 2;
  }
  return out;
}

// Blanks at the start of a line and empty lines cost bytes and time on every page.
std::string compact(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == ' ' || c == '\t' || c == '\n')) continue;
    out += c;
    line_start = c == '\n';
  }
  return out;
}

}  // namespace

struct Mustache::State {
  std::map<std::string, std::unique_ptr<lib::mustache>, std::less<>> templates;
};

Mustache::Mustache(std::unique_ptr<State> state) : state_{std::move(state)} {}
Mustache::~Mustache() = default;

Result<std::unique_ptr<Mustache>> Mustache::from(
    const std::map<std::string, std::string>& templates) {
  auto state = std::make_unique<State>();
  for (const auto& entry : templates) {
    const std::string text = TRY(with_partials(templates, entry.first, 0));
    auto parsed = std::make_unique<lib::mustache>(compact(text));
    if (!parsed->is_valid()) return broken(entry.first, parsed->error_message());
    state->templates.emplace(entry.first, std::move(parsed));
  }
  return std::unique_ptr<Mustache>{new Mustache{std::move(state)}};
}

Result<std::string> Mustache::render(std::string_view name, const ports::TemplateData& data) const {
  const auto found = state_->templates.find(name);
  if (found == state_->templates.end()) {
    return fail(ports::kUnknownTemplate, {{"template", std::string{name}}});
  }
  const lib::data values = to_library(data);
  StrictContext context{&values};
  std::string out;
  out.reserve(16'384);
  struct Sink {
    std::string& text;
    Sink& operator<<(const std::string& piece) {
      text += piece;
      return *this;
    }
  } sink{out};
  // `render` of the library is not const, but changes nothing when there are no lambdas.
  found->second->render(context, sink);
  if (!context.missing().empty()) {
    return fail(ports::kMissingName,
                {{"template", std::string{name}}, {"name", context.missing()}});
  }
  return out;
}

}  // namespace sufragio::adapters
