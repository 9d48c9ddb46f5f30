// What guardians carry to each other and what a verifier kept: announcements, transcripts, tallies,
// shares, letters of the exchange, rehearsals, kept errors. Refused or read, and what was read
// encodes to the same bytes. Wrapped secrets: guardian_key.cpp.
#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/secrets.h"
#include "e2e/tally.h"
#include "ports/memory_store.h"
#include "services/ceremony/guardian.h"
#include "services/ceremony/rehearsal.h"
#include "services/units/kept_units.h"

using namespace sufragio;

namespace {

const e2e::CeremonyPlan kPlan{2, 1, {}};

// A finished key of two guardians, so that rehearsals have one.
const e2e::JointKey& joint() {
  static const e2e::JointKey made = [] {
    crypto::SystemRng rng;
    crypto::P256Work work;
    std::vector<e2e::Announcement> all;
    for (std::uint32_t i = 1; i <= 2; ++i) {
      all.push_back(e2e::GuardianSecret::draw(kPlan, rng).announce(i, "g", rng, work));
    }
    return e2e::join(kPlan, std::move(all), work).value();
  }();
  return made;
}

void messages(ByteView bytes) {
  if (const auto announcement = e2e::decode_announcement(bytes)) {
    CHECK(equal(e2e::encode(*announcement), bytes));
  }
  crypto::P256Work work;
  (void)e2e::read_transcript(kPlan, bytes, work);
  e2e::Shape shape;
  shape.contests = {{1, {1, 2}, 1, 1}};
  if (const auto tally = e2e::decode_tally(bytes, shape)) CHECK(equal(e2e::encode(*tally), bytes));
  (void)e2e::style_of_tally(bytes);
  (void)e2e::OpeningSecret::load(bytes);
  (void)e2e::GuardianSecret::load(bytes);
  if (const auto error = services::decode_error(bytes)) {
    CHECK(equal(services::encode_error(*error), bytes));
  }
}

// The same bytes in the place of every file of the exchange.
void folder(ByteView bytes) {
  using namespace services;
  ports::MemoryStore exchange;
  for (const char* path : {"plan.cbor", "manifest.json", "rehearsal/1.cbor"}) {
    CHECK(exchange.write(path, bytes, false).has_value());
  }
  (void)read_setup(exchange);
  (void)read_rehearsal(exchange, joint(), 1);
  CHECK(exchange.remove("plan.cbor").has_value());
  CHECK(exchange.remove("manifest.json").has_value());
  CHECK(prepare_ceremony(exchange, {kPlan, 10, {}}).has_value());
  for (const char* kind : {"commit", "reveal", "shares", "confirm"}) {
    for (const char* number : {"/1.cbor", "/2.cbor"}) {
      CHECK(exchange.write(std::string{kind} + number, bytes, false).has_value());
    }
  }
  (void)finished_ceremony(exchange);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  messages(bytes);
  folder(bytes);
  return 0;
}
