#include "base/check.h"
#include "codec/cbor.h"
#include "crypto/hash.h"
#include "statement/codes.h"
#include "statement/file.h"
#include "statement/parts.h"

// Keys and kinds: docs/spec/statement.md.
namespace sufragio::statement {

namespace {

using codec::CborReader;
using codec::CborWriter;

void write_texts(CborWriter& out, const std::vector<std::string>& texts) {
  out.array(texts.size());
  for (const std::string& text : texts) out.text(text);
}

struct WriteValue {
  CborWriter& out;
  void operator()(std::int64_t value) const { out.integer(value); }
  void operator()(const Decimal& value) const {
    out.array(2);
    out.integer(value.units);
    out.integer(value.decimals);
  }
  void operator()(const Probability& value) const {
    out.array(2);
    out.integer(value.digits());
    out.integer(value.exponent());
  }
  void operator()(const Text& value) const { out.text(value.text); }
  void operator()(const Word& value) const { out.text(value.key); }
  void operator()(const List& value) const { write_texts(out, value); }
};

void write_draw(CborWriter& out, const std::optional<DrawReference>& draw) {
  if (!draw) return out.null();
  out.array(6);
  out.bytes(draw->record.view());
  out.text(draw->id);
  out.text(draw->seed);
  out.integer(draw->drawn);
  out.integer(draw->universe);
  out.bytes(draw->commitment.view());
}

void write(CborWriter& out, const Parts& parts) {
  out.map(10);
  out.uint(1);
  out.uint(static_cast<std::uint64_t>(parts.of));
  out.uint(2);
  out.text(parts.body.text);
  out.uint(3);
  out.array(parts.body.arguments.size());
  for (const Argument& argument : parts.body.arguments) {
    out.array(3);
    out.text(argument.name);
    out.uint(argument.value.index());
    std::visit(WriteValue{out}, argument.value);
  }
  out.uint(4);
  out.array(parts.body.inputs.size());
  for (const Input& input : parts.body.inputs) {
    out.array(2);
    out.text(input.role);
    out.bytes(input.hash.view());
  }
  out.uint(5);
  out.text(parts.body.formula);
  out.uint(6);
  if (parts.body.law) out.bytes(parts.body.law->view());
  if (!parts.body.law) out.null();
  out.uint(7);
  write_texts(out, parts.assumptions);
  out.uint(8);
  write_draw(out, parts.draw);
  out.uint(9);
  write_texts(out, parts.causes);
  out.uint(10);
  write_texts(out, parts.compare);
}

Result<std::string> text_of(CborReader& in) {
  const std::string_view text = TRY(in.text());
  return std::string{text};
}

Result<std::vector<std::string>> texts_of(CborReader& in, std::string_view field) {
  const std::size_t count = TRY(in.array());
  if (count > kMaxItems) return bad_statement(field);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = TRY(text_of(in));
    out.push_back(std::move(text));
  }
  return out;
}

Result<Hash32> hash_of(CborReader& in) {
  const ByteView bytes = TRY(in.bytes(Hash32::kSize));
  return Hash32::from(bytes);
}

Result<Value> value_of(CborReader& in, std::uint64_t kind) {
  if (kind == 0) {
    const std::int64_t value = TRY(in.integer());
    return Value{value};
  }
  if (kind == 1 || kind == 2) {
    TRY(in.array(2));
    const std::int64_t first = TRY(in.integer());
    const std::int64_t second = TRY(in.integer());
    if (kind == 1) {
      if (second < 0 || second > 9) return fail(kBadFigure, {{"value", std::to_string(second)}});
      return Value{Decimal{first, static_cast<int>(second)}};
    }
    const Probability probability = TRY(Probability::from(first, second));
    return Value{probability};
  }
  if (kind == 5) {
    std::vector<std::string> list = TRY(texts_of(in, "arguments"));
    return Value{std::move(list)};
  }
  std::string text = TRY(text_of(in));
  if (kind == 3) return Value{Text{std::move(text)}};
  return Value{Word{std::move(text)}};
}

Result<std::vector<Argument>> arguments_of(CborReader& in) {
  const std::size_t count = TRY(in.array());
  std::vector<Argument> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(in.array(3));
    Argument argument;
    argument.name = TRY(text_of(in));
    const std::uint64_t kind = TRY(in.uint(5));
    argument.value = TRY(value_of(in, kind));
    out.push_back(std::move(argument));
  }
  return out;
}

