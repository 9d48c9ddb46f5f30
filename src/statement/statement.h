#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

// What may be said about figures, in four classes that never mix. The class is a
// type: an outcome can rest on a Fact, a Bound or a DesignBased statement, and building it from a
// Model does not compile.
namespace sufragio::statement {

struct Body {                   // common to all classes
  std::string text;             // catalogue key of the template, "fact.share" …; never free text
  std::vector<Fact> arguments;  // the figures of the sentence, as exact integers or codes
  std::vector<Hash32> inputs;   // the rows or files used, by hash
  std::string formula;          // how the result follows, "part * 10000 / whole, half up"
  std::optional<Hash32> law;    // the law pack, where one decides
  friend bool operator==(const Body&, const Body&) = default;
};

// Arithmetic on published rows.
struct FactStatement {
  Body body;
};

// True whatever the missing data are. `assumptions` is never empty.
class Bound {
 public:
  [[nodiscard]] static std::optional<Bound> of(Body body, std::vector<std::string> assumptions);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }

 private:
  Body body_;
  std::vector<std::string> assumptions_;
};

// Rests on a random draw with a public seed made after the data were committed. Names the draw
// record by hash.
class DesignBased {
 public:
  [[nodiscard]] static std::optional<DesignBased> of(Body body,
                                                     std::vector<std::string> assumptions,
                                                     const Hash32& draw_record);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }
  [[nodiscard]] const Hash32& draw_record() const { return draw_record_; }

 private:
  Body body_;
  std::vector<std::string> assumptions_;
  Hash32 draw_record_;
};

// A model of an ordinary election. Never supports an outcome.
class Model {
 public:
  [[nodiscard]] static std::optional<Model> of(Body body, std::vector<std::string> assumptions);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }

 private:
  Body body_;
  std::vector<std::string> assumptions_;
};

// A finding about who won rests on one of three classes; there is no constructor from a Model.
class OutcomeFinding {
 public:
  explicit OutcomeFinding(FactStatement fact) : ground_{std::move(fact)} {}
  explicit OutcomeFinding(Bound bound) : ground_{std::move(bound)} {}
  explicit OutcomeFinding(DesignBased design) : ground_{std::move(design)} {}
  [[nodiscard]] const std::variant<FactStatement, Bound, DesignBased>& ground() const {
    return ground_;
  }

 private:
  std::variant<FactStatement, Bound, DesignBased> ground_;
};

// The class as the catalogue key of its first word: "class.fact", "class.bound", "class.design",
// "class.model".
[[nodiscard]] std::string class_key(const OutcomeFinding& finding);

}  // namespace sufragio::statement
