// The one translation unit that includes CLI11 (slow to compile): names, options and their help,
// nothing else.
#include "cli.h"

#include <CLI/CLI.hpp>

#include <map>

#include "commands.h"

namespace sufragio::app {

namespace {

const std::map<std::string, TableFormat> kFormats{
    {"text", TableFormat::text}, {"csv", TableFormat::csv}, {"json", TableFormat::json}};

class Commands {
 public:
  Commands(CLI::App& app, Console& console) : app_{app}, console_{console} {
    add_election();
    add_nominations();
    add_acta();
    add_tally();
    add_audit();
    add_site();
    add_sim();
    add_second_count();
    add_biometrics();
  }
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  [[nodiscard]] std::string help(const std::string& key) const {
    return console_.words().text("cli." + key);
  }
  CLI::App* command(const std::string& name) { return app_.add_subcommand(name, help(name)); }
  template <typename Args>
  void run(CLI::App* sub, Args& args, int (*function)(const Args&, Console&)) {
    sub->callback([this, &args, function] { exit_code_ = function(args, console_); });
  }
  CLI::Option* format(CLI::App* sub, TableFormat& target) {
    return sub->add_option("--format", target, help("format"))
        ->transform(CLI::CheckedTransformer(kFormats));
  }

  void add_election() {
    CLI::App* define = command("define");
    define->add_option("action", define_.action, help("define.action"))
        ->required()
        ->check(CLI::IsMember({"check", "example", "fixture"}));
    define->add_option("folder", define_.folder, help("define.folder"))->required();
    define->add_option("--mesas", define_.mesas, help("define.mesas"));
    define->add_option("--seed", define_.seed, help("seed"));
    define->add_option("--out", define_.out, help("define.out"));
    define->add_option("--data", define_.data, help("define.data"));
    run(define, define_, run_define);

    CLI::App* package = command("package");
    package->add_option("definition", package_.definition, help("define.folder"))->required();
    package->add_option("--out", package_.out, help("out"))->required();
    package->add_option("--keys", package_.keys, help("keys"))->required();
    package->add_option("--ceremony", package_.ceremony, help("package.ceremony"));
    package->add_option("--fingers", package_.fingers, help("package.fingers"));
    run(package, package_, run_package);

    CLI::App* day = command("day");
    day->add_option("package", day_.package, help("package.folder"))->required();
    day->add_option("--keys", day_.keys, help("keys"))->required();
    day->add_option("--out", day_.out, help("out"))->required();
    day->add_option("--seed", day_.seed, help("seed"));
    run(day, day_, run_day);

    CLI::App* machine = command("machine");
    machine->add_option("action", machine_.action, help("machine.action"))
        ->required()
        ->check(CLI::IsMember({"run"}));
    machine->add_option("package", machine_.package, help("package.folder"))->required();
    machine->add_option("--keys", machine_.keys, help("keys"))->required();
    machine->add_option("--mesa", machine_.mesa, help("machine.mesa"));
    machine->add_option("--script", machine_.script, help("machine.script"));
    machine->add_option("--seed", machine_.seed, help("seed"));
    machine->add_option("--voters", machine_.voters, help("machine.voters"));
    machine->add_option("--out", machine_.out, help("machine.out"));
    machine->add_flag("--show", machine_.show, help("machine.show"));
    run(machine, machine_, run_machine);
    CLI::App* manual = command("manual");
    manual->add_option("--out", manual_.out, help("manual.out"))->required();
    run(manual, manual_, run_manual);
  }

  void add_nominations() {
    CLI::App* nominations = command("nominations");
    nominations->add_option("action", nominations_.action, help("nominations.action"))
        ->required()
        ->check(CLI::IsMember({"check", "ballot", "sign", "verify"}));
    nominations->add_option("folder", nominations_.folder, help("define.folder"))->required();
    nominations->add_option("--at", nominations_.at, help("nominations.at"));
    nominations->add_option("--key", nominations_.key, help("nominations.key"));
    format(nominations, nominations_.format);
    run(nominations, nominations_, run_nominations);

    CLI::App* ballot = command("ballot");
    ballot->add_option("folder", ballot_.folder, help("define.folder"))->required();
    ballot->add_option("--out", ballot_.out, help("out"))->required();
    ballot->add_option("--mesa", ballot_.mesas, help("ballot.mesa"));
    ballot->add_option("--logos", ballot_.logos, help("ballot.logos"));
    ballot->add_option("--at", ballot_.at, help("errata.at"));
    ballot->add_option("--votes", ballot_.votes, help("errata.votes"));
    run(ballot, ballot_, run_ballot);

    CLI::App* errata = command("errata");
    errata->add_option("folder", errata_.folder, help("define.folder"))->required();
    errata->add_option("--at", errata_.at, help("errata.at"));
    errata->add_option("--votes", errata_.votes, help("errata.votes"));
    format(errata, errata_.format);
    run(errata, errata_, run_errata);
  }

