#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "statement/value.h"

// What may be said about figures, in four classes that never mix (docs/spec/statement.md). The
// class is a type: an outcome can rest on a fact, a bound or a public draw; building it from a
// model does not compile. Sentences stand in the catalogue; a statement holds the key and figures.
namespace sufragio::statement {

struct Input {       // something the statement was computed from
  std::string role;  // "rows", "rows.a", "bulletin" …: a slug
  Hash32 hash;       // SHA-256 of its bytes, or the rows root
  friend bool operator==(const Input&, const Input&) = default;
};

struct Body {        // common to all classes
  std::string text;  // key of the sentence; begins with its class: "fact.", "bound.",
                     // "draw.", "model."
  std::vector<Argument> arguments;  // every figure of the sentence and of the formula
  std::vector<Input> inputs;
  std::string formula;        // how the figures follow from each other: "2 * share * V = lead + V"
  std::optional<Hash32> law;  // the law pack, where one decides

  [[nodiscard]] const Value* find(std::string_view name) const;     // null: no such argument
  [[nodiscard]] std::int64_t integer(std::string_view name) const;  // CHECK: there, and a number
  friend bool operator==(const Body&, const Body&) = default;
};

// The public draw that a statement rests on.
struct DrawReference {
  Hash32 record;              // SHA-256 of the draw record
  std::string id;             // its purpose: "statutory", "ppeb:presidente"
  std::string seed;           // the dice, as they fell
  std::int64_t drawn = 0;     // n of
  std::int64_t universe = 0;  // N
  Hash32 commitment;          // what was committed before the seed: the hash of the universe
  friend bool operator==(const DrawReference&, const DrawReference&) = default;
};

// Arithmetic on published rows.
struct FactStatement {
  Body body;
  friend bool operator==(const FactStatement&, const FactStatement&) = default;
};

// True whatever the missing data are. `assumptions` are keys of the catalogue, never empty.
class Bound {
 public:
  [[nodiscard]] static std::optional<Bound> of(Body body, std::vector<std::string> assumptions);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }
  friend bool operator==(const Bound&, const Bound&) = default;

 private:
  Body body_;
  std::vector<std::string> assumptions_;
};

// Rests on a random draw with a public seed made after the data were committed.
class DesignBased {
 public:
  // Nothing without assumptions, record, seed and commitment, or when more is drawn than there is.
  [[nodiscard]] static std::optional<DesignBased> of(Body body,
                                                     std::vector<std::string> assumptions,
                                                     DrawReference draw);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }
  [[nodiscard]] const DrawReference& draw() const { return draw_; }
  friend bool operator==(const DesignBased&, const DesignBased&) = default;

 private:
  Body body_;
  std::vector<std::string> assumptions_;
  DrawReference draw_;
};

// A model of an ordinary election. Never supports an outcome; always says which innocent causes
// are known and whose paper to compare.
class Model {
 public:
  [[nodiscard]] static std::optional<Model> of(Body body, std::vector<std::string> assumptions,
                                               std::vector<std::string> causes,
                                               std::vector<std::string> compare);
  [[nodiscard]] const Body& body() const { return body_; }
  [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }
  [[nodiscard]] const std::vector<std::string>& causes() const { return causes_; }    // keys
  [[nodiscard]] const std::vector<std::string>& compare() const { return compare_; }  // mesas
  friend bool operator==(const Model&, const Model&) = default;

 private:
  Body body_;
  std::vector<std::string> assumptions_;
  std::vector<std::string> causes_;
  std::vector<std::string> compare_;
};

using Statement = std::variant<FactStatement, Bound, DesignBased, Model>;

enum class Class { fact, bound, draw, model };
[[nodiscard]] Class class_of(const Statement& statement);
[[nodiscard]] const Body& body_of(const Statement& statement);
[[nodiscard]] std::span<const std::string> assumptions_of(const Statement& statement);
// The first word of a rendered statement, as a key: "class.fact", "class.bound", "class.design",
// "class.model".
[[nodiscard]] std::string class_key(Class of);
// "fact", "bound", "draw", "model": the first part of the keys of its sentences.
[[nodiscard]] std::string_view class_name(Class of);

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
[[nodiscard]] std::string class_key(const OutcomeFinding& finding);

}  // namespace sufragio::statement
