#include "tests/e2e_support/guardians.h"

namespace sufragio::tests {

using namespace sufragio::e2e;

Guardians hold_ceremony(const CeremonyPlan& plan, Rng& rng, crypto::P256Work& work) {
  std::vector<GuardianSecret> secrets;
  std::vector<Announcement> announcements;
  for (std::uint32_t i = 1; i <= plan.guardians; ++i) {
    secrets.push_back(GuardianSecret::draw(plan, rng));
    announcements.push_back(secrets.back().announce(i, "g" + std::to_string(i), rng, work));
  }
  Guardians out{join(plan, announcements, work).value(), {}};
  for (std::uint32_t to = 1; to <= plan.guardians; ++to) {
    std::vector<crypto::Secret> shares;
    for (std::uint32_t from = 1; from <= plan.guardians; ++from) {
      const Bytes sealed =
          secrets[from - 1].seal_share(from, out.joint.guardians[to - 1], rng, work);
      shares.push_back(
          secrets[to - 1].open_share(out.joint.guardians[from - 1], to, sealed, work).value());
    }
    out.shares.push_back(sum_of_shares(shares));
  }
  return out;
}

Result<std::vector<GroupTally>> Guardians::decrypt(std::span<const Aggregate> aggregates,
                                                   const std::vector<std::uint32_t>& quorum,
                                                   Rng& rng, crypto::P256Work& work) const {
  Openings openings;
  std::map<std::uint32_t, OpeningSecret> nonces;
  for (const std::uint32_t number : quorum) {
    openings[number] =
        TRY(open_aggregates(aggregates, shares[number - 1], rng, work, nonces[number]));
  }
  std::map<std::uint32_t, std::vector<ScalarBytes>> answers;
  for (const std::uint32_t number : quorum) {
    answers[number] =
        TRY(answer(aggregates, joint, openings, number, shares[number - 1], nonces[number], work));
  }
  return combine(aggregates, joint, openings, answers, work);
}

}  // namespace sufragio::tests
