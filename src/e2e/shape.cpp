#include "e2e/shape.h"

#include <algorithm>

#include "codec/json_write.h"

namespace sufragio::e2e {

namespace {

constexpr std::string_view kVersion = "v2.1.0";
// a, b, p, g.x, g.y and the cofactor (FIPS 186-4 D.1.2.3); the order is not among them.
constexpr std::string_view kParameters =
    "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"
    "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    "0000000000000000000000000000000000000000000000000000000000000001";

std::string option_id(std::uint32_t contest, std::uint32_t option) {
  return "o-" + std::to_string(contest) + "-" + std::to_string(option);
}

void write_contest(codec::JsonWriter& out, const election::Contest& contest,
                   const ContestRule& rule) {
  out.begin_object();
  out.key("object_id").string(contest.id.text());
  out.key("sequence_order").integer(rule.sequence);
  out.key("electoral_district_id").string(contest.id.text());
  out.key("vote_variation").string(rule.votes_allowed == 1 ? "one_of_m" : "n_of_m");
  out.key("number_elected").integer(contest.seats);
  out.key("votes_allowed").integer(rule.votes_allowed);
  out.key("name").string(contest.id.text());
  out.key("ballot_selections").begin_array();
  for (const std::uint32_t option : rule.options) {
    const std::string id = option_id(rule.sequence, option);
    out.begin_object();
    out.key("object_id").string(id).key("sequence_order").integer(option);
    out.key("candidate_id").string(id);
    out.end_object();
  }
  out.end_array();
  out.key("option_selection_limit").integer(rule.option_limit);
  out.end_object();
}

void write_styles(codec::JsonWriter& out, const election::Definition& definition) {
  out.key("ballot_styles").begin_array();
  for (const election::Style& style : definition.styles) {
    out.begin_object().key("object_id").string(style.id.text());
    out.key("geopolitical_unit_ids").begin_array();
    for (const election::ContestIndex index : style.contests) {
      out.string(definition.contest(index).id.text());
    }
    out.end_array().key("party_ids").begin_array().end_array().end_object();
  }
  out.end_array();
}

}  // namespace

std::size_t Shape::cells() const {
  std::size_t out = 0;
  for (const ContestRule& contest : contests) out += contest.options.size();
  return out;
}

ContestRule contest_rule(const election::Contest& contest, election::ContestIndex index) {
  ContestRule out;
  out.sequence = index.value() + std::uint32_t{1};
  out.votes_allowed = contest.votes_per_voter;
  const auto count = static_cast<std::uint32_t>(contest.cards.size()) + out.votes_allowed;
  for (std::uint32_t option = 1; option <= count; ++option) out.options.push_back(option);
  return out;
}

Shape shape_of(const election::Definition& definition, std::uint16_t style) {
  Shape out;
  out.style = style;
  for (const election::ContestIndex index : definition.styles.at(style).contests) {
    out.contests.push_back(contest_rule(definition.contest(index), index));
  }
  std::ranges::sort(out.contests, {}, &ContestRule::sequence);
  return out;
}

std::string manifest_json(const election::Definition& definition) {
  codec::JsonWriter out{1};
  out.begin_object();
  out.key("election_scope_id").string(definition.id);
  out.key("spec_version").string("v2.0.0").key("type").string("general");
  out.key("start_date").string(definition.date).key("end_date").string(definition.date);
  out.key("geopolitical_units").begin_array();
  for (const election::Contest& contest : definition.contests) {
    out.begin_object().key("object_id").string(contest.id.text());
    out.key("name").string(contest.id.text()).key("type").string("other").end_object();
  }
  out.end_array();
  write_styles(out, definition);
  out.key("contests").begin_array();
  std::vector<ContestRule> rules;
  for (std::size_t i = 0; i < definition.contests.size(); ++i) {
    const election::ContestIndex index{static_cast<std::uint16_t>(i)};
    rules.push_back(contest_rule(definition.contests[i], index));
    write_contest(out, definition.contests[i], rules.back());
  }
  out.end_array();
  out.key("candidates").begin_array();
  for (const ContestRule& rule : rules) {
    for (const std::uint32_t option : rule.options) {
      out.begin_object().key("object_id").string(option_id(rule.sequence, option));
      out.key("is_write_in").boolean(false).end_object();
    }
  }
  out.end_array();
  out.key("name").begin_array().end_array().key("parties").begin_array().end_array();
  out.end_object();
  return out.text() + "\n";
}

const Hash32& parameter_hash() {
  static const Hash32 hash = [] {
    Hash32 version;
    std::copy(kVersion.begin(), kVersion.end(), version.data.begin());
    const crypto::KeyedHash key{version};
    return key.message().byte(0x00).bytes(from_hex(kParameters).value()).finish();
  }();
  return hash;
}

Hash32 manifest_hash(ByteView manifest) {
  const crypto::KeyedHash key{parameter_hash()};
  return key.message()
      .byte(0x01)
      .uint32(static_cast<std::uint32_t>(manifest.size()))
      .bytes(manifest)
      .finish();
}

Hash32 base_hash(const Hash32& manifest, std::uint32_t guardians, std::uint32_t quorum) {
  const crypto::KeyedHash key{parameter_hash()};
  return key.message().byte(0x02).bytes(manifest.view()).uint32(guardians).uint32(quorum).finish();
}

Hash32 extended_hash(const Hash32& base, ByteView joint_key) {
  const crypto::KeyedHash key{base};
  return key.message().byte(0x12).bytes(joint_key).finish();
}

}  // namespace sufragio::e2e
