// Encrypts one ballot of 12 cards and 2 votes; the two characters of the argument are the chosen
// cards, `a` to `l`, or `z` for a vote that was not given. Everything else is fixed.
#include <string_view>

#include "crypto/hash.h"
#include "e2e/encrypt.h"
#include "tests/support/seeded_rng.h"

using namespace sufragio;

int main(int argc, char** argv) {
  if (argc != 2 || std::string_view{argv[1]}.size() != 2) return 2;
  e2e::Shape shape{0, {{1, {}, 2, 1}}};
  for (std::uint32_t o = 1; o <= 14; ++o) shape.contests[0].options.push_back(o);
  std::vector<std::uint8_t> marks(12, 0);
  for (std::size_t card = 0; card < marks.size(); ++card) {
    for (std::size_t v = 0; v < 2; ++v) {
      marks[card] = static_cast<std::uint8_t>(
          marks[card] | (static_cast<std::size_t>(argv[1][v] - 'a') == card ? 1 : 0));
    }
  }
  tests::SeededRng rng{1};
  crypto::P256Work work;
  const crypto::Secret secret = crypto::ScalarField::p256().random(rng);
  const e2e::Key key{crypto::P256Base::generator().power(secret, work),
                     crypto::sha256(as_bytes("flow"))};
  const e2e::BallotNonce nonce{crypto::sha256(as_bytes("nonce"))};
  const auto choices = e2e::Choices::from_cards(shape, {marks});
  if (!choices) return 3;
  const e2e::EncryptedBallot ballot = e2e::encrypt(shape, *choices, nonce, key, rng, work);
  return ballot.contests.size() == 1 ? 0 : 4;
}
