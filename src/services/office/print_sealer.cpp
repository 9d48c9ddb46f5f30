#include "services/office/print_sealer.h"

#include <algorithm>

#include "services/office/codes.h"

namespace sufragio::services {

PrintSealer::PrintSealer(const roll::Roll& roll, crypto::SecretBuffer::Kind memory)
    : roll_{roll}, memory_{memory}, by_line_(roll.size()), added_(roll.size()) {}

Result<void> PrintSealer::add(const roll::Cedula& elector,
                              const std::vector<FingerCaptures>& fingers) {
  const roll::Found found = roll_.find(elector);
  const auto* const here = std::get_if<roll::Here>(&found);
  if (here == nullptr || added_[here->index.value()]) {
    return fail(Error{kNotOfThisMesa}.with("elector", elector.text()));
  }
  std::vector<biometrics::Template>& kept = by_line_[here->index.value()];
  added_[here->index.value()] = true;
  for (const FingerCaptures& finger : fingers) {
    auto record = biometrics::enrol(finger.images, finger.position, memory_);
    if (record) {
      kept.push_back(*std::move(record));
    } else if (record.error().code.room != 'Y') {
      return fail(record.error());  // memory that cannot be locked: nothing of the finger's
    } else {
      refused_.push_back({elector, finger.position, record.error().code});
    }
  }
  std::stable_sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
    return a.views[0].quality > b.views[0].quality;
  });
  if (kept.size() > biometrics::kEnrolledFingers) kept.resize(biometrics::kEnrolledFingers);
  return {};
}

Result<PrintSealer::Sealed> PrintSealer::seal(const crypto::ElectionHandle& election,
                                              ByteView mesa_key, Rng& rng) const {
  const biometrics::EnrolledOf of{election, roll_.mesa(), roll_.size()};
  Bytes file = TRY(biometrics::seal_enrolled(of, mesa_key, by_line_, rng));
  std::vector<roll::Elector> electors = roll_.electors();
  std::size_t with = 0;
  std::size_t all = 0;
  for (std::size_t line = 0; line < electors.size(); ++line) {
    electors[line].fingers = static_cast<std::uint8_t>(by_line_[line].size());
    with += by_line_[line].empty() ? 0 : 1;
    all += by_line_[line].size();
  }
  roll::Roll roll = TRY(roll::Roll::of(roll_.mesa(), std::move(electors), roll_.directory()));
  return Sealed{std::move(file), std::move(roll), with, all};
}

}  // namespace sufragio::services
