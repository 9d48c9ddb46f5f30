// The one translation unit that includes nlohmann/json (slow to compile). Only its SAX parser is
// used: it is not recursive, and it shows repeated keys.
#include "adapters/json/json.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/json/codes.h"

namespace sufragio::adapters {

namespace {

constexpr std::size_t kMaxJsonDepth = 64;

// Walks the text and counts the lines that the parser has taken.
class Characters {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Characters(const char* at, int* line) : at_{at}, line_{line} {}
  reference operator*() const { return *at_; }
  Characters& operator++() {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  [[maybe_unused]] friend bool operator==(const Characters& a, const Characters& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const Characters& a, const Characters& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  int* line_;
};

class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const int& line) : line_{line} {}

  bool null() override { return add(std::monostate{}); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > INT64_MAX)
      return stop(json_codes::kForbiddenNumber, "value", std::to_string(value));
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return stop(json_codes::kForbiddenNumber, "value", text);
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return stop(json_codes::kBadJson); }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Level& top = open_.back();
    const auto same = [&](const auto& entry) { return entry.first == name; };
    // Large objects do not occur in our files; the limit keeps this search from being an attack.
    if (top.table.size() >= kMaxKeys) return stop(json_codes::kBadJson);
    if (std::any_of(top.table.begin(), top.table.end(), same)) {
      return stop(json_codes::kRepeatedKey, "key", name);
    }
    top.key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return stop(json_codes::kBadJson);
  }

  Result<codec::Document> take() {
    if (error_) return fail(*std::move(error_));
    return std::move(root_);
  }

 private:
  static constexpr std::size_t kMaxKeys = 10'000;

  struct Level {
    bool object = false;
    int line = 0;
    std::string key;
    codec::Document::Array array;
    codec::Document::Table table;
  };

  bool stop(Code code, std::string_view fact = {}, std::string_view value = {}) {
    if (error_) return false;
    error_ = Error{code, {{"line", std::to_string(line_)}}};
    if (!fact.empty()) error_ = std::move(*error_).with(fact, value);
    return false;
  }

  bool place(codec::Document value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().object) {
      open_.back().table.emplace_back(std::move(open_.back().key), std::move(value));
    } else {
      open_.back().array.push_back(std::move(value));
    }
    return true;
  }

  bool add(codec::Document::Value value) { return place({std::move(value), line_}); }

  bool open(bool object) {
    if (open_.size() == kMaxJsonDepth) return stop(json_codes::kJsonTooDeep);
    open_.push_back({object, line_, {}, {}, {}});
    return true;
  }

  bool close() {
    Level top = std::move(open_.back());
    open_.pop_back();
    if (top.object) return place({std::move(top.table), top.line});
    return place({std::move(top.array), top.line});
  }

  const int& line_;
  std::vector<Level> open_;
  codec::Document root_;
  std::optional<Error> error_;
};

}  // namespace

Result<codec::Document> parse_json(std::string_view text) {
  int line = 1;
  Builder builder{line};
  const char* end = text.data() + text.size();
  int ignored = 0;
  nlohmann::json::sax_parse(Characters{text.data(), &line}, Characters{end, &ignored}, &builder);
  return builder.take();
}

}  // namespace sufragio::adapters
