#include "tally/contenders.h"

#include "tally/totals.h"

namespace sufragio::tally {

Result<OptionSums> contenders_of(const election::Contest& contest,
                                 const std::vector<std::int64_t>& votes) {
  OptionSums out;
  for (const Share& share : by_option(contest, votes)) {
    const Votes own = TRY(Votes::from(share.votes));
    out.valid = TRY(out.valid.plus(own));
    out.contenders.push_back({share.id, own});
  }
  return out;
}

}  // namespace sufragio::tally
