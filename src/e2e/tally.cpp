#include "e2e/tally.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace sufragio::e2e {

namespace {

using crypto::P256;
using crypto::P256Base;
using crypto::P256Element;
using crypto::P256Work;
using crypto::Scalar;
using crypto::ScalarField;
using crypto::Secret;

constexpr std::size_t kPoint = P256::kElementSize;
constexpr std::size_t kOpened = 3 * kPoint;         // M, a, b
constexpr std::size_t kCell = 3 * kPoint + 2 * 32;  // A, B, T, c, v
constexpr std::size_t kMaxTally = 64 << 20;

std::vector<const Cipher*> cells_of(std::span<const Aggregate> aggregates) {
  std::vector<const Cipher*> out;
  for (const Aggregate& aggregate : aggregates) {
    for (const auto& contest : aggregate.sums) {
      for (const Cipher& cell : contest) out.push_back(&cell);
    }
  }
  return out;
}

void write_group(codec::CborWriter& out, const Group& group) {
  out.array(3);
  out.array(group.mesas.size());
  for (const MesaId& mesa : group.mesas) {
    out.array(2);
    out.uint(mesa.centre.value());
    out.uint(mesa.mesa.value());
  }
  out.uint(group.style);
  out.uint(group.ballots);
}

Result<Group> read_group(codec::CborReader& in) {
  Group out;
  TRY(in.array(3));
  const std::size_t mesas = TRY(in.array());
  for (std::size_t i = 0; i < mesas; ++i) {
    TRY(in.array(2));
    const std::uint64_t centre = TRY(in.uint(kMaxCentre));
    const std::uint64_t mesa = TRY(in.uint(99));
    out.mesas.push_back({CentreCode{static_cast<std::uint32_t>(centre)},
                         MesaNumber{static_cast<std::uint16_t>(mesa)}});
  }
  const std::uint64_t style = TRY(in.uint(0xffff));
  const std::uint64_t ballots = TRY(in.uint(100'000'000));
  out.style = static_cast<std::uint16_t>(style);
  out.ballots = static_cast<std::uint32_t>(ballots);
  out.large_enough = true;
  return out;
}

// The openings as elements, cell by cell, with the weight of each guardian.
struct Opened {
  std::uint32_t guardian = 0;
  Scalar weight;
  std::vector<P256Element> m;
  std::vector<P256Element> a;
  std::vector<P256Element> b;
};

Result<std::vector<Opened>> read_openings(std::size_t cells, const JointKey& joint,
                                          const Openings& openings, P256Work& work) {
  if (openings.size() < joint.plan.quorum) {
    return fail(kTooFewGuardians, {{"got", std::to_string(openings.size())},
                                   {"needed", std::to_string(joint.plan.quorum)}});
  }
  std::vector<std::uint32_t> numbers;
  for (const auto& [number, opening] : openings) numbers.push_back(number);
  const auto weights = crypto::lagrange_at_zero(ScalarField::p256(), numbers);
  std::vector<Opened> out;
  for (const auto& [number, opening] : openings) {
    Opened one;
    one.guardian = number;
    bool good = weights && number >= 1 && number <= joint.plan.guardians &&
                opening.shares.size() == cells * kOpened;
    for (std::size_t i = 0; good && i < 3 * cells; ++i) {
      auto element = work.decode_any(ByteView{opening.shares}.subspan(i * kPoint, kPoint));
      good = element.has_value();
      std::vector<P256Element>& to = i % 3 == 0 ? one.m : i % 3 == 1 ? one.a : one.b;
      if (good) to.push_back(*std::move(element));
    }
    if (!good) return fail(kBadOpening, {{"guardian", std::to_string(number)}});
    one.weight = (*weights)[out.size()];
    out.push_back(std::move(one));
  }
  return out;
}

struct JointCell {
  P256Element m;     // product of M^w
  Scalar challenge;  // c
};

// M and the challenge of each cell, from the openings of everybody.
std::vector<JointCell> joint_cells(const std::vector<const Cipher*>& cells,
                                   const std::vector<Opened>& opened, const Key& key,
                                   P256Work& work) {
  std::vector<JointCell> out(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::vector<P256Element> elements(3);  // a, b, M
    for (const Opened& one : opened) {
      work.multiply(elements[0], one.a[i]);
      work.multiply(elements[1], one.b[i]);
      work.multiply(elements[2], work.power(one.m[i], one.weight));
    }
    Bytes bytes;
    work.encode_all(elements, bytes);
    crypto::KeyedHash::Message message = key.hash.message();
    message.byte(0x30).bytes(key.k.bytes()).bytes(cells[i]->pad).bytes(cells[i]->data);
    out[i] = {std::move(elements[2]), P256::challenge(message.bytes(bytes).finish())};
  }
  return out;
}

// Does the answer of one guardian fit its key? g^v V^(c w) = a and A^v M^(c w) = b.
Result<void> check_answers(const std::vector<const Cipher*>& cells, const Opened& one,
                           const std::vector<JointCell>& joint_of, const JointKey& joint,
                           std::span<const ScalarBytes> answers, P256Work& work) {
  const auto wrong = fail(kBadAnswer, {{"guardian", std::to_string(one.guardian)}});
  const ScalarField& field = ScalarField::p256();
  const P256Element& verification = joint.verification[one.guardian - 1];
  if (answers.size() != cells.size()) return wrong;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto v = field.read(answers[i]);
    const auto pad = work.decode_any(cells[i]->pad);
    if (!v || !pad) return wrong;
    const Scalar exponent = field.multiply(joint_of[i].challenge, one.weight);
    const P256Element a = P256Base::generator().power_times(*v, verification, exponent, work);
    const P256Element b = work.power_times(*pad, *v, one.m[i], exponent);
    if (!(a == one.a[i]) || !(b == one.b[i])) return wrong;
  }
  return {};
}

