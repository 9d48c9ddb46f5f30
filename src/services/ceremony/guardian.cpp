#include "services/ceremony/guardian.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "e2e/codes.h"
#include "services/ceremony/codes.h"
#include "services/ceremony/wrapped.h"

namespace sufragio::services {

namespace {

using codec::CborReader;
using codec::CborWriter;

std::string path_of(std::string_view kind, std::uint32_t number) {
  return std::string{kind} + "/" + std::to_string(number) + ".cbor";
}

tl::unexpected<Error> bad_file(const std::string& path) {
  return fail(kCeremonyFile, {{"file", path}});
}

tl::unexpected<Error> not_finished(const std::vector<std::uint32_t>& missing) {
  std::string text;
  for (const std::uint32_t number : missing) {
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  }
  return fail(kNotFinished, {{"guardians", text}});
}

Result<void> check_quorum(const std::vector<std::uint32_t>& with, const e2e::CeremonyPlan& plan) {
  if (with.size() >= plan.quorum) return {};
  return fail(e2e::kTooFewGuardians,
              {{"got", std::to_string(with.size())}, {"needed", std::to_string(plan.quorum)}});
}

// [1, number, bstr body, ? bstr salt]: the form of most messages.
struct Letter {
  std::uint32_t number = 0;
  Bytes body;
  Hash32 salt;
};

Bytes encode_letter(std::uint32_t number, ByteView body, const Hash32& salt) {
  CborWriter out;
  out.array(4);
  out.uint(1);
  out.uint(number);
  out.bytes(body);
  out.bytes(salt.view());
  return out.take();
}

Result<Letter> letter_of(ByteView bytes) {
  CborReader in{bytes};
  Letter out;
  TRY(in.array(4));
  TRY(in.uint(1));
  const std::uint64_t number = TRY(in.uint(e2e::kMaxGuardians));
  const ByteView body = TRY(in.bytes());
  const ByteView salt = TRY(in.bytes(32));
  TRY(in.end());
  out.number = static_cast<std::uint32_t>(number);
  out.body = to_bytes(body);
  out.salt = Hash32::from(salt).value();
  return out;
}

// Nothing: the file is not there yet.
Result<std::optional<Letter>> read_letter(const ports::Store& exchange, std::string_view kind,
                                          std::uint32_t number) {
  const std::string path = path_of(kind, number);
  const auto bytes = TRY(exchange.read(path));
  if (!bytes) return std::optional<Letter>{};
  auto letter = letter_of(*bytes);
  if (!letter || letter->number != number) return bad_file(path);
  return std::optional{*std::move(letter)};
}

// The letters of all, or who is missing.
struct Letters {
  std::vector<Letter> all;
  std::vector<std::uint32_t> missing;
};
Result<Letters> read_letters(const ports::Store& exchange, std::string_view kind,
                             const std::vector<std::uint32_t>& from) {
  Letters out;
  for (const std::uint32_t number : from) {
    auto letter = TRY(read_letter(exchange, kind, number));
    if (letter) {
      out.all.push_back(*std::move(letter));
    } else {
      out.missing.push_back(number);
    }
  }
  return out;
}

std::vector<std::uint32_t> everybody(const e2e::CeremonyPlan& plan) {
  std::vector<std::uint32_t> out(plan.guardians);
  for (std::uint32_t i = 0; i < plan.guardians; ++i) out[i] = i + 1;
  return out;
}

Hash32 plan_hash(const CeremonySetup& setup) {
  CborWriter out;
  out.array(4);
  out.uint(setup.plan.guardians);
  out.uint(setup.plan.quorum);
  out.uint(setup.min_aggregate);
  out.bytes(setup.plan.manifest.view());
  return crypto::sha256(out.view());
}

// What a guardian keeps between two steps.
struct Private {
  Private() = default;
  ~Private() {
    crypto::wipe(secret);
    crypto::wipe(share);
  }
  Private(Private&&) noexcept = default;
  Private& operator=(Private&& other) noexcept {
    std::swap(secret, other.secret);  // what was here goes with `other`, and is wiped there
    std::swap(share, other.share);
    plan = other.plan;
    announcement = std::move(other.announcement);
    salt = other.salt;
    return *this;
  }