  void add_acta() {
    CLI::App* acta = command("acta");
    acta->add_option("action", acta_.action, help("acta.action"))
        ->required()
        ->check(CLI::IsMember({"decode", "verify", "render"}));
    acta->add_option("input", acta_.input, help("acta.input"))->required();
    acta->add_option("--package", acta_.package, help("package.folder"));
    acta->add_option("--root", acta_.roots, help("root"));
    acta->add_option("--key-path", acta_.key_path, help("acta.key-path"));
    acta->add_option("--out", acta_.out, help("acta.out"));
    run(acta, acta_, run_acta);
  }

  void add_tally() {
    CLI::App* import = command("import");
    import->add_option("import_format", import_.format, help("import.format"))->required();
    import->add_option("files", import_.files, help("import.files"))->required();
    import->add_option("--out", import_.out, help("out"))->required();
    import->add_option("--mapping", import_.mapping, help("import.mapping"));
    import->add_option("--definition", import_.definition, help("import.definition"));
    import->add_flag("--strict", import_.strict, help("import.strict"));
    run(import, import_, run_import);

    CLI::App* tally = command("tally");
    tally->add_option("folder", tally_.folder, help("tally.folder"))->required();
    tally->add_option("--territory", tally_.territory, help("tally.territory"));
    tally->add_option("--contest", tally_.contest, help("tally.contest"));
    tally->add_flag("--as-published", tally_.as_published, help("tally.as-published"));
    tally->add_option("--out", tally_.out, help("report.out"));
    tally->add_flag("--irreversible", tally_.irreversible, help("tally.irreversible"));
    tally->add_option("--outstanding", tally_.outstanding, help("tally.outstanding"))
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
    format(tally, tally_.format);
    run(tally, tally_, run_tally);

    add_seats();

    CLI::App* reconcile = command("reconcile");
    reconcile->add_option("a", reconcile_.a, help("tally.folder"))->required();
    reconcile->add_option("b", reconcile_.b, help("reconcile.b"));
    reconcile->add_option("--announced", reconcile_.announced, help("reconcile.announced"));
    reconcile->add_option("--contest", reconcile_.contest, help("tally.contest"));
    format(reconcile, reconcile_.format);
    reconcile->add_option("--out", reconcile_.out, help("report.out"));
    run(reconcile, reconcile_, run_reconcile);

    CLI::App* forensics = command("forensics");
    forensics->add_option("folder", forensics_.folder, help("tally.folder"));
    forensics->add_option("--contest", forensics_.contest, help("tally.contest"));
    forensics->add_option("--compare", forensics_.compare, help("forensics.compare"));
    forensics->add_option("--figures", forensics_.figures, help("forensics.figures"));
    forensics->add_option("--simulations", forensics_.simulations, help("forensics.simulations"))
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{100'000}));
    forensics->add_option("--seed", forensics_.seed, help("seed"));
    forensics->add_option("--out", forensics_.out, help("report.out"));
    forensics->add_option("--table", forensics_.table, help("forensics.table"));
    format(forensics, forensics_.format);
    run(forensics, forensics_, run_forensics);

    CLI::App* claim = command("claim");
    claim->add_option("text", claim_.text, help("claim.text"));
    claim->add_flag("--table", claim_.table, help("claim.table"));
    claim->add_option("--out", claim_.out, help("report.out"));
    format(claim, claim_.format);
    run(claim, claim_, run_claim);

    CLI::App* statement = command("statement");
    statement->add_option("action", statement_.action, help("statement.action"))
        ->required()
        ->check(CLI::IsMember({"check", "show"}));
    statement->add_option("file", statement_.file, help("statement.file"))->required();
    statement->add_option("--with", statement_.with, help("statement.with"));
    format(statement, statement_.format);
    run(statement, statement_, run_statement);
  }

  void add_audit() {
    CLI::App* audit = command("audit");
    audit->add_option("action", audit_.action, help("audit.action"))
        ->required()
        ->check(CLI::IsMember({"plan", "commit", "draw", "verify-draw", "sheet", "enter", "risk",
                               "strata", "power", "kmin", "recount"}));
    audit->add_option("folder", audit_.folder, help("tally.folder"));
    audit->add_option("--audit", audit_.audit, help("audit.audit"));
    audit->add_option("--contest", audit_.contest, help("tally.contest"));
    audit->add_option("--territory", audit_.territory, help("audit.territory"));
    audit->add_option("--stratum", audit_.strata, help("audit.stratum"));
    audit->add_option("--out", audit_.out, help("report.out"));
    audit->add_option("--purpose", audit_.purpose, help("audit.purpose"));
    audit->add_option("--rule", audit_.rule, help("audit.rule"));
    audit->add_option("--risk-limit", audit_.risk, help("audit.risk-limit"));
    audit->add_option("-g,--robust", audit_.g, help("audit.g"));
    audit->add_option("--seed", audit_.seed, help("audit.seed"));
    audit->add_option("--place", audit_.place, help("audit.place"));
    audit->add_option("--witness", audit_.witnesses, help("audit.witness"));
    audit->add_option("--key", audit_.keys, help("audit.key"));
    audit->add_option("--root", audit_.roots, help("root"));
    audit->add_option("--mesas", audit_.mesas, help("audit.mesas"));
    audit->add_option("--draws", audit_.drawn, help("audit.draws"));
    audit->add_option("--altered", audit_.altered, help("audit.altered"));
    audit->add_option("--stated", audit_.stated, help("audit.stated"));
    audit->add_option("--paths", audit_.paths, help("audit.paths"));
    audit->add_option("--mesa", audit_.mesa, help("audit.mesa"));
    audit->add_option("--counts", audit_.counts, help("audit.counts"));
    audit->add_option("--person", audit_.person, help("audit.person"));
    audit->add_option("--organisation", audit_.organisation, help("audit.organisation"));
    audit->add_option("--not-counted", audit_.not_counted, help("audit.not-counted"));
    audit->add_option("--cause", audit_.causes, help("audit.cause"));
    audit->add_option("--cancel", audit_.reason, help("audit.cancel"));
    audit->add_option("--page", audit_.page, help("audit.page"));
    format(audit, audit_.format);
    run(audit, audit_, run_audit);

    CLI::App* quick = command("quick-count");
    quick->add_option("folder", quick_.folder, help("tally.folder"));
    quick->add_option("--audit", quick_.audit, help("quick-count.audit"));
    quick->add_option("--contest", quick_.contest, help("tally.contest"));
    quick->add_option("--results", quick_.results, help("quick-count.results"));
    quick->add_option("--confidence", quick_.confidence, help("quick-count.confidence"));
    CLI::Option* plan = quick->add_flag("--plan", quick_.plan, help("quick-count.plan"));
    quick->add_option("--error", quick_.error, help("quick-count.error"))->needs(plan);
    quick->add_option("--share", quick_.share, help("quick-count.share"))->needs(plan);
    quick->add_option("--rho", quick_.rho, help("quick-count.rho"))->needs(plan);
    quick->add_option("--per-mesa", quick_.per_mesa, help("quick-count.per-mesa"))
        ->needs(plan)
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{4'000}));
    quick->add_option("--out", quick_.out, help("report.out"));
    format(quick, quick_.format);
    run(quick, quick_, run_quick_count);
  }

  void add_seats() {
    CLI::App* law = command("law");
    law->add_option("action", law_.action, help("law.action"))
        ->required()
        ->check(CLI::IsMember({"check", "complete", "assumptions", "changes"}));
    law->add_option("pack", law_.pack, help("law.pack"))->required();
    law->add_option("--definition", law_.definition, help("define.folder"));
    law->add_option("--out", law_.out, help("out"));
    format(law, law_.format);
    run(law, law_, run_law);

    CLI::App* seats = command("seats");
    CLI::Option* pack = seats->add_option("--law", seats_.law, help("law.pack"));
    seats->add_option("--kind", seats_.kind, help("seats.kind"))
        ->check(CLI::IsMember({"list", "nominal"}));
    seats->add_option("--method", seats_.method, help("seats.method"))
        ->excludes(pack)
        ->check(CLI::IsMember(
            {"dhondt", "sainte_lague", "modified_sainte_lague", "largest_remainder", "plurality"}));
    seats->add_option("--seats", seats_.seats, help("seats.seats"));
    CLI::Option* votes = seats->add_option("--votes", seats_.votes, help("seats.votes"));
    CLI::Option* cards = seats->add_option("--cards", seats_.cards, help("seats.cards"));
    CLI::Option* parts = seats->add_option("--parts", seats_.parts, help("seats.parts"));
    cards->excludes(votes)->needs(pack);
    parts->excludes(votes)->excludes(cards)->needs(pack);
    seats->add_option("--valid", seats_.valid, help("seats.valid"));
    seats->add_option("--lots", seats_.lots, help("seats.lots"))->needs(votes);
    seats->add_option("--persons", seats_.persons, help("seats.persons"))->needs(votes);
    seats->add_option("--by", seats_.by, help("seats.by"))
        ->check(CLI::IsMember({"option", "alliance", "organisation", "candidate"}));
    seats->add_flag("--joined", seats_.joined, help("seats.joined"))->needs(votes);
    seats->add_flag("--explain", seats_.explain, help("seats.explain"));
    seats->add_option("--outstanding", seats_.outstanding, help("seats.outstanding"))
        ->needs(votes)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
    seats
        ->add_option("--outstanding-votes", seats_.outstanding_votes,
                     help("seats.outstanding-votes"))
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
    format(seats, seats_.format);
    run(seats, seats_, run_seats);

    CLI::App* award = command("award");
    CLI::Option* action = award->add_option("action", award_.action, help("award.action"));
    action->required()->check(CLI::IsMember({"make", "enter", "show"}));
    award->add_option("folder", award_.folder, help("tally.folder"))->required();
    award->add_option("--plan", award_.plan, help("award.plan"));
    award->add_option("--keys", award_.keys, help("keys"));
    award->add_option("--act", award_.act, help("award.act"));
    award->add_option("--nominations", award_.nominations, help("award.nominations"));
    award->add_option("--out", award_.out, help("out"));
    award->add_option("--pdf", award_.pdf, help("award.pdf"));
    format(award, award_.format);
    run(award, award_, run_award);
  }

  void add_site() {
    CLI::App* publish = command("publish");
    publish->add_option("folder", publish_.folder, help("tally.folder"))->required();
    publish->add_option("--out", publish_.out, help("out"))->required();
    publish->add_option("--key", publish_.key, help("publish.key"));
    publish->add_option("--verify-page", publish_.verify_page, help("publish.verify-page"));
    publish->add_option("--time", publish_.time, help("publish.time"));
    run(publish, publish_, run_publish);

    CLI::App* verify = command("verify");
    verify->add_option("site", verify_.site, help("verify.site"))->required();
    verify->add_option("--root", verify_.roots, help("root"));
    verify->add_option("--publisher", verify_.publisher, help("verify.publisher"));
    run(verify, verify_, run_verify);

    CLI::App* flips = command("flips");
    flips->add_option("site", flips_.site, help("verify.site"))->required();
    flips->add_option("--count", flips_.count, help("flips.count"));
    flips->add_option("--seed", flips_.seed, help("seed"));
    run(flips, flips_, run_flips);

    CLI::App* serve = command("serve");
    serve->add_option("sites", serve_.sites, help("serve.sites"))->required();
    serve->add_option("--port", serve_.port, help("serve.port"));
    run(serve, serve_, run_serve);
  }

  void add_sim() {
    CLI::App* sim = command("sim");
    sim->add_option("seed", sim_.seed, help("seed"));
    sim->add_option("--count", sim_.count, help("sim.count"));
    sim->add_option("--minutes", sim_.minutes, help("sim.minutes"));
    sim->add_option("--until", sim_.until, help("sim.until"));
    sim->add_option("--twice", sim_.twice, help("sim.twice"))->check(CLI::PositiveNumber);
    sim->add_flag("--trace", sim_.trace, help("sim.trace"));
    run(sim, sim_, run_sim);
  }

  void add_second_count() {
    CLI::App* ceremony = command("ceremony");
    ceremony->add_option("action", ceremony_.action, help("ceremony.action"))
        ->required()
        ->check(CLI::IsMember(
            {"prepare", "guardian", "finish", "rehearse", "decrypt", "tally", "drill"}));
    ceremony->add_option("exchange", ceremony_.exchange, help("ceremony.exchange"))->required();
    ceremony->add_option("--definition", ceremony_.definition, help("ceremony.definition"));
    ceremony->add_option("--own", ceremony_.own, help("ceremony.own"));
    ceremony->add_option("--number", ceremony_.number, help("ceremony.number"));
    ceremony->add_option("--name", ceremony_.name, help("ceremony.name"));
    ceremony->add_option("--guardians", ceremony_.guardians, help("ceremony.guardians"));
    ceremony->add_option("--quorum", ceremony_.quorum, help("ceremony.quorum"));
    ceremony->add_option("--min-ballots", ceremony_.min_aggregate, help("ceremony.min-ballots"));
    ceremony->add_option("--centre", ceremony_.centre, help("tally.folder"));
    ceremony->add_option("--with", ceremony_.with, help("ceremony.with"));
    ceremony->add_option("--territory", ceremony_.territory, help("ballots.territory"));
    ceremony->add_option("--rehearsal", ceremony_.round, help("ceremony.rehearsal"));
    CLI::Option* token = ceremony->add_option("--token", ceremony_.token, help("ceremony.token"));
    ceremony->add_option("--token-label", ceremony_.token_label, help("ceremony.token-label"))
        ->needs(token);
    run(ceremony, ceremony_, run_ceremony);

    CLI::App* ballots = command("verify-ballots");
    ballots->add_option("folder", ballots_.folder, help("tally.folder"))->required();
    ballots->add_option("--territory", ballots_.territory, help("ballots.territory"));
    ballots->add_option("--progress", ballots_.progress, help("ballots.progress"));
    ballots->add_option("--root", ballots_.roots, help("root"));
    format(ballots, ballots_.format);
    run(ballots, ballots_, run_verify_ballots);
  }

  void add_biometrics() {
    CLI::App* biometrics = command("biometrics");
    biometrics->require_subcommand(1);
    const auto part = [&](const std::string& name) {
      return biometrics->add_subcommand(name, help("biometrics." + name));
    };
    CLI::App* extract = part("extract");
    extract->add_option("in", extract_print_.in, help("biometrics.image-file"))->required();
    extract->add_option("out", extract_print_.out, help("out"));
    extract->add_option("--picture", extract_print_.picture, help("biometrics.picture"));
    extract->add_option("--ppcm", extract_print_.ppcm, help("biometrics.image-ppcm"));
    extract->add_option("--position", extract_print_.position, help("biometrics.position"))
        ->check(CLI::Range(0, 10));
    extract->add_option("--image", extract_print_.image, help("biometrics.image"));
    format(extract, extract_print_.format);
    run(extract, extract_print_, run_extract_print);

    CLI::App* convert = part("convert");
    convert->add_option("in", convert_print_.in, help("biometrics.record"))->required();
    convert->add_option("out", convert_print_.out, help("out"))->required();
    convert->add_option("--to", convert_print_.to, help("biometrics.to"))
        ->check(CLI::IsMember({"iso2005", "iso2011", "ansi", "card", "card-compact"}));
    convert->add_option("--from", convert_print_.from, help("biometrics.from"))
        ->check(CLI::IsMember({"card", "card-compact"}));
    convert->add_option("--ppcm", convert_print_.ppcm, help("biometrics.ppcm"));
    convert->add_option("--owner", convert_print_.owner, help("biometrics.owner"));
    convert->add_option("--most", convert_print_.most, help("biometrics.most"));
    run(convert, convert_print_, run_convert_print);

    CLI::App* compare = part("compare");
    compare->add_option("a", compare_prints_.a, help("biometrics.record"))->required();
    compare->add_option("b", compare_prints_.b, help("biometrics.record"))->required();
    compare->add_option("--calibration", compare_prints_.calibration,
                        help("biometrics.calibration"));
    compare->add_option("--picture", compare_prints_.picture, help("biometrics.matched"));
    format(compare, compare_prints_.format);
    run(compare, compare_prints_, run_compare_prints);

    CLI::App* bench = part("bench");
    bench->add_option("root", bench_prints_.root, help("biometrics.root"))->required();
    bench->add_option("--det", bench_prints_.det, help("biometrics.det"));
    bench->add_flag("--portable", bench_prints_.portable, help("biometrics.portable"));
    format(bench, bench_prints_.format);
    run(bench, bench_prints_, run_bench_prints);

    CLI::App* seal = part("seal");
    seal->add_option("mesa", seal_prints_.mesa, help("biometrics.mesa-folder"))->required();
    seal->add_option("--prints", seal_prints_.prints, help("biometrics.prints"))->required();
    seal->add_option("--ppcm", seal_prints_.ppcm, help("biometrics.image-ppcm"));
    format(seal, seal_prints_.format);
    run(seal, seal_prints_, run_seal_prints);
    add_duplicates(biometrics);
  }

  void add_duplicates(CLI::App* biometrics) {
    const auto part = [&](const std::string& name) {
      return biometrics->add_subcommand(name, help("biometrics." + name));
    };
    CLI::App* bank = part("bank");
    bank->add_option("out", bank_.out, help("out"))->required();
    bank->add_option("--people", bank_.people, help("biometrics.people"));
    bank->add_option("--duplicates", bank_.duplicates, help("biometrics.duplicates"));
    bank->add_option("--seed", bank_.seed, help("seed"));
    bank->add_option("--per-shard", bank_.per_shard, help("biometrics.per-shard"));
    run(bank, bank_, run_bank);

    CLI::App* plan = part("plan");
    plan->add_option("bank", dedup_plan_.bank, help("biometrics.folder"))->required();
    plan->add_option("--probes", dedup_plan_.probes, help("biometrics.probes"));
    plan->add_option("--sample", dedup_plan_.sample, help("biometrics.sample"));
    format(plan, dedup_plan_.format);
    run(plan, dedup_plan_, run_dedup_plan);

    CLI::App* dedup = part("dedup");
    dedup->add_option("bank", dedup_.bank, help("biometrics.folder"))->required();
    dedup->add_option("--out", dedup_.out, help("out"))->required();
    dedup->add_option("--examiner", dedup_.examiners, help("biometrics.examiner-key"));
    dedup->add_option("--threads", dedup_.threads, help("biometrics.threads"));
    format(dedup, dedup_.format);
    run(dedup, dedup_, run_dedup);

    CLI::App* examiner = part("examiner");
    examiner->add_option("key", examiner_.key, help("biometrics.key"))->required();
    run(examiner, examiner_, run_examiner);

    CLI::App* cases = part("cases");
    cases->add_option("list", cases_.list, help("biometrics.list"))->required();
    cases->add_option("--key", cases_.key, help("biometrics.key"))->required();
    format(cases, cases_.format);
    run(cases, cases_, run_cases);
  }

  CLI::App& app_;
  Console& console_;
  int exit_code_ = 0;
  DefineArgs define_;
  PackageArgs package_;
  NominationsArgs nominations_;
  BallotArgs ballot_;
  BallotArgs errata_;
  DayArgs day_;
  MachineArgs machine_;
  ManualArgs manual_;
  ActaArgs acta_;
  ImportArgs import_;
  TallyArgs tally_;
  LawArgs law_;
  SeatsArgs seats_;
  AwardArgs award_;
  ClaimArgs claim_;
  StatementArgs statement_;
  ReconcileArgs reconcile_;
  AuditArgs audit_;
  QuickCountArgs quick_;
  ForensicsArgs forensics_;
  PublishArgs publish_;
  VerifyArgs verify_;
  FlipsArgs flips_;
  ServeArgs serve_;
  SimArgs sim_;
  CeremonyArgs ceremony_;
  VerifyBallotsArgs ballots_;
  ExtractPrintArgs extract_print_;
  ConvertPrintArgs convert_print_;
  ComparePrintsArgs compare_prints_;
  BenchPrintsArgs bench_prints_;
  SealPrintsArgs seal_prints_;
  BankArgs bank_;
  DedupPlanArgs dedup_plan_;
  DedupArgs dedup_;
  ExaminerArgs examiner_;
  CasesArgs cases_;
};

}  // namespace

int run_cli(const std::vector<std::string>& arguments, Console& console) {
  CLI::App app{console.words().text("cli.about"), "sufragio"};
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", console.words().text("cli.help"));
  std::string language;
  app.add_option("--lang", language, console.words().text("cli.lang"));
  Commands commands{app, console};
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    console.print(app.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    console.note("cli.wrong-call", {{"detail", error.what()}});
    return 2;
  }
  return commands.exit_code();
}

}  // namespace sufragio::app
