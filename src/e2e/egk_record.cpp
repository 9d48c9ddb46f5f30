#include "e2e/egk_record.h"

#include <algorithm>

#include "codec/text_codes.h"

namespace sufragio::e2e {

namespace {

using codec::Document;

constexpr std::size_t kMaxItems = 10'000;  // contests, options, branches of one list

tl::unexpected<Error> bad(std::string_view field) {
  return fail(kBadRecord, {{"field", std::string{field}}});
}

Result<std::string> text(const Document& at, std::string_view field) {
  auto out = at.string(field);
  if (!out) return bad(field);
  return out;
}

Result<std::uint32_t> number(const Document& at, std::string_view field) {
  const auto out = at.integer(field);
  if (!out || *out < 0 || *out > 1'000'000'000) return bad(field);
  return static_cast<std::uint32_t>(*out);
}

Result<const Document*> part(const Document& at, std::string_view field) {
  const auto out = at.table(field);
  if (!out) return bad(field);
  return *out;
}

Result<const Document::Array*> items(const Document& at, std::string_view field) {
  const auto out = at.array(field);
  if (!out || (*out)->size() > kMaxItems) return bad(field);
  return *out;
}

Result<Bytes> base64(const Document& at, std::string_view field) {
  const std::string encoded = TRY(text(at, field));
  auto out = codec::base64_decode(encoded);
  if (!out) return bad(field);
  return out;
}

Result<Hash32> hash(const Document& at, std::string_view field) {
  const Bytes bytes = TRY(base64(at, field));
  const auto out = Hash32::from(bytes);
  if (!out) return bad(field);
  return *out;
}

Result<ScalarBytes> scalar(const Document& at, std::string_view field) {
  const Bytes bytes = TRY(base64(at, field));
  ScalarBytes out{};
  if (bytes.size() != out.size()) return bad(field);
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

Result<Proof> proof(const Document& at) {
  Proof out;
  out.challenge = TRY(scalar(at, "challenge"));
  out.response = TRY(scalar(at, "response"));
  return out;
}

Result<std::vector<Proof>> branches(const Document& at) {
  const Document* table = TRY(part(at, "proof"));
  const Document::Array* list = TRY(items(*table, "proofs"));
  std::vector<Proof> out;
  for (const Document& item : *list) {
    const Proof one = TRY(proof(item));
    out.push_back(one);
  }
  return out;
}

Result<Cipher> cipher(const Document& at) {
  const Document* table = TRY(part(at, "encrypted_vote"));
  Cipher out;
  out.pad = TRY(base64(*table, "pad"));
  out.data = TRY(base64(*table, "data"));
  return out;
}

Result<ContestData> contest_data(const Document& at) {
  ContestData out;
  out.c0 = TRY(base64(at, "c0"));
  out.c1 = TRY(base64(at, "c1"));
  out.c2 = TRY(hash(at, "c2"));
  out.size = TRY(number(at, "numBytes"));
  return out;
}

Result<Bytes> hex_number(const Document& at, std::string_view field, std::size_t size) {
  std::string digits = TRY(text(at, field));
  if (digits.size() > 2 * size) return bad(field);
  auto out = from_hex(std::string(2 * size - digits.size(), '0') + digits);
  if (!out) return bad(field);
  return out;
}

Result<EncryptedOption> option(const Document& at) {
  EncryptedOption out;
  out.id = TRY(text(at, "selection_id"));
  out.sequence = TRY(number(at, "sequence_order"));
  out.vote = TRY(cipher(at));
  out.range = TRY(branches(at));
  return out;
}

Result<EncryptedContest> encrypted_contest(const Document& at) {
  EncryptedContest out;
  out.id = TRY(text(at, "contest_id"));
  out.sequence = TRY(number(at, "sequence_order"));
  out.hash = TRY(hash(at, "contest_hash"));
  const Document::Array* list = TRY(items(at, "selections"));
  for (const Document& item : *list) {
    EncryptedOption one = TRY(option(item));
    out.options.push_back(std::move(one));
  }
  out.limit = TRY(branches(at));
  if (at.find("encrypted_contest_data") != nullptr) {
    const Document* data = TRY(part(at, "encrypted_contest_data"));
    out.data = TRY(contest_data(*data));
  }
  return out;
}

Result<EgkDecryption::Contest> decrypted_contest(const Document& at) {
  EgkDecryption::Contest out;
  out.id = TRY(text(at, "contest_id"));
  const Document::Array* list = TRY(items(at, "selections"));
  for (const Document& item : *list) {
    DecryptedCell cell;
    cell.id = TRY(text(item, "selection_id"));
    cell.tally = TRY(number(item, "tally"));
    cell.power = TRY(base64(item, "b_over_m"));
    cell.sum = TRY(cipher(item));
    const Document* own = TRY(part(item, "proof"));
    cell.proof = TRY(proof(*own));
    out.cells.push_back(std::move(cell));
  }
  if (at.find("decrypted_contest_data") != nullptr) {
    const Document* opened = TRY(part(at, "decrypted_contest_data"));
    const Document* data = TRY(part(*opened, "encrypted_contest_data"));
    const Document* own = TRY(part(*opened, "proof"));
    OpenedData all;
    all.data = TRY(contest_data(*data));
    all.beta = TRY(base64(*opened, "beta"));
    all.proof = TRY(proof(*own));
    out.data = std::move(all);
  }
  return out;
}

Result<EgkContest> manifest_contest(const Document& at) {
  EgkContest out;
  out.id = TRY(text(at, "object_id"));
  out.district = TRY(text(at, "electoral_district_id"));
  out.rule.sequence = TRY(number(at, "sequence_order"));
  out.rule.votes_allowed = TRY(number(at, "votes_allowed"));
  out.rule.option_limit = TRY(number(at, "option_selection_limit"));
  const Document::Array* list = TRY(items(at, "ballot_selections"));
  for (const Document& item : *list) {
    EgkOption one;
    one.id = TRY(text(item, "object_id"));
    one.sequence = TRY(number(item, "sequence_order"));
    out.rule.options.push_back(one.sequence);
    out.options.push_back(std::move(one));
  }
  if (out.options.empty() || !std::ranges::is_sorted(out.rule.options)) {
    return bad("ballot_selections");
  }
  return out;
}

}  // namespace

const EgkContest* EgkManifest::contest(std::string_view id) const {
  for (const EgkContest& contest : contests) {
    if (contest.id == id) return &contest;
  }
  return nullptr;
}

Result<EgkConstants> read_egk_constants(const Document& file) {
  EgkConstants out;
  const std::string type = TRY(text(file, "type"));
  out.version = TRY(text(file, "protocolVersion"));
  if (out.version.size() > 32) return bad("protocolVersion");
  out.curve = type == "EllipticCurve";
  if (!out.curve && type != "IntegerGroup") return bad("type");
  const Document* constants = TRY(part(file, "constants"));
  if (out.curve) {
    for (const char* name : {"a", "b", "primeModulus", "g.x", "g.y", "h"}) {
      Bytes value = TRY(hex_number(*constants, name, 32));
      out.hashed.push_back(std::move(value));
    }
    return out;
  }
  for (const char* name : {"largePrime", "smallPrime", "generator"}) {
    Bytes value = TRY(hex_number(*constants, name, name[0] == 's' ? 32 : 512));
    out.hashed.push_back(std::move(value));
  }
  return out;
}

Result<EgkManifest> read_egk_manifest(ByteView bytes, const Document& file) {
  EgkManifest out;
  out.bytes = to_bytes(bytes);
  const Document::Array* contests = TRY(items(file, "contests"));
  for (const Document& item : *contests) {
    EgkContest one = TRY(manifest_contest(item));
    out.contests.push_back(std::move(one));
  }
  const Document::Array* styles = TRY(items(file, "ballot_styles"));
  for (const Document& item : *styles) {
    const std::string id = TRY(text(item, "object_id"));
    const Document::Array* units = TRY(items(item, "geopolitical_unit_ids"));
    for (const Document& unit : *units) {
      const auto* name = std::get_if<std::string>(&unit.value());
      if (name == nullptr) return bad("geopolitical_unit_ids");
      out.styles[id].push_back(*name);
    }
  }
  return out;
}

Result<EgkConfig> read_egk_config(const Document& file) {
  EgkConfig out;
  out.guardians = TRY(number(file, "number_of_guardians"));
  out.quorum = TRY(number(file, "quorum"));
  out.parameters = TRY(hash(file, "parameter_base_hash"));
  out.manifest = TRY(hash(file, "manifest_hash"));
  out.election = TRY(hash(file, "election_base_hash"));
  const auto chained = file.boolean("chain_confirmation_codes");
  if (!chained) return bad("chain_confirmation_codes");
  out.chained = *chained;
  out.aux = TRY(base64(file, "baux0"));
  return out;
}

Result<EgkKeys> read_egk_keys(const Document& file) {
  EgkKeys out;
  out.joint = TRY(base64(file, "joint_public_key"));
  out.extended = TRY(hash(file, "extended_base_hash"));
  const Document::Array* guardians = TRY(items(file, "guardians"));
  for (const Document& item : *guardians) {
    EgkGuardian guardian;
    guardian.id = TRY(text(item, "guardian_id"));
    guardian.number = TRY(number(item, "x_coordinate"));
    const Document::Array* coefficients = TRY(items(item, "coefficient_proofs"));
    for (const Document& coefficient : *coefficients) {
      CoefficientProof one;
      one.commitment = TRY(base64(coefficient, "public_key"));
      one.proof = TRY(proof(coefficient));
      guardian.coefficients.push_back(std::move(one));
    }
    out.guardians.push_back(std::move(guardian));
  }
  return out;
}

Result<EgkBallot> read_egk_ballot(const Document& file) {
  EgkBallot out;
  out.id = TRY(text(file, "ballot_id"));
  out.style = TRY(text(file, "ballot_style_id"));
  out.extended = TRY(hash(file, "election_id"));
  const std::string state = TRY(text(file, "state"));
  out.cast = state == "CAST";
  if (!out.cast && state != "CHALLENGED") return bad("state");
  const std::string aux = TRY(text(file, "code_baux"));
  auto bytes = from_hex(aux);
  if (!bytes) return bad("code_baux");
  out.aux = *std::move(bytes);
  out.ballot.code = TRY(hash(file, "confirmation_code"));
  const Document::Array* contests = TRY(items(file, "contests"));
  for (const Document& item : *contests) {
    EncryptedContest one = TRY(encrypted_contest(item));
    out.ballot.contests.push_back(std::move(one));
  }
  return out;
}

Result<EgkTally> read_egk_tally(const Document& file) {
  EgkTally out;
  out.extended = TRY(hash(file, "election_id"));
  const auto cast = file.array("cast_ballot_ids");
  if (!cast) return bad("cast_ballot_ids");
  for (const Document& id : **cast) {
    const auto* name = std::get_if<std::string>(&id.value());
    if (name == nullptr) return bad("cast_ballot_ids");
    out.cast.push_back(*name);
  }
  const Document::Array* contests = TRY(items(file, "contests"));
  for (const Document& contest : *contests) {
    const std::string id = TRY(text(contest, "contest_id"));
    const Document::Array* list = TRY(items(contest, "selections"));
    for (const Document& item : *list) {
      std::string option_id = TRY(text(item, "selection_id"));
      Cipher cell = TRY(cipher(item));
      if (!out.cells.emplace(std::pair{id, std::move(option_id)}, std::move(cell)).second) {
        return bad("selection_id");
      }
    }
  }
  return out;
}

Result<EgkDecryption> read_egk_decryption(const Document& file) {
  EgkDecryption out;
  out.id = TRY(text(file, "id"));
  out.extended = TRY(hash(file, "election_id"));
  const Document::Array* contests = TRY(items(file, "contests"));
  for (const Document& item : *contests) {
    EgkDecryption::Contest one = TRY(decrypted_contest(item));
    out.contests.push_back(std::move(one));
  }
  return out;
}

Result<EgkChain> read_egk_chain(const Document& file) {
  EgkChain out;
  const Document::Array* start = TRY(items(file, "baux0"));
  for (const Document& item : *start) {
    const auto* value = std::get_if<std::int64_t>(&item.value());
    if (value == nullptr || *value < -128 || *value > 255) return bad("baux0");
    out.start.push_back(static_cast<std::uint8_t>(*value));
  }
  const Document::Array* ids = TRY(items(file, "ballot_ids"));
  for (const Document& id : *ids) {
    const auto* name = std::get_if<std::string>(&id.value());
    if (name == nullptr) return bad("ballot_ids");
    out.ballots.push_back(*name);
  }
  out.last = TRY(hash(file, "last_confirmation_code"));
  out.closing = TRY(hash(file, "closing_hash"));
  return out;
}

}  // namespace sufragio::e2e