  Hash32 plan;
  Bytes secret;  // e2e::GuardianSecret
  Bytes announcement;
  Hash32 salt;
  Bytes share;  // z, when it is known; 32 bytes
};

Bytes encode_private(const Private& p) {
  CborWriter out;
  out.array(5);
  out.bytes(p.plan.view());
  out.bytes(p.secret);
  out.bytes(p.announcement);
  out.bytes(p.salt.view());
  out.bytes(p.share);
  return out.take();
}

Result<Private> private_of(ByteView bytes) {
  CborReader in{bytes};
  Private out;
  TRY(in.array(5));
  const ByteView plan = TRY(in.bytes(32));
  const ByteView secret = TRY(in.bytes());
  const ByteView announcement = TRY(in.bytes());
  const ByteView salt = TRY(in.bytes(32));
  const ByteView share = TRY(in.bytes());
  TRY(in.end());
  out.plan = Hash32::from(plan).value();
  out.secret = to_bytes(secret);
  out.announcement = to_bytes(announcement);
  out.salt = Hash32::from(salt).value();
  out.share = to_bytes(share);
  return out;
}

constexpr std::string_view kPrivateFile = "guardian.key";

Result<void> save_private(ports::Store& own, const GuardianSelf& self, const Private& p, Rng& rng) {
  Bytes plain = encode_private(p);
  const auto sealed = wrap(plain, self, rng);
  crypto::wipe(plain);
  if (!sealed) return fail(sealed.error());
  return own.write(kPrivateFile, *sealed, true);
}

Result<std::optional<Private>> load_private(const ports::Store& own, const GuardianSelf& self) {
  const auto sealed = TRY(own.read(kPrivateFile));
  if (!sealed) return std::optional<Private>{};
  Bytes plain = TRY(unwrap(*sealed, self));
  auto out = private_of(plain);
  crypto::wipe(plain);
  if (!out) return bad_file(std::string{kPrivateFile});
  return std::optional{*std::move(out)};
}

// Different guardians of the plan, ascending, and `own` among them.
Result<void> check_party(const std::vector<std::uint32_t>& with, std::uint32_t own,
                         std::uint32_t guardians) {
  bool good = std::ranges::find(with, own) != with.end();
  for (std::size_t i = 0; i < with.size(); ++i) {
    good = good && with[i] >= 1 && with[i] <= guardians && (i == 0 || with[i - 1] < with[i]);
  }
  if (good) return {};
  return fail(kBadParty,
              {{"guardian", std::to_string(own)}, {"guardians", std::to_string(guardians)}});
}

// A share under a wrong number would make others look like liars.
Result<void> check_owner(const Private& p, const GuardianSelf& self) {
  const auto announcement = e2e::decode_announcement(p.announcement);
  if (!announcement) return bad_file(std::string{kPrivateFile});
  if (announcement->number == self.number) return {};
  return fail(kOtherGuardian, {{"guardian", std::to_string(announcement->number)}});
}

// The steps of one guardian; each returns who is missing, or nobody.
class Ceremony {
 public:
  Ceremony(ports::Store& exchange, ports::Store& own, const GuardianSelf& self, Rng& rng,
           CeremonySetup setup)
      : exchange_{exchange}, own_{own}, self_{self}, rng_{rng}, setup_{std::move(setup)} {}

  Result<CeremonyState> run() {
    TRY(begin());
    const std::vector<std::uint32_t> all = everybody(setup_.plan);
    const Letters hashes = TRY(read_letters(exchange_, "commit", all));
    if (!hashes.missing.empty()) return waiting(CeremonyStage::commit, hashes.missing);
    TRY(post("reveal", private_.announcement, private_.salt));
    const Letters reveals = TRY(read_letters(exchange_, "reveal", all));
    if (!reveals.missing.empty()) return waiting(CeremonyStage::reveal, reveals.missing);
    TRY(join(hashes, reveals));
    TRY(send_shares());
    const Letters shares = TRY(read_letters(exchange_, "shares", all));
    if (!shares.missing.empty()) return waiting(CeremonyStage::share, shares.missing);
    TRY(no_complaint());
    TRY(take_shares(shares));
    TRY(confirm());
    for (const std::uint32_t number : all) {
      const auto there = TRY(exchange_.read(path_of("confirm", number)));
      if (!there) missing_.push_back(number);
    }
    if (!missing_.empty()) return waiting(CeremonyStage::confirm, missing_);
    TRY(finished_ceremony(exchange_));
    return waiting(CeremonyStage::done, {});
  }

