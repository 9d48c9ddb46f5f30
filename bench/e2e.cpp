// The encrypted count against plain OpenSSL calls on the same curve in the same run (gates C1 to
// C6, C11, C12). The bare calls are deprecated in OpenSSL 3.0 (CMakeLists.txt).
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "adapters/mpi/mpi_processes.h"
#include "adapters/threads/threads.h"
#include "base/check.h"
#include "bench/benches.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "e2e/bundle.h"
#include "e2e/tally.h"

namespace sufragio::bench {

namespace {

// What the same work costs in bare calls.
class Bare {
 public:
  Bare() {
    EC_GROUP_set_generator(with_table, b, EC_GROUP_get0_order(group), BN_value_one());
    EC_GROUP_precompute_mult(with_table, context);
    BN_rand_range(k, EC_GROUP_get0_order(group));
    BN_rand_range(l, EC_GROUP_get0_order(group));
    EC_POINT_mul(group, a, l, nullptr, nullptr, context);
    EC_POINT_point2oct(group, a, POINT_CONVERSION_COMPRESSED, bytes, 33, context);
  }
  void base() { EC_POINT_mul(group, r, k, nullptr, nullptr, context); }
  void table() { EC_POINT_mul(with_table, r, k, nullptr, nullptr, context); }
  void variable() { EC_POINT_mul(group, r, nullptr, a, l, context); }
  void both() { EC_POINT_mul(group, r, k, a, l, context); }
  void both_table() { EC_POINT_mul(with_table, r, k, a, l, context); }
  void decode() { EC_POINT_oct2point(group, r, bytes, 33, context); }
  void encode() { EC_POINT_point2oct(group, r, POINT_CONVERSION_COMPRESSED, out, 33, context); }
  void add() { EC_POINT_add(group, r, r, a, context); }

