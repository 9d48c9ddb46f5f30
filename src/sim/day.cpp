#include "sim/day.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "acta/qr.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "ports/workers.h"
#include "services/totalization/centre.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/net.h"
#include "sim/rng.h"

namespace sufragio::sim {

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr const char* kOrigin = "sim.example/log";

enum class Kind { close, send, deliver, restart, crash, attack, bulletin, cut_line, heal, decide };

struct Event {
  Kind kind = Kind::close;
  std::size_t table = 0;
  Message message = {};
};

struct TableState {
  Bytes zero;
  Bytes final;       // empty before close: nothing to send exists before the paper
  std::string code;  // QR-B as printed
  bool zero_known = false;
  bool final_known = false;
};

class Day {
 public:
  Day(const Law& law, const DayOptions& options)
      : law_{law},
        options_{options},
        seed_{options.seed},
        people_{seed_.fork()},
        keys_{seed_.fork()},
        net_rng_{seed_.fork()},
        disk_rng_{seed_.fork()},
        world_{seed_.fork()},
        net_{net_rng_},
        disk_{disk_rng_} {}

  Result<DayReport> run() {
    TRY(prepare());
    while (!agenda_.empty() && report_.failures.empty()) {
      now_ms_ = std::max(now_ms_, agenda_.next_time());
      const Event event = agenda_.take();
      ++report_.events;
      TRY(handle(event));
      check_all();
      if (options_.until_event > 0 && report_.events >= options_.until_event) break;
    }
    if (options_.until_event == 0 && report_.failures.empty()) TRY(check_end());
    finish();
    return std::move(report_);
  }

 private:
  // --- the world ---------------------------------------------------------------------------------------------------------