Result<std::vector<Input>> inputs_of(CborReader& in) {
  const std::size_t count = TRY(in.array());
  std::vector<Input> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(in.array(2));
    Input input;
    input.role = TRY(text_of(in));
    input.hash = TRY(hash_of(in));
    out.push_back(std::move(input));
  }
  return out;
}

Result<std::optional<DrawReference>> draw_of(CborReader& in) {
  const bool none = TRY(in.null());
  if (none) return std::optional<DrawReference>{};
  DrawReference out;
  TRY(in.array(6));
  out.record = TRY(hash_of(in));
  out.id = TRY(text_of(in));
  out.seed = TRY(text_of(in));
  out.drawn = TRY(in.integer());
  out.universe = TRY(in.integer());
  out.commitment = TRY(hash_of(in));
  return std::optional{std::move(out)};
}

Result<Statement> read(CborReader& in) {
  Parts out;
  TRY(in.map(10));
  TRY(in.key(1));
  const std::uint64_t of = TRY(in.uint(3));
  out.of = static_cast<Class>(of);
  TRY(in.key(2));
  out.body.text = TRY(text_of(in));
  TRY(in.key(3));
  out.body.arguments = TRY(arguments_of(in));
  TRY(in.key(4));
  out.body.inputs = TRY(inputs_of(in));
  TRY(in.key(5));
  out.body.formula = TRY(text_of(in));
  TRY(in.key(6));
  const bool no_law = TRY(in.null());
  if (!no_law) out.body.law = TRY(hash_of(in));
  TRY(in.key(7));
  out.assumptions = TRY(texts_of(in, "assumptions"));
  TRY(in.key(8));
  out.draw = TRY(draw_of(in));
  TRY(in.key(9));
  out.causes = TRY(texts_of(in, "causes"));
  TRY(in.key(10));
  out.compare = TRY(texts_of(in, "compare"));
  return together(std::move(out));
}

}  // namespace

Bytes encode(const Statement& statement) {
  CHECK(valid(statement).has_value());
  CborWriter out;
  write(out, apart(statement));
  return out.take();
}

Result<Statement> decode(ByteView bytes) {
  CborReader in{bytes};
  Statement out = TRY(read(in));
  TRY(in.end());
  return out;
}

Hash32 id_of(const Statement& statement) { return crypto::sha256(encode(statement)); }

Bytes encode_file(const std::vector<Statement>& statements) {
  CborWriter out;
  out.map(2);
  out.uint(1);
  out.uint(1);
  out.uint(2);
  out.array(statements.size());
  for (const Statement& statement : statements) out.raw(encode(statement));
  return out.take();
}

Result<std::vector<Statement>> decode_file(ByteView bytes) {
  if (bytes.size() > kMaxFile) return bad_statement("size");
  CborReader in{bytes};
  TRY(in.map(2));
  TRY(in.key(1));
  const std::uint64_t version = TRY(in.uint());
  if (version != 1) return bad_statement("version");
  TRY(in.key(2));
  const std::size_t count = TRY(in.array());
  if (count > kMaxStatements) return bad_statement("statements");
  std::vector<Statement> out;
  for (std::size_t i = 0; i < count; ++i) {
    Statement statement = TRY(read(in));
    out.push_back(std::move(statement));
  }
  TRY(in.end());
  return out;
}

}  // namespace sufragio::statement