 private:
  static EC_POINT* some_point(EC_GROUP* group, BN_CTX* context, BN_ULONG x) {
    BIGNUM* n = BN_new();
    BN_set_word(n, x);
    EC_POINT* out = EC_POINT_new(group);
    EC_POINT_mul(group, out, n, nullptr, nullptr, context);
    std::uint8_t affine[33];  // through its bytes: affine
    EC_POINT_point2oct(group, out, POINT_CONVERSION_COMPRESSED, affine, 33, context);
    EC_POINT_oct2point(group, out, affine, 33, context);
    BN_free(n);
    return out;
  }
  BN_CTX* context = BN_CTX_new();
  EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  EC_GROUP* with_table = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  BIGNUM* k = BN_new();
  BIGNUM* l = BN_new();
  EC_POINT* a = some_point(group, context, 12345);
  EC_POINT* b = some_point(group, context, 54321);
  EC_POINT* r = some_point(group, context, 999);
  std::uint8_t bytes[33];
  std::uint8_t out[33];
};

struct Costs {
  double g, k, var, gp, kp, dec, enc, add;
};

Costs bare_costs(Bare& bare, Report& report) {
  const auto us = best_us(Time::cpu, Timed{std::size_t{500}, [&] { bare.base(); }},
                          Timed{std::size_t{500}, [&] { bare.table(); }},
                          Timed{std::size_t{200}, [&] { bare.variable(); }},
                          Timed{std::size_t{200}, [&] { bare.both(); }},
                          Timed{std::size_t{200}, [&] { bare.both_table(); }},
                          Timed{std::size_t{500}, [&] { bare.decode(); }},
                          Timed{std::size_t{1000}, [&] { bare.add(); }},
                          Timed{std::size_t{500}, [&] { bare.encode(); }});
  const Costs out{us[0], us[1], us[2], us[3], us[4], us[5], us[7], us[6]};
  report.info("T_g: P-256 base power", out.g);
  report.info("T_K: power of a base with table", out.k);
  report.info("T_var: variable power", out.var);
  report.info("T_gP: g^x a^y", out.gp);
  report.info("T_KP: K^x a^y", out.kp);
  report.info("T_dec: decode", out.dec);
  report.info("T_enc: encode", out.enc);
  report.info("T_add: multiply two elements", out.add);
  return out;
}

e2e::Shape shape_of_mesa() {
  e2e::Shape out;
  e2e::ContestRule rule{1, {}, 1, 1};
  for (std::uint32_t o = 1; o <= 39; ++o) rule.options.push_back(o);
  out.contests.push_back(rule);
  return out;
}

long resident_kib() {  // now
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long pages = 0;
  if (file == nullptr || std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

class Count {
 public:
  explicit Count(const Costs& costs) : t{costs} {}

  void run(Report& report) {
    const auto vote = e2e::Choices::from_cards(shape, {marks}).value();
    const e2e::EncryptedBallot ballot = seal(vote);
    const Bytes bytes = e2e::encode_ballot({0, {}, ballot});
    e2e::Sums sums;
    CHECK(e2e::verify_ballot(ballot, shape, key, work, &sums).has_value());
    e2e::Sums more = sums;
    const auto us = best_us(Time::cpu, Timed{std::size_t{10}, [&] { keep(seal(vote)); }},
                            Timed{std::size_t{5}, [&] { CHECK(verify(bytes, nullptr)); }},
                            Timed{std::size_t{20}, [&] { add_up(ballot, more); }});
    report.gate("C1", "encrypt with range proof, one option", us[0] / 39, 3 * t.g + 3 * t.k, 1.80);
    report.gate("C2", "verify a range proof, one option", us[1] / 39,
                2 * t.gp + 2 * t.kp + 2 * t.dec, 1.11);
    report.gate("C3", "decode and add, one option", us[2] / 39, 2 * t.dec + 2 * t.add, 1.03);
    guardian(sums, report);
    report.info("60 encryptions (egk-ec, published: 6 ms)", us[0] / 39 * 60 / 1000, "ms");
    whole_mesa(report, us[1] / 39);
    const auto table = best_us(Time::cpu, Timed{std::size_t{1}, [&] {
                                                  keep(e2e::PowerTable{key, 2'000, work});
                                                }});
    report.limit("C11", "table of K^0 ... K^2000", table[0] / 1000, 15, "ms");
  }

  // C6, and that memory does not grow with the ballots: a bundle is read one ballot after the
  // other.
  void whole_mesa(Report& report, double one_option_us) {
    std::vector<Bytes> ballots;
    const auto vote = e2e::Choices::from_cards(shape, {marks}).value();
    for (int i = 0; i < 400; ++i) {
      e2e::SealedBallot sealed{0, {}, seal(vote)};
      rng.fill(sealed.name.data);
      ballots.push_back(e2e::encode_ballot(sealed));
    }
    const e2e::Bundle bundle = e2e::make_bundle(std::move(ballots)).value();
    long most = 0;
    const long before = resident_kib();
    const std::uint64_t start = now_ns(Time::cpu);
    e2e::BundleReader reader{bundle.bytes};
    e2e::Sums sums;
    for (;;) {
      const auto ballot = reader.next();
      if (!*ballot) break;
      CHECK(verify(to_bytes(**ballot), &sums));
      most = std::max(most, resident_kib());
    }
    const double seconds = static_cast<double>(now_ns(Time::cpu) - start) / 1e9;
    report.limit("C6", "a mesa of 400 ballots of 38 cards + NULO, verified", seconds, 4.0, "s");
    report.info("16,000 x the option above", 16'000 * one_option_us / 1e6, "s");
    report.limit("", "memory that 400 ballots need beside their bundle",
                 static_cast<double>(most - before), 1'024, "KiB");
  }

 private:
  e2e::EncryptedBallot seal(const e2e::Choices& vote) {
    const e2e::BallotNonce nonce{rng, as_bytes("opening")};
    return e2e::encrypt(shape, vote, nonce, key, rng, work);
  }
  bool verify(const Bytes& bytes, e2e::Sums* sums) {
    const auto ballot = e2e::decode_ballot(bytes, shape, key);
    return e2e::verify_ballot(ballot->ballot, shape, key, work, sums).has_value();
  }
  void add_up(const e2e::EncryptedBallot& ballot, e2e::Sums& sums) {
    for (std::size_t o = 0; o < 39; ++o) {
      const e2e::Cipher& vote = ballot.contests[0].options[o].vote;
      work.multiply(sums[0][o].pad, work.decode(vote.pad).value());
      work.multiply(sums[0][o].data, work.decode(vote.data).value());
    }
  }

  // C4 and C5: a guardian's first answer, and the check of decryptions, for the 39 sums of a mesa.
  // Both decode their points; the gates leave that out.
  void guardian(e2e::Sums& sums, Report& report) {
    const e2e::Group group{{{CentreCode{1}, MesaNumber{1}}}, 0, 1, true};
    const std::vector<e2e::Aggregate> one{e2e::make_aggregate(group, sums, work)};
    const auto answer = [&] {
      e2e::OpeningSecret nonces;
      keep(e2e::open_aggregates(one, secret, rng, work, nonces));
    };
    const std::vector<e2e::DecryptedCell> cells = decrypted(one[0]);
    const auto check = [&] {
      for (const e2e::DecryptedCell& cell : cells) {
        CHECK(e2e::verify_decryption<crypto::P256>(cell, key, work).has_value());
      }
    };
    const auto decode = [&] {
      for (const e2e::DecryptedCell& cell : cells) keep(work.decode(cell.sum.pad));
    };
    const auto us = best_us(Time::cpu, Timed{std::size_t{4}, answer}, Timed{std::size_t{4}, check},
                            Timed{std::size_t{8}, decode});
    const double one_decode = us[2] / 39;
    report.info("decode one point, as the counts do", one_decode);
    report.gate("C4", "guardian: M, a, b of one sum, its point decoded", us[0] / 39 - one_decode,
                2 * t.var + t.g + 3 * t.enc, 1.08);
    report.gate("C5", "verify one decryption, its three points decoded",
                us[1] / 39 - 3 * one_decode, t.gp, 2.4);
  }

  // What one guardian who holds the whole secret publishes.
  std::vector<e2e::DecryptedCell> decrypted(const e2e::Aggregate& aggregate) {
    const crypto::ScalarField& field = crypto::ScalarField::p256();
    std::vector<e2e::DecryptedCell> out;
    for (std::size_t o = 0; o < 39; ++o) {
      e2e::DecryptedCell cell;
      cell.sum = aggregate.sums[0][o];
      cell.tally = o == 38 ? 1 : 0;  // the one ballot is null
      const crypto::P256Element pad = work.decode(cell.sum.pad).value();
      const crypto::Secret u = field.random(rng);
      const auto bytes = [&](const crypto::P256Element& e) { return to_bytes(work.encode(e)); };
      cell.power = bytes(key.k.power(field.number(cell.tally), work));
      crypto::KeyedHash::Message message = key.hash.message();
      message.byte(0x30).bytes(key.k.bytes()).bytes(cell.sum.pad).bytes(cell.sum.data);
      message.bytes(bytes(key.g.power(u, work))).bytes(bytes(work.power(pad, u)));
      const crypto::Scalar c =
          crypto::P256::challenge(message.bytes(bytes(work.power(pad, secret))).finish());
      cell.proof.challenge = c.bytes();
      cell.proof.response = field.subtract(u, field.multiply(secret, c)).publish().bytes();
      out.push_back(std::move(cell));
    }
    return out;
  }

  const Costs& t;
  crypto::SystemRng rng;
  crypto::P256Work work;
  crypto::Secret secret = crypto::ScalarField::p256().random(rng);
  e2e::Key key{crypto::P256Base::generator().power(secret, work),
               crypto::sha256(as_bytes("bench"))};
  e2e::Shape shape = shape_of_mesa();
  std::vector<std::uint8_t> marks = std::vector<std::uint8_t>(38, 0);
};

}  // namespace

namespace {

// C12: ballots verified in units, by the processes that mpirun starts of this program.
class Mesas : public ports::SplitWork {
 public:
  static constexpr std::size_t kUnits = 96;

  Mesas() {
    const auto vote = e2e::Choices::from_cards(shape, {std::vector<std::uint8_t>(38, 0)}).value();
    const e2e::BallotNonce nonce{rng, as_bytes("opening")};
    bytes = e2e::encode_ballot({0, {}, e2e::encrypt(shape, vote, nonce, key, rng, work)});
  }
  Bytes question(std::size_t) override { return bytes; }
  Bytes answer(std::size_t, ByteView question) const override {
    crypto::P256Work own;
    // Another process has another key: the work is the same, whatever comes out.
    for (int i = 0; i < 5; ++i) {
      const auto ballot = e2e::decode_ballot(question, shape, key);
      keep(e2e::verify_ballot(ballot->ballot, shape, key, own, nullptr).has_value());
    }
    return {1};
  }
  void take(std::size_t, Bytes) override { ++done; }

  crypto::SystemRng rng;
  crypto::P256Work work;
  crypto::Secret secret{crypto::ScalarField::p256().number(12'345)};
  e2e::Key key{crypto::P256Base::generator().power(secret, work),
               crypto::sha256(as_bytes("bench"))};
  e2e::Shape shape = shape_of_mesa();
  Bytes bytes;
  std::size_t done = 0;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

// What a started program printed as its seconds; 0 when it printed none.
double printed_seconds(std::FILE* run) {
  double seconds = 0;
  std::array<char, 256> line{};
  while (run != nullptr && std::fgets(line.data(), line.size(), run) != nullptr) {
    std::sscanf(line.data(), "shared %lf", &seconds);
  }
  if (run != nullptr) pclose(run);
  return seconds;
}

std::string this_program() {
  std::array<char, 4096> self{};
  return readlink("/proc/self/exe", self.data(), self.size() - 1) > 0 ? self.data() : "false";
}

// Seconds of the whole work with so many processes of mpirun; 0 when there is no mpirun.
double shared_seconds(long processes) {
  const std::string command =
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --quiet -n " +
      std::to_string(processes) + " " + this_program() + " share 2>/dev/null";
  return printed_seconds(popen(command.c_str(), "r"));
}

// The same work by as many programs that never speak to each other: what these cores can give at
// best. Two processors of one machine are often less than twice one (shared caches and clocks).
double apart_seconds(long programs) {
  const std::string command = this_program() + " share " +
                              std::to_string(Mesas::kUnits / static_cast<std::size_t>(programs));
  std::vector<std::FILE*> runs;
  for (long i = 0; i < programs; ++i) runs.push_back(popen(command.c_str(), "r"));
  double slowest = 0;
  for (std::FILE* run : runs) slowest = std::max(slowest, printed_seconds(run));
  return slowest;
}

}  // namespace

// What `mpirun ... bench_sufragio share [UNITS]` does.
int share_of_processes(std::size_t units) {
  if (units == 0) units = Mesas::kUnits;
  const auto shared = adapters::processes_of_mpirun();
  if (!shared) return 1;
  adapters::Threads workers{1};
  ports::OneProcess alone{workers};
  ports::Processes& processes = *shared ? **shared : alone;
  Mesas mesas;
  const std::uint64_t start = now_ns(Time::wall);
  processes.each(units, mesas);
  const double seconds = static_cast<double>(now_ns(Time::wall) - start) / 1e9;
  if (processes.leading()) {
    CHECK(mesas.done == units);
    std::printf("shared %f\n", seconds);
  }
  return 0;
}

void bench_e2e(Report& report) {
  Bare bare;
  const Costs costs = bare_costs(bare, report);
  Count{costs}.run(report);
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  std::vector<double> one, all, apart;
  for (int round = 0; round < 5; ++round) {
    one.push_back(shared_seconds(1));
    all.push_back(shared_seconds(cores));
    apart.push_back(apart_seconds(cores));
  }
  if (median(all) == 0) {
    report.info("C12 not measured: no mpirun", 0, "");
    return;
  }
  report.info("C12 verification by one process / by all cores", median(one) / median(all), "x");
  report.info("C12 the most these cores give to programs apart", median(one) / median(apart), "x");
  report.gate("C12", "verification shared by all cores / as many programs apart", median(all),
              median(apart), 1 / 0.95, "s");
}

}  // namespace sufragio::bench
