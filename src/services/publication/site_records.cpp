#include "services/publication/site_records.h"

#include "log/entry.h"
#include "log/log.h"
#include "services/publication/codes.h"
#include "services/totalization/night.h"

namespace sufragio::services {

namespace {

Result<SiteBulletin> bulletin_of(const Night& night, std::uint64_t index, ByteView body) {
  const crypto::MultiSign record = TRY(crypto::parse_multi(body));
  const tally::BulletinFields fields = TRY(tally::decode_bulletin(record.payload));
  const tally::Bulletin again = TRY(night.next_bulletin(fields.log, fields.nominations));
  if (!equal(again.payload(), record.payload)) {
    return fail(Error{kBulletinDiffers}.with("index", static_cast<std::int64_t>(index)));
  }
  return SiteBulletin{to_bytes(body), again.totals_blob(), again.rows_blob()};
}

}  // namespace

Result<SiteRecords> site_records(const election::Package& package,
                                 const std::vector<crypto::PublicKey>& roots,
                                 const ports::Store& log, std::uint64_t size) {
  Night night{package, roots};
  const log::LogReader reader{log, size};
  SiteRecords out;
  const auto each = [&](std::uint64_t index, ByteView bytes) -> Result<void> {
    const log::Entry entry = TRY(log::decode_entry(bytes));
    if (entry.type == log::EntryType::bulletin) {
      SiteBulletin bulletin = TRY(bulletin_of(night, index, entry.body));
      out.bulletins.push_back(std::move(bulletin));
    }
    if (entry.type == log::EntryType::award) {
      Act act = TRY(read_act(entry.body, night));
      out.acts.push_back({std::move(act), entry.body, index});
    }
    TRY(night.apply(index, bytes, Signatures::verified_before));
    return {};
  };
  TRY(reader.entries(0, size, each));
  return out;
}

}  // namespace sufragio::services
