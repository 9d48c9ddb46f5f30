#include <algorithm>
#include <string>

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "base/civil.h"
#include "commands.h"
#include "files.h"
#include "nominated.h"
#include "page_kit.h"
#include "resources.h"
#include "services/ballots/ballot_pages.h"
#include "services/ballots/codes.h"

namespace sufragio::app {

namespace {

// A definition with its history, and what is stale at the minute asked for.
struct Printed {
  election::Definition definition;
  election::LawPack law;
  election::NominationHistory history;
  bool has_history = false;
  LocalMinute at;
  services::StaleCards stale;
  std::vector<services::ErrataImpact> impact;
};

Result<Printed> read_printed(const BallotArgs& args) {
  Printed out;
  Nominated read = TRY(read_nominated(args.folder));
  out.definition = std::move(read.definition);
  out.law = std::move(read.law);
  out.at = minute_of(out.definition.date, out.law.day.open_min);  // when polls open
  if (!args.at.empty()) out.at = TRY(parse_local_minute(args.at));
  out.has_history = read.has_history;
  if (!out.has_history) return out;
  out.history = std::move(read.history);
  out.stale = election::errata(out.definition, out.law, out.history, out.at);
  if (args.votes.empty()) return out;
  const Bytes votes_text = TRY(read_whole(args.votes));
  const services::CardVotes votes =
      TRY(annotate(services::read_card_votes(out.definition, as_text(votes_text)), "file",
                   std::string_view{args.votes}));
  out.impact = TRY(services::errata_impact(out.definition, out.law, out.stale, votes));
  return out;
}

// The mesas asked for; else the first one of each ballot style.
Result<std::vector<MesaId>> mesas_of(const BallotArgs& args,
                                     const election::Definition& definition) {
  std::vector<MesaId> out;
  for (const std::string& text : args.mesas) {
    const MesaId id = TRY(MesaId::parse(text));
    if (definition.mesa(id) == nullptr) {
      return fail(Error{services::kNoSuchMesa}.with("mesa", text));
    }
    out.push_back(id);
  }
  if (!out.empty()) return out;
  std::vector<bool> seen(definition.styles.size());
  for (const election::Mesa& mesa : definition.mesas) {
    if (seen[mesa.style]) continue;
    seen[mesa.style] = true;
    out.push_back(mesa.id);
  }
  return out;
}

class BallotWriter {
 public:
  BallotWriter(const services::BallotSite& site, ports::Store& store, Console& console)
      : site_{site}, store_{store}, console_{console} {}

  Result<void> run() {
    for (const char* name : {"site.css", "icon.svg"}) {
      const std::string path = std::string{"assets/"} + name;
      TRY(store_.write(path, as_bytes(resource(path)), false));
    }
    for (const auto& [path, bytes] : site_.logos.files) TRY(store_.write(path, bytes, false));
    for (const char* language : {"es", "en"}) TRY(pages(language));
    TRY(papers());
    return store_.sync();
  }

 private:
  Result<void> pages(const std::string& language) {
    const services::Catalogue words = TRY(catalogue(language));
    const auto rendered = TRY(templates(words));
    const services::BallotPages pages{site_, words};
    const auto put = [&](const std::string& folder, const char* name,
                         const ports::TemplateData& data) -> Result<void> {
      const std::string html = TRY(rendered->render(name, data));
      return store_.write(folder + pages.file(), as_bytes(html), false);
    };
    TRY(put("", "ballots", pages.index()));
    if (site_.has_history) TRY(put("errata/", "errata", pages.errata()));
    for (const MesaId& id : site_.mesas) {
      const election::Mesa& mesa = *site_.definition.mesa(id);
      const std::string folder = services::BallotPages::folder(id);
      TRY(put(folder, "proof", pages.proof(mesa)));
      TRY(put(folder + "practice/", "practice", pages.practice(mesa)));
    }
    return {};
  }

