#pragma once

#include <string>
#include <vector>

#include "codec/document.h"
#include "statement/statement.h"

// Statements as files that a stranger recomputes (docs/spec/statement.md). CBOR is the canonical
// form and gives the id; JSON says the same in the same order. Neither holds a sentence.
namespace sufragio::statement {

// One statement. What `encode` accepts, `decode` gives back. A statement outside the form (a key
// that is not of its class, a name twice, a text with control characters) is a bug (CHECK `valid`).
[[nodiscard]] Bytes encode(const Statement& statement);
[[nodiscard]] Result<Statement> decode(ByteView bytes);  // C1xx, Z101–Z104
[[nodiscard]] Hash32 id_of(const Statement& statement);  // SHA-256 of `encode`

// The form of docs/spec/statement.md, without looking at the words. Z101–Z104.
[[nodiscard]] Result<void> valid(const Statement& statement);

// A file of statements: at most 10,000 and 16 MiB.
[[nodiscard]] Bytes encode_file(const std::vector<Statement>& statements);
[[nodiscard]] Result<std::vector<Statement>> decode_file(ByteView bytes);
[[nodiscard]] std::string json_file(const std::vector<Statement>& statements);
[[nodiscard]] Result<std::vector<Statement>> read_json_file(const codec::Document& document);

}  // namespace sufragio::statement