 private:
  CeremonyState waiting(CeremonyStage stage, std::vector<std::uint32_t> missing) const {
    CeremonyState out{stage, std::move(missing), {}};
    if (joint_) out.transcript = joint_->transcript;
    return out;
  }

  Result<void> begin() {
    TRY(check_party({self_.number}, self_.number, setup_.plan.guardians));
    auto known = TRY(load_private(own_, self_));
    if (!known) {
      const e2e::GuardianSecret secret = e2e::GuardianSecret::draw(setup_.plan, rng_);
      private_.plan = plan_hash(setup_);
      private_.secret = secret.save();
      private_.announcement = e2e::encode(secret.announce(self_.number, self_.name, rng_, work_));
      rng_.fill(private_.salt.data);
      TRY(save_private(own_, self_, private_, rng_));
    } else {
      private_ = *std::move(known);
    }
    if (private_.plan != plan_hash(setup_)) return fail(kOtherPlan);
    TRY(check_owner(private_, self_));
    const Hash32 hash = e2e::commitment_to(private_.announcement, private_.salt);
    return post("commit", hash.view(), Hash32{});
  }

  // Writes a letter once; another letter of this number there is somebody else's.
  Result<void> post(std::string_view kind, ByteView body, const Hash32& salt) {
    const auto there = TRY(read_letter(exchange_, kind, self_.number));
    if (there) {
      if (equal(there->body, body) && there->salt == salt) return {};
      return fail(kNumberTaken, {{"guardian", std::to_string(self_.number)}});
    }
    return exchange_.write(path_of(kind, self_.number), encode_letter(self_.number, body, salt),
                           true);
  }

  Result<void> join(const Letters& hashes, const Letters& reveals) {
    std::vector<e2e::Announcement> announcements;
    for (std::size_t i = 0; i < reveals.all.size(); ++i) {
      const Letter& reveal = reveals.all[i];
      const Hash32 hash = e2e::commitment_to(reveal.body, reveal.salt);
      auto announcement = e2e::decode_announcement(reveal.body);
      if (!equal(hash.view(), hashes.all[i].body) ||
          (announcement && announcement->number != reveal.number)) {
        return fail(kRevealDiffers, {{"guardian", std::to_string(reveal.number)}});
      }
      if (!announcement) return fail(announcement.error());
      announcements.push_back(*std::move(announcement));
    }
    joint_ = TRY(e2e::join(setup_.plan, std::move(announcements), work_));
    return {};
  }

  Result<void> send_shares() {
    const auto there = TRY(read_letter(exchange_, "shares", self_.number));
    if (there || private_.secret.empty()) return {};
    const e2e::GuardianSecret secret = TRY(e2e::GuardianSecret::load(private_.secret));
    CborWriter body;
    body.array(joint_->guardians.size());
    for (const e2e::Announcement& to : joint_->guardians) {
      body.bytes(secret.seal_share(self_.number, to, rng_, work_));
    }
    return post("shares", body.view(), Hash32{});
  }

  Result<void> no_complaint() {
    const std::vector<std::string> complaints = TRY(exchange_.list("complaint"));
    if (complaints.empty()) return {};
    // "complaint/3.txt": who complains; the text is that person's.
    std::string_view who = complaints.front();
    who = who.substr(who.find('/') + 1);
    who = who.substr(0, who.find('.'));
    return fail(kComplaint, {{"guardian", std::string{who}}, {"file", complaints.front()}});
  }

