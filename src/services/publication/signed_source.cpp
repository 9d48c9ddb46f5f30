#include "services/publication/signed_source.h"

#include "log/entry.h"
#include "log/log.h"

namespace sufragio::services {

Result<std::vector<SiteActa>> site_actas(const tally::Ledger& ledger, const ports::Store& log,
                                         std::uint64_t size) {
  const log::LogReader reader{log, size};
  std::vector<SiteActa> out;
  for (const tally::ActaRecord& record : ledger.actas()) {
    if (record.type == acta::ActaType::zero) continue;
    const Bytes bytes = TRY(reader.entry(record.log_index));
    log::Entry entry = TRY(log::decode_entry(bytes));
    out.push_back({record.mesa, record.id, record.log_index, std::move(entry.body)});
  }
  return out;
}

}  // namespace sufragio::services