  // On paper in Spanish, as the ballot itself.
  Result<void> papers() {
    const services::Catalogue words = TRY(catalogue("es"));
    adapters::LibQrEncoder encoder;
    const auto drawer = TRY(adapters::CairoDrawer::create(encoder));
    std::int64_t done = 0;
    for (const MesaId& id : site_.mesas) {
      const election::Mesa& mesa = *site_.definition.mesa(id);
      const Bytes pdf = TRY(drawer->pdf(
          services::ballot_sheet(site_.definition, mesa, words, site_.stale, site_.logos)));
      TRY(store_.write(services::BallotPages::folder(id) + "ballot.pdf", pdf, false));
      console_.progress("ballot.progress", ++done, std::ssize(site_.mesas));
    }
    return {};
  }

  const services::BallotSite& site_;
  ports::Store& store_;
  Console& console_;
};

Result<void> write_ballots(const BallotArgs& args, Console& console) {
  Printed printed = TRY(read_printed(args));
  services::BallotSite site{printed.definition, printed.law};
  site.stale = std::move(printed.stale);
  site.at = printed.at;
  site.has_history = printed.has_history;
  site.impact = std::move(printed.impact);
  if (printed.has_history) {
    const election::NominationState fixed =
        ballot_state(printed.definition, printed.law, printed.history);
    const std::string folder = args.logos.empty() ? args.folder + "/logos" : args.logos;
    site.logos = TRY(read_logos(folder, printed.definition, fixed));
    TRY(services::all_logos(printed.definition, fixed, site.logos));
  }
  site.mesas = TRY(mesas_of(args, printed.definition));
  const auto store = TRY(open_folder(args.out));
  TRY(BallotWriter{site, *store, console}.run());
  console.say("ballot.written", {{"folder", args.out},
                                 {"count", console.number(std::ssize(site.mesas))},
                                 {"stale", console.number(std::ssize(site.stale))}});
  return {};
}

std::string name_of(const election::Destination& to, const Console& console) {
  return to.option ? to.name : console.words().text("errata.null");
}

Result<void> print_errata(const BallotArgs& args, Console& console) {
  const Printed printed = TRY(read_printed(args));
  std::vector<std::vector<Cell>> rows;
  for (const election::StaleCard& stale : printed.stale) {
    const election::Contest& contest = printed.definition.contest(stale.contest);
    std::string others;
    for (std::size_t i = 1; i < stale.outcomes.size(); ++i) {
      const election::Outcome& other = stale.outcomes[i];
      others += (others.empty() ? "" : "; ") + other.follow + "/" + other.orphan + ": " +
                name_of(other.counts_for, console);
    }
    rows.push_back({contest.id.text(), static_cast<std::int64_t>(stale.position),
                    stale.organisation.text(), stale.printed_name, stale.current_name,
                    std::string{election::reason_name(stale.reason)},
                    local_minute_text(stale.since),
                    name_of(stale.outcomes.front().counts_for, console), others});
  }
  console.table({"contest", "position", "organisation", "printed", "now", "reason", "since",
                 "counts_for", "other_readings"},
                rows, args.format);
  if (args.format != TableFormat::text) return {};
  console.say("errata.count", {{"count", console.number(std::ssize(printed.stale))},
                               {"at", local_minute_text(printed.at)}});
  for (const services::ErrataImpact& impact : printed.impact) {
    const election::Contest& contest = printed.definition.contest(impact.contest);
    const char* const verdict = impact.decides   ? "errata.impact.decides"
                                : impact.exceeds ? "errata.impact.exceeds"
                                                 : "errata.impact.small";
    console.say("errata.impact.line",
                {{"contest", contest.id.text()},
                 {"stale", console.number(impact.stale_votes)},
                 {"margin", impact.margin ? console.number(*impact.margin) : "–"},
                 {"verdict", console.words().text(verdict)}});
    for (const services::ReadingResult& reading : impact.readings) {
      std::string seats;
      for (const auto& [option, count] : reading.seats) {
        seats += (seats.empty() ? "" : ", ") + option + " " + std::to_string(count);
      }
      console.say("errata.impact.reading",
                  {{"rule", console.words().text("errata.reading." + reading.follow) + ", " +
                                console.words().text("errata.reading." + reading.orphan)},
                   {"seats", seats},
                   {"null", console.number(reading.null_votes)}});
    }
  }
  return {};
}

}  // namespace

int run_ballot(const BallotArgs& args, Console& console) {
  const auto done = write_ballots(args, console);
  return done ? 0 : console.fail(done.error());
}

int run_errata(const BallotArgs& args, Console& console) {
  const auto done = print_errata(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
