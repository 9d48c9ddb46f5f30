#include "e2e/egk_write.h"

#include <algorithm>

#include "codec/json_write.h"
#include "codec/text_codes.h"

namespace sufragio::e2e {

namespace {

using codec::base64_encode;
using codec::JsonWriter;

void write_branch(JsonWriter& out, const Proof& proof) {
  out.begin_object().key("challenge").string(base64_encode(proof.challenge));
  out.key("response").string(base64_encode(proof.response)).end_object();
}

void write_branches(JsonWriter& out, const std::vector<Proof>& branches) {
  out.key("proof").begin_object().key("proofs").begin_array();
  for (const Proof& branch : branches) write_branch(out, branch);
  out.end_array().end_object();
}

void write_cipher(JsonWriter& out, const Cipher& cipher) {
  out.key("encrypted_vote").begin_object().key("pad").string(base64_encode(cipher.pad));
  out.key("data").string(base64_encode(cipher.data)).end_object();
}

void write_data(JsonWriter& out, const ContestData& data) {
  out.key("encrypted_contest_data").begin_object();
  out.key("c0").string(base64_encode(data.c0)).key("c1").string(base64_encode(data.c1));
  out.key("c2").string(base64_encode(data.c2.view())).key("numBytes").integer(data.size);
  out.end_object();
}

std::string upper_hex(ByteView bytes) {
  std::string out = to_hex(bytes);
  for (char& c : out) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

void write_contest(JsonWriter& out, const EncryptedContest& contest) {
  out.begin_object().key("contest_id").string(contest.id);
  out.key("sequence_order").integer(contest.sequence);
  out.key("contest_hash").string(base64_encode(contest.hash.view()));
  out.key("selections").begin_array();
  for (const EncryptedOption& option : contest.options) {
    out.begin_object().key("selection_id").string(option.id);
    out.key("sequence_order").integer(option.sequence);
    write_cipher(out, option.vote);
    write_branches(out, option.range);
    out.end_object();
  }
  out.end_array();
  write_branches(out, contest.limit);
  if (contest.data) write_data(out, *contest.data);
  out.end_object();
}

void write_opened(JsonWriter& out, const OpenedData& opened) {
  out.key("decrypted_contest_data").begin_object();
  write_data(out, opened.data);
  out.key("proof");
  write_branch(out, opened.proof);
  out.key("beta").string(base64_encode(opened.beta)).end_object();
}

}  // namespace

std::string write_egk_constants() {
  JsonWriter out{1};
  out.begin_object().key("name").string("P-256").key("type").string("EllipticCurve");
  out.key("protocolVersion").string("v2.1.0").key("constants").begin_object();
  out.key("a").string("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc");
  out.key("b").string("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
  out.key("primeModulus")
      .string("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  out.key("order").string("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  out.key("g.x").string("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  out.key("g.y").string("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  out.key("h").string("1").end_object().end_object();
  return out.text() + "\n";
}

std::string write_egk_config(const EgkConfig& config) {
  JsonWriter out{1};
  out.begin_object().key("config_version").string("2.1.0");
  out.key("number_of_guardians").integer(config.guardians).key("quorum").integer(config.quorum);
  out.key("parameter_base_hash").string(base64_encode(config.parameters.view()));
  out.key("manifest_hash").string(base64_encode(config.manifest.view()));
  out.key("election_base_hash").string(base64_encode(config.election.view()));
  out.key("chain_confirmation_codes").boolean(config.chained);
  out.key("baux0").string(base64_encode(config.aux));
  out.key("metadata").begin_object().end_object().end_object();
  return out.text() + "\n";
}

std::string write_egk_keys(const EgkKeys& keys) {
  JsonWriter out{1};
  out.begin_object().key("joint_public_key").string(base64_encode(keys.joint));
  out.key("extended_base_hash").string(base64_encode(keys.extended.view()));
  out.key("guardians").begin_array();
  for (const EgkGuardian& guardian : keys.guardians) {
    out.begin_object().key("guardian_id").string(guardian.id);
    out.key("x_coordinate").integer(guardian.number).key("coefficient_proofs").begin_array();
    for (const CoefficientProof& coefficient : guardian.coefficients) {
      out.begin_object().key("public_key").string(base64_encode(coefficient.commitment));
      out.key("challenge").string(base64_encode(coefficient.proof.challenge));
      out.key("response").string(base64_encode(coefficient.proof.response)).end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().key("metadata").begin_object().end_object().end_object();
  return out.text() + "\n";
}

std::string write_egk_ballot(const EgkBallot& ballot, std::string_view device,
                             std::int64_t time_s) {
  JsonWriter out{1};
  out.begin_object().key("ballot_id").string(ballot.id);
  out.key("ballot_style_id").string(ballot.style).key("encrypting_device").string(device);
  out.key("timestamp").integer(time_s).key("code_baux").string(upper_hex(ballot.aux));
  out.key("confirmation_code").string(base64_encode(ballot.ballot.code.view()));
  out.key("election_id").string(base64_encode(ballot.extended.view()));
  out.key("contests").begin_array();
  for (const EncryptedContest& contest : ballot.ballot.contests) write_contest(out, contest);
  out.end_array().key("state").string(ballot.cast ? "CAST" : "CHALLENGED");
  out.key("is_preencrypt").boolean(false).end_object();
  return out.text() + "\n";
}

std::string write_egk_tally(const EgkTally& tally, const EgkManifest& manifest,
                            std::string_view id) {
  JsonWriter out{1};
  out.begin_object().key("tally_id").string(id).key("contests").begin_array();
  for (const EgkContest& contest : manifest.contests) {
    const auto has = [&](const EgkOption& o) { return tally.cells.contains({contest.id, o.id}); };
    if (!std::ranges::any_of(contest.options, has)) continue;
    out.begin_object().key("contest_id").string(contest.id);
    out.key("sequence_order").integer(contest.rule.sequence).key("selections").begin_array();
    for (const EgkOption& option : contest.options) {
      const auto at = tally.cells.find({contest.id, option.id});
      if (at == tally.cells.end()) continue;
      out.begin_object().key("selection_id").string(option.id);
      out.key("sequence_order").integer(option.sequence);
      write_cipher(out, at->second);
      out.end_object();
    }
    out.end_array().key("ballot_count").integer(0).end_object();
  }
  out.end_array().key("cast_ballot_ids").begin_array();
  for (const std::string& ballot : tally.cast) out.string(ballot);
  out.end_array().key("election_id").string(base64_encode(tally.extended.view())).end_object();
  return out.text() + "\n";
}

std::string write_egk_decryption(const EgkDecryption& decryption) {
  JsonWriter out{1};
  out.begin_object().key("id").string(decryption.id).key("contests").begin_array();
  for (const EgkDecryption::Contest& contest : decryption.contests) {
    out.begin_object().key("contest_id").string(contest.id).key("selections").begin_array();
    for (const DecryptedCell& cell : contest.cells) {
      out.begin_object().key("selection_id").string(cell.id).key("tally").integer(cell.tally);
      out.key("b_over_m").string(base64_encode(cell.power));
      write_cipher(out, cell.sum);
      out.key("proof");
      write_branch(out, cell.proof);
      out.end_object();
    }
    out.end_array().key("ballot_count").integer(0);
    if (contest.data) write_opened(out, *contest.data);
    out.end_object();
  }
  out.end_array().key("election_id").string(base64_encode(decryption.extended.view()));
  out.end_object();
  return out.text() + "\n";
}

}  // namespace sufragio::e2e