Result<GroupTally> tally_of(ByteView bytes, const Shape& shape) {
  codec::CborReader in{bytes};
  GroupTally out;
  TRY(in.array(3));
  TRY(in.uint(1));
  out.group = TRY(read_group(in));
  TRY(in.array(shape.contests.size()));
  for (const ContestRule& rule : shape.contests) {
    TRY(in.array(2));
    TRY(in.array(rule.options.size()));
    auto& contest = out.contests.emplace_back();
    for (std::size_t o = 0; o < rule.options.size(); ++o) {
      const std::uint64_t votes = TRY(in.uint(100'000'000));
      contest.emplace_back().tally = static_cast<std::uint32_t>(votes);
    }
    ByteView cells = TRY(in.bytes(rule.options.size() * kCell));
    for (DecryptedCell& cell : contest) {
      cell.sum = {to_bytes(cells.first(kPoint)), to_bytes(cells.subspan(kPoint, kPoint))};
      cell.power = to_bytes(cells.subspan(2 * kPoint, kPoint));
      std::ranges::copy(cells.subspan(3 * kPoint, 32), cell.proof.challenge.begin());
      std::ranges::copy(cells.subspan(3 * kPoint + 32, 32), cell.proof.response.begin());
      cells = cells.subspan(kCell);
    }
  }
  TRY(in.end());
  return out;
}

}  // namespace

