#include "sim/day.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "acta/qr.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "ports/workers.h"
#include "services/totalization/centre.h"
#include "services/totalization/row_indexing.h"
#include "sim/attacks.h"
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
  // --- the world

  Result<void> prepare() {
    CountryPlan plan = CountryPlan::small();
    plan.mesas = options_.mesas;
    drill_ = TRY(make_drill(plan, law_, kOrigin, people_, keys_));
    foreign_ = TRY(make_drill(plan, law_, kOrigin, people_, keys_));
    tastes_ = draw_tastes(drill_.package->definition(), people_);
    tables_.resize(drill_.tables.size());
    const std::int64_t midnight = local_midnight_s(*drill_.package);
    now_ms_ = (midnight + 5 * 3'600) * 1'000;
    TRY(open_centre());
    TRY(begin_night());
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      const TableDay day = draw_table_day(midnight, people_);
      TRY(live(i, day));
      days_.push_back(day);
      agenda_.at(day.closing_s * 1'000, {Kind::close, i});
    }
    plan_faults(midnight);
    return {};
  }

  // The whole day of one table on the product's machine. Its acta is known to nobody before close.
  Result<void> live(std::size_t i, const TableDay& day) {
    TableMachine& table = *drill_.tables[i];
    const TableReport report = TRY(table.live(tastes_, day));
    for (const std::string& problem : report.problems) {
      object(Checker::machine, mesa(i) + " " + problem);
    }
    trace("table", mesa(i),
          fmt::format("{} {} {} {}", report.voters, report.void_papers, report.power_cuts,
                      report.printer_troubles));
    report_.voters += report.voters;
    report_.void_papers += report.void_papers;
    report_.power_cuts += report.power_cuts;
    tables_[i].zero = table.zero_record();
    table.rest();
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
      return close + static_cast<std::int64_t>(
                         world_.below(static_cast<std::uint64_t>(span_min * kMinute)));
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
    centre_ = TRY(services::Centre::open(
        {*drill_.package, drill_.keys.root_keys(), disk_, drill_.keys.key("log"), workers_}));
    if (options_.live_index != nullptr) {
      TRY(services::rebuild_index(centre_->night().ledger(), *options_.live_index));
    }
    centre_->knows(foreign_.package->handle(), foreign_.package->manifest().kind);
    return {};
  }

  Result<void> begin_night() {
    TRY(centre_->begin(drill_.frozen.manifest_record, drill_.expected_mesas));
    std::vector<Bytes> certificates;
    std::vector<Bytes> assignments;
    for (const auto& table : drill_.tables) {
      certificates.push_back(table->records().certificate);
      assignments.push_back(table->records().assignment);
    }
    TRY(centre_->add_certificates(certificates));
    return centre_->add_assignments(assignments);
  }

  // --- what happens

  Result<void> handle(const Event& event) {
    switch (event.kind) {
      case Kind::close:
        return close_table(event.table);
      case Kind::send:
        return send_pending(event.table);
      case Kind::deliver:
        return deliver(event.message);
      case Kind::crash:
        return plan_power_cut();
      case Kind::restart:
        return restart_centre();
      case Kind::attack:
        return attack(event.table);
      case Kind::bulletin:
        return publish_bulletin();
      case Kind::cut_line:
        return cut_line(event.table);
      case Kind::heal:
        return heal();
      case Kind::decide:
        return decide(event.table);
    }
    CHECK(false);
    return {};
  }

  // The acta is signed and printed first; only afterwards is there anything to send (blueprint rule
  // 2).
  Result<void> close_table(std::size_t i) {
    tables_[i].final = drill_.tables[i]->final_record();
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
    TRY(follow_with_index(message.table));
    if (reply->reception != tally::Reception::refused) {
      acknowledged_.insert(reply->id);
      transmit({message.table, false, to_bytes(reply->id.view())});
    }
    return {};
  }

  Result<void> follow_with_index(std::size_t i) {
    if (options_.live_index == nullptr) return {};
    return services::index_mesa(centre_->night().ledger(), mesa_id(i), *options_.live_index);
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
    // Now, or in the middle of one of the next writes; the torn and lost ones are drawn by the
    // disk.
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
    agenda_.at(now_ms_ + static_cast<std::int64_t>(1 + world_.below(12)) * kMinute,
               {Kind::restart});
  }

  Result<void> restart_centre() {
    if (centre_ != nullptr) return {};
    disk_.restart();
    TRY(open_centre());
    trace("restart", "-", std::to_string(centre_->log().size()));
    check_acknowledged();
    plan_decisions();
    return {};
  }

  // What arrived while the power went may stand in the log although nobody was answered: two
  // persons look at the quarantine itself, not at replies.
  void plan_decisions() {
    std::set<std::size_t> waiting;
    for (const tally::JudgedRow& judged : centre_->night().ledger().rows()) {
      if (judged.row.status != tally::RowStatus::quarantined) continue;
      for (std::size_t i = 0; i < tables_.size(); ++i) {
        if (judged.row.unit == tally::Unit::of(mesa_id(i))) waiting.insert(i);
      }
    }
    for (const std::size_t i : waiting) agenda_.at(now_ms_ + 40 * kMinute, {Kind::decide, i});
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

  // Two persons look at the paper and decide in public: the printed acta counts, the other one
  // stays out.
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
      decided_.insert(mesa(i));
      TRY(follow_with_index(i));
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
      auto part =
          TRY(crypto::sign_part(crypto::RecordKind::statement, payload, drill_.keys.key(signer)));
      parts.push_back(std::move(part));
    }
    return crypto::assemble(payload, std::move(parts));
  }

  Result<void> attack(std::size_t i) {
    if (tables_[i].final.empty() || centre_ == nullptr) return {};
    auto kind = static_cast<Attack>(world_.below(kAttacks));
    // A stolen machine signs its second acta after the first is known: a conflict for two persons.
    if (kind == Attack::stolen_machine && !tables_[i].final_known) kind = Attack::replay;
    const acta::SignedActa genuine = TRY(acta::parse(tables_[i].final));
    const std::size_t other = (i + 1) % tables_.size();
    const Bytes forged = TRY(forge(kind, genuine, *drill_.tables[i], *drill_.tables[other],
                                   *foreign_.package, *foreign_.tables.front(), world_));
    ++report_.attacks;
    trace("attack", mesa(i), std::to_string(static_cast<int>(kind)));
    if (forged != tables_[i].final) intruders_.insert(crypto::sha256(forged));
    return deliver({i, true, forged});
  }

  // --- what must hold ----------------------------------------------------------------------------

  void object(Checker checker, std::string where) {
    report_.failures.push_back({checker, report_.events, now_ms_, std::move(where)});
  }

  void check_all() {
    if (centre_ == nullptr) return;
    const tally::Ledger& ledger = centre_->night().ledger();
    check_rows(ledger);
    check_totals(ledger);
  }

  void check_rows(const tally::Ledger& ledger) {
    std::set<std::pair<std::string, std::uint16_t>> counted;
    std::set<Hash32> sources;
    std::set<std::string> quarantined;
    for (const tally::JudgedRow& judged : ledger.rows()) {
      const std::string unit = judged.row.unit.text();
      if (judged.row.status == tally::RowStatus::quarantined) quarantined.insert(unit);
      if (judged.row.status != tally::RowStatus::counted) continue;
      if (!counted.insert({unit, judged.row.contest.value()}).second)
        object(Checker::counted_once, unit);
      if (intruders_.contains(judged.row.source)) object(Checker::intruders, unit);
      sources.insert(judged.row.source);
    }
    for (const TableState& table : tables_) {
      if (!table.code.empty() && sources.contains(crypto::sha256(table.final))) check_paper(table);
    }
    for (const std::string& unit : counted_before_) {
      const bool still = counted.contains({unit, 0}) || quarantined.contains(unit);
      if (!still && decided_.count(unit) == 0) object(Checker::only_grows, unit);
    }
    counted_before_.clear();
    for (const auto& [unit, contest] : counted) counted_before_.insert(unit);
  }

  // What the centre counted is what the paper says: the code read back gives the same bytes.
  void check_paper(const TableState& table) {
    const auto read = acta::parse_qr_b(table.code);
    if (!read || *read != table.final) object(Checker::printed_bytes, table.code.substr(0, 16));
  }

  // A second fold, made from nothing but the counted rows.
  void check_totals(const tally::Ledger& ledger) {
    tally::Totals again{drill_.package->definition()};
    for (const tally::JudgedRow& judged : ledger.rows()) {
      if (judged.row.status == tally::RowStatus::counted) again.add(judged.row);
    }
    for (std::uint16_t c = 0; c < drill_.package->definition().contests.size(); ++c) {
      const election::ContestIndex contest{c};
      if (again.of(contest) != ledger.totals().of(contest)) {
        object(Checker::totals_are_rows, drill_.package->definition().contest(contest).id.text());
      }
    }
  }

  void check_acknowledged() {
    const tally::Ledger& ledger = centre_->night().ledger();
    std::set<Hash32> known;
    for (const tally::JudgedRow& judged : ledger.rows()) known.insert(judged.row.source);
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].final.empty()) continue;
      const Hash32 id = crypto::sha256(tables_[i].final);
      if (acknowledged_.contains(id) && !known.contains(id)) object(Checker::log_prefix, mesa(i));
    }
  }

  Result<void> check_end() {
    if (centre_ == nullptr) {
      object(Checker::everything_arrives, "centre");
      return {};
    }
    const tally::Ledger& ledger = centre_->night().ledger();
    for (const MesaId& missing : ledger.missing())
      object(Checker::everything_arrives, missing.text());
    check_truth(ledger);
    TRY(check_replay());
    return check_index();
  }

  // The sums that the machines know must be those of the centre.
  void check_truth(const tally::Ledger& ledger) {
    tally::Totals truth{drill_.package->definition()};
    for (const TableState& table : tables_) {
      const auto acta = acta::parse(table.final);
      CHECK(acta.has_value());
      for (const tally::Row& row :
           tally::rows_of(acta->acta(), acta->id(), drill_.package->definition()))
        truth.add(row);
    }
    for (std::uint16_t c = 0; c < drill_.package->definition().contests.size(); ++c) {
      const election::ContestIndex contest{c};
      if (truth.of(contest) != ledger.totals().of(contest)) {
        object(Checker::everything_arrives,
               drill_.package->definition().contest(contest).id.text());
      }
    }
  }

  Result<void> check_replay() {
    services::Night fresh{*drill_.package, drill_.keys.root_keys()};
    const log::LogReader reader{disk_, centre_->log().size()};
    TRY(services::replay(reader, fresh, services::Signatures::verify));
    const auto& now = centre_->night();
    const bool same_rows = std::ranges::equal(
        fresh.ledger().rows(), now.ledger().rows(),
        [](const auto& a, const auto& b) { return a.row == b.row && a.findings == b.findings; });
    if (!same_rows || fresh.bulletins().size() != now.bulletins().size()) {
      object(Checker::replay_agrees, std::to_string(fresh.size()));
    }
    return {};
  }

  Result<void> check_index() {
    if (options_.live_index == nullptr || options_.rebuilt_index == nullptr) return {};
    TRY(services::rebuild_index(centre_->night().ledger(), *options_.rebuilt_index));
    const auto live = TRY(options_.live_index->list({}));
    const auto rebuilt = TRY(options_.rebuilt_index->list({}));
    if (live != rebuilt) object(Checker::index_rebuilt, std::to_string(rebuilt.size()));
    return {};
  }

  // --- small things ------------------------------------------------------------------------------

  [[nodiscard]] MesaId mesa_id(std::size_t i) const { return drill_.tables[i]->mesa().id; }
  [[nodiscard]] std::string mesa(std::size_t i) const { return mesa_id(i).text(); }
  [[nodiscard]] static std::string short_id(ByteView record) {
    return crypto::sha256(record).hex().substr(0, 12);
  }

  void trace(std::string_view what, std::string_view subject, std::string_view result) {
    report_.lines.push_back(fmt::format("{} {} {} {}", now_ms_, what, subject, result));
  }

  void finish() {
    crypto::Sha256 hash;
    for (const std::string& line : report_.lines) hash.update(as_bytes(line + "\n"));
    report_.trace = hash.finish();
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
  ports::Inline workers_;
  Agenda<Event> agenda_;
  Drill drill_;
  Drill foreign_;
  Tastes tastes_;
  std::vector<TableState> tables_;
  std::vector<TableDay> days_;
  std::unique_ptr<services::Centre> centre_;
  std::set<Hash32> acknowledged_;
  std::set<Hash32> intruders_;
  std::set<std::string> counted_before_;
  std::set<std::string> decided_;
  std::int64_t now_ms_ = 0;
  DayReport report_;
};

}  // namespace

Result<DayReport> run_day(const Law& law, const DayOptions& options) {
  return Day{law, options}.run();
}

}  // namespace sufragio::sim
