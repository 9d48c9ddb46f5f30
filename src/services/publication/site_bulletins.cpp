#include "services/publication/site_bulletins.h"

#include "log/entry.h"
#include "log/log.h"
#include "services/publication/codes.h"
#include "services/totalization/night.h"

namespace sufragio::services {

Result<std::vector<SiteBulletin>> site_bulletins(const election::Package& package,
                                                 const std::vector<crypto::PublicKey>& roots,
                                                 const ports::Store& log, std::uint64_t size) {
  Night night{package, roots};
  const log::LogReader reader{log, size};
  std::vector<SiteBulletin> out;
  const auto each = [&](std::uint64_t index, ByteView bytes) -> Result<void> {
    const log::Entry entry = TRY(log::decode_entry(bytes));
    if (entry.type == log::EntryType::bulletin) {
      const crypto::MultiSign record = TRY(crypto::parse_multi(entry.body));
      const tally::BulletinFields fields = TRY(tally::decode_bulletin(record.payload));
      const tally::Bulletin again = TRY(night.next_bulletin(fields.log, fields.nominations));
      if (!equal(again.payload(), record.payload)) {
        return fail(Error{kBulletinDiffers}.with("index", static_cast<std::int64_t>(index)));
      }
      out.push_back({entry.body, again.totals_blob(), again.rows_blob()});
    }
    TRY(night.apply(index, bytes, Signatures::verified_before));
    return {};
  };
  TRY(reader.entries(0, size, each));
  return out;
}

}  // namespace sufragio::services