  Result<void> prepare() {
    drill_ = TRY(make_drill(CountryPlan::small(), law_, kOrigin, people_, keys_));
    foreign_ = TRY(make_drill(CountryPlan::small(), law_, kOrigin, people_, keys_));
    tastes_ = draw_tastes(drill_.package->definition(), people_);
    tables_.resize(drill_.tables.size());
    const std::int64_t midnight = local_midnight_s(*drill_.package);
    now_ms_ = (midnight + 5 * 3'600) * 1'000;
    TRY(open_centre());
    TRY(begin_night());
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      const TableDay day = draw_table_day(midnight, people_);
      drill_.tables[i].machine.serve_voters(tastes_, people_);
      const acta::Acta zero = drill_.tables[i].machine.zero_acta(day.opening_s - 900);
      tables_[i].zero = TRY(acta::sign(zero, drill_.tables[i].key));
      days_.push_back(day);
      agenda_.at(day.closing_s * 1'000, {Kind::close, i});
    }
    plan_faults(midnight);
    return {};
  }

  void plan_faults(std::int64_t midnight) {
    NetFaults faults;
    faults.loss = static_cast<std::uint32_t>(world_.below(35));
    faults.duplicate = static_cast<std::uint32_t>(world_.below(30));
    faults.corrupt = static_cast<std::uint32_t>(world_.below(12));
    faults.delay_max_ms = static_cast<std::int64_t>(1 + world_.below(20 * kMinute));
    net_.set_faults(faults);
    const std::int64_t close = (midnight + 18 * 3'600) * 1'000;
    const auto later = [&](std::int64_t span_min) {
      return close + static_cast<std::int64_t>(world_.below(static_cast<std::uint64_t>(span_min * kMinute)));
    };
    for (std::uint64_t i = world_.below(5); i > 0; --i) agenda_.at(later(240), {Kind::crash});
    for (std::uint64_t i = world_.below(6); i > 0; --i) {
      agenda_.at(later(240), {Kind::cut_line, world_.below(tables_.size())});
    }
    for (std::uint64_t i = 3 + world_.below(10); i > 0; --i) {
      agenda_.at(later(300), {Kind::attack, world_.below(tables_.size())});
    }
    for (std::int64_t minute = 45; minute <= 720; minute += 75) {
      agenda_.at(close + minute * kMinute, {Kind::bulletin});
    }
    agenda_.at(close + 480 * kMinute, {Kind::heal});
  }

  Result<void> open_centre() {
    centre_.reset();
    centre_ = TRY(services::Centre::open({*drill_.package, drill_.keys.root_keys(), disk_,
                                          drill_.keys.key("log"), workers_}));
    centre_->knows(foreign_.package->handle(), foreign_.package->manifest().kind);
    return {};
  }

  Result<void> begin_night() {
    TRY(centre_->begin(drill_.frozen.manifest_record, drill_.expected_mesas));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (const Table& table : drill_.tables) {
      certificates.push_back(table.certificate);
      assignments.push_back(table.assignment);
    }
    TRY(centre_->add_certificates(certificates));
    return centre_->add_assignments(assignments);
  }

  // --- what happens ------------------------------------------------------------------------------------------------------

  Result<void> handle(const Event& event) {
    switch (event.kind) {
      case Kind::close: return close_table(event.table);
      case Kind::send: return send_pending(event.table);
      case Kind::deliver: return deliver(event.message);
      case Kind::crash: return plan_power_cut();
      case Kind::restart: return restart_centre();
      case Kind::attack: return attack(event.table);
      case Kind::bulletin: return publish_bulletin();
      case Kind::cut_line: return cut_line(event.table);
      case Kind::heal: return heal();
      case Kind::decide: return decide(event.table);
    }
    CHECK(false);
    return {};
  }

  // The acta is signed and printed first; only afterwards is there anything to send (blueprint rule 2).
  Result<void> close_table(std::size_t i) {
    const acta::Acta acta = drill_.tables[i].machine.final_acta(days_[i]);
    tables_[i].final = TRY(acta::sign(acta, drill_.tables[i].key));
    tables_[i].code = acta::qr_b_text(tables_[i].final);
    const auto ceremony = static_cast<std::int64_t>(10 + world_.below(35));
    agenda_.at(now_ms_ + ceremony * kMinute, {Kind::send, i});
    trace("close", mesa(i), short_id(tables_[i].final));
    return {};
  }

  Result<void> send_pending(std::size_t i) {
    TableState& table = tables_[i];
    if (table.final_known) return {};
    transmit({i, true, table.zero_known ? table.final : table.zero});
    const auto wait = static_cast<std::int64_t>(2 + world_.below(9));
    agenda_.at(now_ms_ + wait * kMinute, {Kind::send, i});
    return {};
  }

  void transmit(const Message& message) {
    ++report_.sent;
    const auto deliveries = net_.send(now_ms_, message);
    if (deliveries.empty()) ++report_.lost;
    for (const SimNet::Delivery& delivery : deliveries) {
      Event event{Kind::deliver, message.table};
      event.message = delivery.message;
      agenda_.at(now_ms_ + delivery.after_ms, std::move(event));
    }
  }

  Result<void> deliver(const Message& message) {
    if (!message.to_centre) {
      hear_reply(message);
      return {};
    }
    if (centre_ == nullptr) return {};  // nobody listens: the sender tries again
    const auto reply = centre_->receive(message.bytes);
    if (!reply) {
      trace("down", mesa(message.table), reply.error().code.text());
      stop_centre();
      return {};
    }
    note_reply(message, *reply);
    if (reply->reception != tally::Reception::refused) {
      acknowledged_.insert(reply->id);
      transmit({message.table, false, to_bytes(reply->id.view())});
    }
    return {};
  }

  void note_reply(const Message& message, const services::Reply& reply) {
    static constexpr const char* kNames[] = {"counted", "quarantined", "known", "refused"};
    trace("receive", mesa(message.table), kNames[static_cast<int>(reply.reception)]);
    if (reply.reception == tally::Reception::refused) ++report_.refused;
    if (reply.reception == tally::Reception::known) ++report_.repeats;
    for (const tally::Finding& finding : reply.findings) {
      if (finding.rule != tally::Rule::conflicting_acta) continue;
      if (reply.reception != tally::Reception::quarantined) continue;
      ++report_.conflicts;
      agenda_.at(now_ms_ + 40 * kMinute, {Kind::decide, message.table});
    }
  }

  void hear_reply(const Message& message) {
    TableState& table = tables_[message.table];
    if (equal(message.bytes, crypto::sha256(table.zero).view())) table.zero_known = true;
    if (!table.final.empty() && equal(message.bytes, crypto::sha256(table.final).view())) {
      table.final_known = true;
    }
  }

  Result<void> plan_power_cut() {
    if (centre_ == nullptr || disk_.power_is_off()) return {};
    // Now, or in the middle of one of the next writes; the torn and lost ones are drawn by the disk.
    if (world_.below(3) == 0) {
      disk_.cut_power();
      stop_centre();
    } else {
      disk_.cut_power_at(disk_.calls() + 1 + world_.below(25));
    }
    trace("power", "-", "cut");
    return {};
  }

  void stop_centre() {
    ++report_.crashes;
    centre_.reset();
    agenda_.at(now_ms_ + static_cast<std::int64_t>(1 + world_.below(12)) * kMinute, {Kind::restart});
  }

  Result<void> restart_centre() {
    if (centre_ != nullptr) return {};
    disk_.restart();
    TRY(open_centre());
    trace("restart", "-", std::to_string(centre_->log().size()));
    check_acknowledged();
    return {};
  }

  Result<void> cut_line(std::size_t i) {
    net_.cut(i, now_ms_ + static_cast<std::int64_t>(world_.below(180)) * kMinute);
    trace("line", mesa(i), "cut");
    return {};
  }

  Result<void> heal() {
    net_.set_faults({});
    for (std::size_t i = 0; i < tables_.size(); ++i) net_.cut(i, 0);
    trace("heal", "-", "-");
    return {};
  }

  Result<void> publish_bulletin() {
    if (centre_ == nullptr) return {};
    auto signers = drill_.keys.bulletin_signers();
    const auto published = centre_->publish(signers);
    if (!published) {
      trace("bulletin", "-", published.error().code.text());
      stop_centre();
      return {};
    }
    ++report_.bulletins;
    trace("bulletin", "-", short_id(published->record));
    return {};
  }

  // Two persons look at the paper and decide in public: the printed acta counts, the other one stays out.
  Result<void> decide(std::size_t i) {
    if (centre_ == nullptr) {
      agenda_.at(now_ms_ + 5 * kMinute, {Kind::decide, i});
      return {};
    }
    const Hash32 genuine = crypto::sha256(tables_[i].final);
    std::vector<std::pair<Hash32, bool>> open;
    for (const tally::JudgedRow& judged : centre_->night().ledger().rows()) {
      if (judged.row.unit != tally::Unit::of(mesa_id(i))) continue;
      if (judged.row.status != tally::RowStatus::quarantined) continue;
      const std::pair<Hash32, bool> choice{judged.row.source, judged.row.source == genuine};
      if (std::ranges::find(open, choice) == open.end()) open.push_back(choice);
    }
    std::ranges::sort(open, {}, [](const auto& choice) { return choice.second; });  // out first
    for (const auto& [acta, counts] : open) {
      const Bytes record = TRY(sign_decision({acta, counts, "paper-compared"}));
      const auto done = centre_->decide(record, mesa_id(i));
      trace("decide", mesa(i), done ? (counts ? "count" : "out") : done.error().code.text());
      if (!done && disk_.power_is_off()) {
        stop_centre();
        agenda_.at(now_ms_ + 20 * kMinute, {Kind::decide, i});
        return {};
      }
    }
    return {};
  }

  Result<Bytes> sign_decision(const tally::Decision& decision) {
    const Bytes payload = services::encode_decision(drill_.package->handle(), decision);
    std::vector<crypto::SignaturePart> parts;
    for (const char* signer : {"ops", "auditor"}) {
      auto part = TRY(crypto::sign_part(crypto::RecordKind::statement, payload, drill_.keys.key(signer)));
      parts.push_back(std::move(part));
    }
    return crypto::assemble(payload, std::move(parts));
  }

  // --- people who attack -------------------------------------------------------------------------------------------------

  Result<void> attack(std::size_t i) {
    if (tables_[i].final.empty()) return {};
    ++report_.attacks;
    const std::uint64_t kind = world_.below(6);
    const Bytes forged = TRY(forge(kind, i));
    trace("attack", mesa(i), std::to_string(kind));
    if (forged != tables_[i].final) intruders_.insert(crypto::sha256(forged));
    if (centre_ == nullptr) return {};
    const auto reply = centre_->receive(forged);
    if (!reply) {
      stop_centre();
      return {};
    }
    note_reply({i, true, forged}, *reply);
    return {};
  }

  Result<Bytes> forge(std::uint64_t kind, std::size_t i) {
    const acta::SignedActa genuine = TRY(acta::parse(tables_[i].final));
    acta::Acta altered = genuine.acta;
    altered.contests[0].cards[0] = TRY(altered.contests[0].cards[0].plus(TRY_ONE()));
    switch (kind) {
      case 0: return tables_[i].final;                      // a replay
      case 1: return flip_digit(genuine);                   // other figures under the old signature
      case 2: return acta::sign(altered, stranger());       // a key that nobody certified
      case 3: return acta::sign(altered, other_table(i));   // a certified machine of another mesa
      case 4: return foreign_acta(i);                       // another election's acta
      default: break;
    }
    // A stolen machine signs a second acta, once the first is known: a conflict for two persons.
    if (!tables_[i].final_known) return tables_[i].final;
    altered.contests[0].null = genuine.acta.contests[0].null;
    return acta::sign(swap_votes(genuine.acta), drill_.tables[i].key);
  }

  const Law& law_;
  DayOptions options_;
  SimRng seed_;
  SimRng people_;
  SimRng keys_;
  SimRng net_rng_;
  SimRng disk_rng_;
  SimRng world_;
  SimNet net_;
  SimDisk disk_;
};

}  // namespace

}  // namespace sufragio::sim