  Result<ByteView> share_to_me(const Letter& letter) const {
    CborReader in{letter.body};
    TRY(in.array(setup_.plan.guardians));
    ByteView own;
    for (std::uint32_t to = 1; to <= setup_.plan.guardians; ++to) {
      const ByteView one = TRY(in.bytes());
      if (to == self_.number) own = one;
    }
    TRY(in.end());
    return own;
  }

  Result<void> take_shares(const Letters& shares) {
    if (!private_.share.empty()) return {};
    const e2e::GuardianSecret secret = TRY(e2e::GuardianSecret::load(private_.secret));
    std::vector<crypto::Secret> all;
    for (std::size_t i = 0; i < shares.all.size(); ++i) {
      const auto sealed = share_to_me(shares.all[i]);
      auto share = sealed ? secret.open_share(joint_->guardians[i], self_.number, *sealed, work_)
                          : Result<crypto::Secret>{
                                fail(e2e::kShareClosed, {{"guardian", std::to_string(i + 1)}})};
      if (!share) {
        TRY(complain(share.error()));
        return fail(share.error());
      }
      all.push_back(*share);
    }
    private_.share.assign(32, 0);
    std::ranges::copy(e2e::sum_of_shares(all).publish().bytes(), private_.share.begin());
    return save_private(own_, self_, private_, rng_);
  }

  Result<void> complain(const Error& error) {
    const std::string text = error.debug() + "\n";
    return exchange_.write("complaint/" + std::to_string(self_.number) + ".txt", as_bytes(text),
                           true);
  }

  // Signed with the channel key: everybody certifies the same transcript. Then only z is kept.
  Result<void> confirm() {
    if (private_.secret.empty()) return {};
    const auto there = TRY(exchange_.read(path_of("confirm", self_.number)));
    if (!there) {
      CborReader in{private_.secret};
      TRY(in.array());
      const ByteView channel = TRY(in.bytes(32));
      auto key = TRY(crypto::SoftwareKey::from_secret(crypto::Algorithm::es256, channel));
      const Bytes record =
          TRY(crypto::sign1(crypto::RecordKind::ceremony, joint_->transcript.view(), key));
      TRY(exchange_.write(path_of("confirm", self_.number), record, true));
    }
    crypto::wipe(private_.secret);
    private_.secret.clear();
    return save_private(own_, self_, private_, rng_);
  }