std::vector<Group> plan_groups(std::vector<MesaBallots> mesas, std::uint32_t min_aggregate) {
  std::ranges::sort(mesas, [](const MesaBallots& a, const MesaBallots& b) {
    return std::tuple{a.mesa.centre, a.style, a.mesa} < std::tuple{b.mesa.centre, b.style, b.mesa};
  });
  std::vector<Group> out;
  const auto same = [](const Group& group, const MesaBallots& mesa) {
    return group.mesas.front().centre == mesa.mesa.centre && group.style == mesa.style;
  };
  for (const MesaBallots& mesa : mesas) {
    const bool joins = !out.empty() && same(out.back(), mesa) && !out.back().large_enough;
    if (!joins) out.push_back({{}, mesa.style, 0, false});
    Group& group = out.back();
    group.mesas.push_back(mesa.mesa);
    group.ballots += mesa.ballots;
    group.large_enough = group.ballots >= min_aggregate;
  }
  for (std::size_t i = 1; i < out.size();) {  // a last group that is too small joins the one before
    Group& before = out[i - 1];
    const bool same_unit =
        before.mesas.front().centre == out[i].mesas.front().centre && before.style == out[i].style;
    if (out[i].large_enough || !same_unit) {
      ++i;
      continue;
    }
    before.mesas.insert(before.mesas.end(), out[i].mesas.begin(), out[i].mesas.end());
    before.ballots += out[i].ballots;
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::ranges::sort(out, {}, [](const Group& group) { return group.mesas.front(); });
  return out;
}

Aggregate make_aggregate(Group group, Sums& sums, P256Work& work) {
  Aggregate out{std::move(group), {}};
  for (std::vector<Pair<P256>>& contest : sums) {
    std::vector<P256Element> elements;
    for (const Pair<P256>& pair : contest) {
      elements.push_back(pair.pad);
      elements.push_back(pair.data);
    }
    Bytes bytes;
    work.encode_all(elements, bytes);
    std::vector<Cipher>& to = out.sums.emplace_back();
    for (ByteView rest = bytes; !rest.empty(); rest = rest.subspan(2 * kPoint)) {
      to.push_back({to_bytes(rest.first(kPoint)), to_bytes(rest.subspan(kPoint, kPoint))});
    }
  }
  return out;
}

Hash32 request_id(std::span<const Aggregate> aggregates) {
  codec::CborWriter out;
  out.array(aggregates.size());
  for (const Aggregate& aggregate : aggregates) {
    out.array(2);
    write_group(out, aggregate.group);
    out.array(aggregate.sums.size());
    for (const auto& contest : aggregate.sums) {
      Bytes cells;
      for (const Cipher& cell : contest) {
        cells.insert(cells.end(), cell.pad.begin(), cell.pad.end());
        cells.insert(cells.end(), cell.data.begin(), cell.data.end());
      }
      out.bytes(cells);
    }
  }
  return crypto::sha256(out.view());
}

Hash32 commitment_to(const Opening& opening, const Hash32& request, std::uint32_t guardian) {
  codec::CborWriter out;
  out.array(3);
  out.bytes(request.view());
  out.uint(guardian);
  out.bytes(opening.shares);
  return crypto::sha256(out.view());
}

Bytes OpeningSecret::save() const {
  codec::CborWriter out;
  out.array(nonces.size());
  for (const Secret& nonce : nonces) out.bytes(nonce.publish().bytes());
  return out.take();
}

Result<OpeningSecret> OpeningSecret::load(ByteView bytes) {
  codec::CborReader in{bytes};
  OpeningSecret out;
  const auto count = in.array();
  for (std::size_t i = 0; count && i < *count; ++i) {
    const auto item = in.bytes(32);
    if (!item) return fail(kCeremonyBytes);
    const auto value = ScalarField::p256().read(*item);
    if (!value) return fail(kCeremonyBytes);
    out.nonces.emplace_back(*value);
  }
  if (!count || !in.end()) return fail(kCeremonyBytes);
  return out;
}

Result<Opening> open_aggregates(std::span<const Aggregate> aggregates, const Secret& share,
                                Rng& rng, P256Work& work, OpeningSecret& secret) {
  constexpr std::size_t kBatch = 3 * 64;  // elements that are converted to bytes together
  Opening out;
  secret.nonces.clear();
  std::vector<P256Element> elements;
  const auto flush = [&] {
    work.encode_all(elements, out.shares);
    elements.clear();
  };
  for (const Cipher* cell : cells_of(aggregates)) {
    const auto pad = work.decode(cell->pad);
    if (!pad) return fail(kBadAggregate);
    const Secret& u = secret.nonces.emplace_back(ScalarField::p256().random(rng));
    elements.push_back(work.power(*pad, share));
    elements.push_back(P256Base::generator().power(u, work));
    elements.push_back(work.power(*pad, u));
    if (elements.size() >= kBatch) flush();
  }
  flush();
  return out;
}

Result<std::vector<ScalarBytes>> answer(std::span<const Aggregate> aggregates,
                                        const JointKey& joint, const Openings& openings,
                                        std::uint32_t own, const Secret& share,
                                        const OpeningSecret& secret, P256Work& work) {
  const auto cells = cells_of(aggregates);
  const auto opened = TRY(read_openings(cells.size(), joint, openings, work));
  const auto self = std::ranges::find(opened, own, &Opened::guardian);
  if (self == opened.end() || secret.nonces.size() != cells.size()) {
    return fail(kBadOpening, {{"guardian", std::to_string(own)}});
  }
  const Key key = joint.election_key(work);
  const ScalarField& field = ScalarField::p256();
  const auto challenges = joint_cells(cells, opened, key, work);
  std::vector<ScalarBytes> out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Scalar factor = field.multiply(challenges[i].challenge, self->weight);
    const Secret v = field.subtract(secret.nonces[i], field.multiply(share, factor));
    out.push_back(v.publish().bytes());
  }
  return out;
}

Result<std::vector<GroupTally>> combine(
    std::span<const Aggregate> aggregates, const JointKey& joint, const Openings& openings,
    const std::map<std::uint32_t, std::vector<ScalarBytes>>& answers, P256Work& work) {
  const auto cells = cells_of(aggregates);
  const auto opened = TRY(read_openings(cells.size(), joint, openings, work));
  const Key key = joint.election_key(work);
  const ScalarField& field = ScalarField::p256();
  const auto joint_of = joint_cells(cells, opened, key, work);
  for (const Opened& one : opened) {
    const auto own = answers.find(one.guardian);
    if (own == answers.end()) {
      return fail(kBadAnswer, {{"guardian", std::to_string(one.guardian)}});
    }
    TRY(check_answers(cells, one, joint_of, joint, own->second, work));
  }
  std::uint32_t most = 0;
  for (const Aggregate& aggregate : aggregates) most = std::max(most, aggregate.group.ballots);
  const PowerTable table{key, most, work};
  std::vector<GroupTally> out;
  std::size_t i = 0;
  for (const Aggregate& aggregate : aggregates) {
    GroupTally& group = out.emplace_back();
    group.group = aggregate.group;
    for (const auto& contest : aggregate.sums) {
      auto& to = group.contests.emplace_back();
      for (const Cipher& sum : contest) {
        P256Element power = work.invert(joint_of[i].m);
        work.multiply(power, work.decode_any(sum.data).value());
        Scalar response;
        for (const Opened& one : opened) {
          response = field.add(response, field.reduce(answers.at(one.guardian)[i]));
        }
        DecryptedCell cell;
        cell.sum = sum;
        cell.power = to_bytes(work.encode(power));
        cell.proof = {joint_of[i].challenge.bytes(), response.bytes()};
        const auto tally = table.find(cell.power);
        if (!tally) return fail(kNoNumber, {{"mesa", group.group.mesas.front().text()}});
        cell.tally = *tally;
        to.push_back(std::move(cell));
        ++i;
      }
    }
  }
  return out;
}