  ports::Store& exchange_;
  ports::Store& own_;
  const GuardianSelf& self_;
  Rng& rng_;
  CeremonySetup setup_;
  Private private_;
  std::optional<e2e::JointKey> joint_;
  std::vector<std::uint32_t> missing_;
  crypto::P256Work work_;
};

}  // namespace

GuardianSelf::~GuardianSelf() {
  crypto::wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
}

MixedRng::MixedRng(Rng& system, std::string_view person) : system_{system} {
  Bytes material(32);
  system.fill(material);
  const ByteView added = as_bytes(person);
  material.insert(material.end(), added.begin(), added.end());
  key_ = crypto::sha256(material);
  crypto::wipe(material);
}
MixedRng::~MixedRng() { crypto::wipe(key_.data); }

void MixedRng::fill(std::span<std::uint8_t> out) {
  system_.fill(out);
  Bytes fresh(32);
  system_.fill(fresh);
  for (std::size_t at = 0; at < out.size(); at += 8'160) {
    const std::size_t size = std::min<std::size_t>(8'160, out.size() - at);
    Bytes stream = crypto::hkdf_sha256(key_.view(), fresh, "sufragio/mixed/1", size);
    for (std::size_t i = 0; i < size; ++i) out[at + i] ^= stream[i];
    crypto::wipe(stream);
    system_.fill(fresh);
  }
}

Result<void> prepare_ceremony(ports::Store& exchange, const CeremonySetup& setup) {
  TRY(setup.plan.check());
  CborWriter out;
  out.array(4);
  out.uint(1);
  out.uint(setup.plan.guardians);
  out.uint(setup.plan.quorum);
  out.uint(setup.min_aggregate);
  const auto plan = TRY(exchange.read("plan.cbor"));
  const auto manifest = TRY(exchange.read("manifest.json"));
  const bool other =
      (plan && !equal(*plan, out.view())) || (manifest && !equal(*manifest, setup.manifest));
  if (other) return fail(kPlanThere);
  TRY(exchange.write("manifest.json", setup.manifest, true));
  return exchange.write("plan.cbor", out.view(), true);
}

Result<CeremonySetup> read_setup(const ports::Store& exchange) {
  const auto plan = TRY(exchange.read("plan.cbor"));
  const auto manifest = TRY(exchange.read("manifest.json"));
  if (!plan || !manifest) return fail(kNoPlan);
  const auto read = [&]() -> Result<CeremonySetup> {
    CborReader in{*plan};
    TRY(in.array(4));
    TRY(in.uint(1));
    const std::uint64_t guardians = TRY(in.uint(e2e::kMaxGuardians));
    const std::uint64_t quorum = TRY(in.uint(e2e::kMaxGuardians));
    const std::uint64_t least = TRY(in.uint(1'000'000));
    TRY(in.end());
    CeremonySetup out;
    out.plan.guardians = static_cast<std::uint32_t>(guardians);
    out.plan.quorum = static_cast<std::uint32_t>(quorum);
    out.min_aggregate = static_cast<std::uint32_t>(least);
    return out;
  };
  auto out = read();
  if (!out) return bad_file("plan.cbor");
  out->plan.manifest = e2e::manifest_hash(*manifest);
  out->manifest = *manifest;
  TRY(out->plan.check());
  return out;
}

Result<CeremonyState> advance_ceremony(ports::Store& exchange, ports::Store& own,
                                       const GuardianSelf& self, Rng& rng) {
  CeremonySetup setup = TRY(read_setup(exchange));
  return Ceremony{exchange, own, self, rng, std::move(setup)}.run();
}

Result<e2e::JointKey> finished_ceremony(const ports::Store& exchange) {
  const CeremonySetup setup = TRY(read_setup(exchange));
  const Letters reveals = TRY(read_letters(exchange, "reveal", everybody(setup.plan)));
  if (!reveals.missing.empty()) return not_finished(reveals.missing);
  std::vector<e2e::Announcement> announcements;
  for (const Letter& letter : reveals.all) {
    auto one = TRY(e2e::decode_announcement(letter.body));
    announcements.push_back(std::move(one));
  }
  crypto::P256Work work;
  e2e::JointKey joint = TRY(e2e::join(setup.plan, std::move(announcements), work));
  for (const e2e::Announcement& guardian : joint.guardians) {
    const std::string path = path_of("confirm", guardian.number);
    const auto bytes = TRY(exchange.read(path));
    if (!bytes) return not_finished({guardian.number});
    const auto record = crypto::parse_sign1(*bytes);
    const auto verifier = crypto::Verifier::from({crypto::Algorithm::es256, guardian.channel});
    const bool good =
        record && verifier && equal(record->payload, joint.transcript.view()) &&
        crypto::verify_sign1(crypto::RecordKind::ceremony, *record, *verifier).has_value();
    if (!good) return fail(kOtherTranscript, {{"guardian", std::to_string(guardian.number)}});
  }
  return joint;
}

namespace {

// The decryption of one request by one guardian.
class Decryption {
 public:
  Decryption(ports::Store& exchange, ports::Store& own, const GuardianSelf& self,
             const e2e::JointKey& joint, std::span<const e2e::Aggregate> aggregates,
             const std::vector<std::uint32_t>& with, Rng& rng)
      : exchange_{exchange},
        own_{own},
        self_{self},
        joint_{joint},
        aggregates_{aggregates},
        with_{with},
        rng_{rng},
        request_{e2e::request_id(aggregates)},
        folder_{decryption_folder(aggregates, with)} {}

  Result<DecryptionState> run() {
    TRY(begin());
    const Letters hashes = TRY(read_letters(exchange_, folder_ + "/commit", with_));
    if (!hashes.missing.empty()) return DecryptionState{DecryptionStage::commit, hashes.missing};
    TRY(post("open", opening_.shares));
    const Letters openings = TRY(read_letters(exchange_, folder_ + "/open", with_));
    if (!openings.missing.empty()) return DecryptionState{DecryptionStage::open, openings.missing};
    TRY(reply(hashes, openings));
    const Letters answers = TRY(read_letters(exchange_, folder_ + "/answer", with_));
    return DecryptionState{
        answers.missing.empty() ? DecryptionStage::done : DecryptionStage::answer, answers.missing};
  }

 private:
  [[nodiscard]] std::string own_path(std::string_view name) const {
    return std::string{name} + "/" + request_.hex() + ".key";
  }

  // The nonces are drawn once for a request and kept under the passphrase until they are spent.
  Result<void> begin() {
    const auto known = TRY(load_private(own_, self_));
    if (!known || known->share.empty()) {
      return fail(kNotFinished, {{"guardians", std::to_string(self_.number)}});
    }
    TRY(check_owner(*known, self_));
    const auto z = crypto::ScalarField::p256().read(known->share);
    if (!z) return bad_file(std::string{kPrivateFile});
    share_ = crypto::Secret{*z};
    const auto spent = TRY(own_.read(own_path("spent")));
    const auto posted = TRY(read_letter(exchange_, folder_ + "/open", self_.number));
    if (spent) {  // nothing is computed again: what left may leave again, and no more
      const auto committed = TRY(read_letter(exchange_, folder_ + "/commit", self_.number));
      if (!committed) return fail(kAlreadyAnswered);  // it was with others
      if (posted) opening_.shares = posted->body;
      return own_.remove(own_path("nonces"));  // where a power cut left them
    }
    const auto sealed = TRY(own_.read(own_path("nonces")));
    if (!sealed) {
      TRY(log_request());
      opening_ = TRY(e2e::open_aggregates(aggregates_, share_, rng_, work_, nonces_));
      TRY(keep_nonces());
    } else {
      TRY(read_nonces(*sealed));
    }
    const Hash32 hash = e2e::commitment_to(opening_, request_, self_.number);
    return post("commit", hash.view());
  }

  // What this guardian was asked, kept for ever.
  Result<void> log_request() {
    std::string text;
    for (const e2e::Aggregate& aggregate : aggregates_) {
      for (const MesaId& mesa : aggregate.group.mesas) text += mesa.text() + " ";
      text += std::to_string(aggregate.group.ballots) + "\n";
    }
    return own_.write("requests/" + request_.hex() + ".txt", as_bytes(text), true);
  }

  Result<void> keep_nonces() {
    CborWriter plain;
    Bytes nonces = nonces_.save();
    plain.array(2);
    plain.bytes(nonces);
    plain.bytes(opening_.shares);
    Bytes bytes = plain.take();
    crypto::wipe(nonces);
    const auto sealed = wrap(bytes, self_, rng_);
    crypto::wipe(bytes);
    if (!sealed) return fail(sealed.error());
    return own_.write(own_path("nonces"), *sealed, true);
  }

  Result<void> read_nonces(ByteView sealed) {
    Bytes plain = TRY(unwrap(sealed, self_));
    const auto read = nonces_of(plain);
    crypto::wipe(plain);
    return read ? read : bad_file(own_path("nonces"));
  }

  Result<void> nonces_of(ByteView plain) {
    CborReader in{plain};
    TRY(in.array(2));
    const ByteView nonces = TRY(in.bytes());
    const ByteView shares = TRY(in.bytes());
    TRY(in.end());
    nonces_ = TRY(e2e::OpeningSecret::load(nonces));
    opening_.shares = to_bytes(shares);
    return {};
  }

  Result<void> post(std::string_view kind, ByteView body) {
    const std::string folder = folder_ + "/" + std::string{kind};
    const auto there = TRY(read_letter(exchange_, folder, self_.number));
    if (there) {
      if (equal(there->body, body)) return {};
      return fail(kNumberTaken, {{"guardian", std::to_string(self_.number)}});
    }
    return exchange_.write(path_of(folder, self_.number),
                           encode_letter(self_.number, body, Hash32{}), true);
  }

  Result<void> reply(const Letters& hashes, const Letters& letters) {
    e2e::Openings openings;
    CborWriter asked;
    asked.array(with_.size());
    for (std::size_t i = 0; i < with_.size(); ++i) {
      const e2e::Opening opening{letters.all[i].body};
      const Hash32 hash = e2e::commitment_to(opening, request_, with_[i]);
      if (!equal(hash.view(), hashes.all[i].body)) {
        return fail(kOpeningDiffers, {{"guardian", std::to_string(with_[i])}});
      }
      asked.bytes(hash.view());
      openings[with_[i]] = opening;
    }
    const Hash32 question = crypto::sha256(asked.view());
    const auto spent = TRY(own_.read(own_path("spent")));
    Bytes body;
    if (spent) {
      const auto before = letter_of(*spent);
      if (!before || before->salt != question) return fail(kAlreadyAnswered);
      body = before->body;
    } else {
      const auto scalars =
          TRY(e2e::answer(aggregates_, joint_, openings, self_.number, share_, nonces_, work_));
      for (const e2e::ScalarBytes& scalar : scalars) {
        body.insert(body.end(), scalar.begin(), scalar.end());
      }
      // Spent first, durable; then the nonces go; only then the answer leaves.
      TRY(own_.write(own_path("spent"), encode_letter(self_.number, body, question), true));
      TRY(own_.remove(own_path("nonces")));
    }
    return post("answer", body);
  }

  ports::Store& exchange_;
  ports::Store& own_;
  const GuardianSelf& self_;
  const e2e::JointKey& joint_;
  std::span<const e2e::Aggregate> aggregates_;
  const std::vector<std::uint32_t>& with_;
  Rng& rng_;
  Hash32 request_;
  std::string folder_;
  crypto::Secret share_;
  e2e::Opening opening_;
  e2e::OpeningSecret nonces_;
  crypto::P256Work work_;
};

}  // namespace

std::string decryption_folder(std::span<const e2e::Aggregate> aggregates,
                              const std::vector<std::uint32_t>& with) {
  CborWriter out;
  out.array(2);
  out.bytes(e2e::request_id(aggregates).view());
  out.array(with.size());
  for (const std::uint32_t number : with) out.uint(number);
  return "decrypt/" + crypto::sha256(out.view()).hex().substr(0, 16);
}

Result<DecryptionState> advance_decryption(ports::Store& exchange, ports::Store& own,
                                           const GuardianSelf& self, const e2e::JointKey& joint,
                                           std::span<const e2e::Aggregate> aggregates,
                                           const std::vector<std::uint32_t>& with, Rng& rng) {
  if (aggregates.empty()) return fail(kNothingToDecrypt);
  TRY(check_party(with, self.number, joint.plan.guardians));
  TRY(check_quorum(with, joint.plan));
  return Decryption{exchange, own, self, joint, aggregates, with, rng}.run();
}

Result<std::vector<e2e::GroupTally>> finish_decryption(const ports::Store& exchange,
                                                       const e2e::JointKey& joint,
                                                       std::span<const e2e::Aggregate> aggregates,
                                                       const std::vector<std::uint32_t>& with) {
  const std::string folder = decryption_folder(aggregates, with);
  TRY(check_party(with, with.empty() ? 0 : with.front(), joint.plan.guardians));
  TRY(check_quorum(with, joint.plan));
  const Letters openings = TRY(read_letters(exchange, folder + "/open", with));
  const Letters answers = TRY(read_letters(exchange, folder + "/answer", with));
  if (!openings.missing.empty()) return not_finished(openings.missing);
  if (!answers.missing.empty()) return not_finished(answers.missing);
  e2e::Openings opened;
  std::map<std::uint32_t, std::vector<e2e::ScalarBytes>> scalars;
  for (std::size_t i = 0; i < with.size(); ++i) {
    opened[with[i]] = e2e::Opening{openings.all[i].body};
    ByteView rest = answers.all[i].body;
    for (; rest.size() >= 32; rest = rest.subspan(32)) {
      std::ranges::copy(rest.first(32), scalars[with[i]].emplace_back().begin());
    }
  }
  crypto::P256Work work;
  return e2e::combine(aggregates, joint, opened, scalars, work);
}

}  // namespace sufragio::services