Bytes encode(const GroupTally& tally) {
  codec::CborWriter out;
  out.array(3);
  out.uint(1);
  write_group(out, tally.group);
  out.array(tally.contests.size());
  for (const auto& contest : tally.contests) {
    out.array(2);
    out.array(contest.size());
    for (const DecryptedCell& cell : contest) out.uint(cell.tally);
    Bytes cells;
    for (const DecryptedCell& cell : contest) {
      for (const ByteView part :
           {ByteView{cell.sum.pad}, ByteView{cell.sum.data}, ByteView{cell.power},
            ByteView{cell.proof.challenge}, ByteView{cell.proof.response}}) {
        cells.insert(cells.end(), part.begin(), part.end());
      }
    }
    out.bytes(cells);
  }
  return out.take();
}

Result<GroupTally> decode_tally(ByteView bytes, const Shape& shape) {
  if (bytes.size() > kMaxTally) return fail(kBadRecord, {{"field", "tally"}});
  auto out = tally_of(bytes, shape);
  if (!out || out->group.style != shape.style || out->group.mesas.empty() ||
      !std::ranges::is_sorted(out->group.mesas)) {
    return fail(kBadRecord, {{"field", "tally"}});
  }
  return out;
}

Result<std::uint16_t> style_of_tally(ByteView bytes) {
  codec::CborReader in{bytes};
  const auto read = [&]() -> Result<Group> {
    TRY(in.array(3));
    TRY(in.uint(1));
    return read_group(in);
  };
  const auto group = read();
  if (!group) return fail(kBadRecord, {{"field", "tally"}});
  return group->style;
}

Result<void> verify_tally(const GroupTally& tally, const Aggregate& expected, const Shape& shape,
                          const Key& key, P256Work& work) {
  if (tally.contests.size() != shape.contests.size()) return fail(kAggregate);
  for (std::size_t c = 0; c < shape.contests.size(); ++c) {
    const ContestRule& rule = shape.contests[c];
    if (tally.contests[c].size() != rule.options.size()) return fail(kAggregate);
    std::uint64_t total = 0;
    for (std::size_t o = 0; o < rule.options.size(); ++o) {
      const DecryptedCell& cell = tally.contests[c][o];
      const auto where = [&](Code code) {
        return fail(Error{code}
                        .with("contest", std::int64_t{rule.sequence})
                        .with("option", std::int64_t{rule.options[o]}));
      };
      if (cell.sum != expected.sums[c][o]) return where(kAggregate);
      const auto done = verify_decryption<P256>(cell, key, work);
      if (!done) return where(done.error().code);
      total += cell.tally;
    }
    if (total != std::uint64_t{rule.votes_allowed} * expected.group.ballots) {
      return fail(Error{kTallyTotal}.with("contest", std::int64_t{rule.sequence}));
    }
  }
  return {};
}

PowerTable::PowerTable(const Key& key, std::uint32_t max, P256Work& work) {
  std::vector<P256Element> elements(1);  // K^0
  for (std::uint32_t t = 1; t <= max; ++t) {
    elements.push_back(elements.back());
    work.multiply(elements.back(), key.k.element());
  }
  work.encode_all(elements, powers_);
  sorted_.resize(elements.size());
  for (std::uint32_t t = 0; t <= max; ++t) {
    std::copy_n(powers_.begin() + t * kPoint + 1, 8, sorted_[t].first.begin());
    sorted_[t].second = t;
  }
  std::ranges::sort(sorted_);
}

std::optional<std::uint32_t> PowerTable::find(ByteView power) const {
  std::array<std::uint8_t, 8> prefix{};
  std::copy_n(power.begin() + 1, 8, prefix.begin());
  auto at = std::ranges::lower_bound(sorted_, prefix, {}, [](const auto& e) { return e.first; });
  for (; at != sorted_.end() && at->first == prefix; ++at) {
    const ByteView own = ByteView{powers_}.subspan(at->second * kPoint, kPoint);
    if (equal(own, power)) return at->second;
  }
  return std::nullopt;
}

}  // namespace sufragio::e2e
