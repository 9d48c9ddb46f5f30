/** The figures of each page: `data.json` and `data.csv` (docs/spec/site.md section 4). */
import { csvField } from "./csv";
import { writeJson, type Json } from "./json";
import { inside, mesaKey, type Contest, type Election, type Mesa } from "./package";
import type { Row } from "./rows";
import { groupCards, turnoutOf, type Figures, type Totals } from "./totals";

const kMissingShown = 1000;

export interface Page {
  /** Folder from the root of the tree: empty or ending in a slash. */
  folder: string;
  json: string;
  csv: string;
}

export function levelOf(code: string): string {
  return { 0: "country", 2: "state", 4: "municipality", 6: "parish" }[code.length] ?? "centre";
}

/** `t/13/04/02/001/` for 130402001, `` for the country. */
export function folderOf(code: string): string {
  if (code === "") return "";
  const parts = [code.slice(0, 2), code.slice(2, 4), code.slice(4, 6), code.slice(6, 9)].filter(
    (part) => part !== "",
  );
  return `t/${parts.join("/")}/`;
}

export function mesaFolder(mesa: Mesa): string {
  return `${folderOf(mesa.centre)}${String(mesa.mesa).padStart(2, "0")}/`;
}

function contestJson(contest: Contest, f: Figures): { [key: string]: Json } {
  const named = (key: string, of: (card: Contest["cards"][number]) => string | null): Json =>
    groupCards(contest, f.votes, of).map(([id, votes]) => ({ [key]: id, votes }));
  return {
    contest: contest.id,
    expected: f.expected,
    counted: f.counted,
    registered_expected: f.registeredExpected,
    registered: f.registered,
    voters: f.voters,
    ballots: f.ballots,
    valid: f.valid,
    null: f.nulls,
    invalid: f.invalid,
    turnout: turnoutOf(f),
    cards: contest.cards.map((card, i) => ({
      position: i + 1,
      organisation: card.organisation,
      option: card.option,
      votes: f.votes[i]!,
    })),
    options: named("option", (card) => card.counts),
    organisations: named("organisation", (card) => card.organisation),
    alliances: named("alliance", (card) => card.alliance),
    ...(contest.stale.length > 0 && {
      stale: contest.stale.map(({ position, counts, reason, since }) => ({
        position,
        counts_for: counts[0]!,
        reason,
        since,
      })),
    }),
  };
}

function contestLines(contest: Contest, f: Figures): string[] {
  const figures: [string, number | null][] = [
    ["expected", f.expected],
    ["counted", f.counted],
    ["registered_expected", f.registeredExpected],
    ["registered", f.registered],
    ["voters", f.voters],
    ["ballots", f.ballots],
    ["valid", f.valid],
    ["null", f.nulls],
    ["invalid", f.invalid],
    ["turnout", turnoutOf(f)],
  ];
  const lines = figures.map(([field, value]) => [contest.id, field, "", value]);
  f.votes.forEach((votes, i) => lines.push([contest.id, "card", i + 1, votes]));
  for (const [id, votes] of groupCards(contest, f.votes, (card) => card.counts))
    lines.push([contest.id, "option", id, votes]);
  for (const [id, votes] of groupCards(contest, f.votes, (card) => card.organisation)) {
    lines.push([contest.id, "organisation", id, votes]);
  }
  for (const [id, votes] of groupCards(contest, f.votes, (card) => card.alliance))
    lines.push([contest.id, "alliance", id, votes]);
  return lines.map((line) => line.map(csvField).join(","));
}

const kCsvHeader = "contest,field,key,value";

/** Missing mesas by territory, in one pass: a page shows at most the first thousand. */
function missingByTerritory(totals: Totals): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const key of totals.missing) {
    for (const length of [0, 2, 4, 6, 9]) {
      const code = key.slice(0, length);
      const list = out.get(code);
      if (list === undefined) out.set(code, [key]);
      else if (list.length < kMissingShown) list.push(key);
    }
  }
  return out;
}

/** Pages of the country and of every territory, in the order of their codes. */
export function* territoryPages(
  election: Election,
  totals: Totals,
  trust: string,
): Generator<Page> {
  const { definition } = election;
  const missing = missingByTerritory(totals);
  for (const [code, name] of [["", ""] as const, ...definition.territories]) {
    const contests = definition.contests.filter((contest) => inside(code, contest.territory));
    const figures = contests.map((contest) => totals.byContest[contest.index]!.get(code)!);
    yield {
      folder: folderOf(code),
      json: writeJson({
        spec: "sufragio/page/1",
        election: definition.id,
        trust,
        territory: code,
        level: levelOf(code),
        name,
        contests: contests.map((contest, i) => contestJson(contest, figures[i]!)),
        missing: missing.get(code) ?? [],
      }),
      csv:
        [kCsvHeader, ...contests.flatMap((contest, i) => contestLines(contest, figures[i]!))].join(
          "\n",
        ) + "\n",
    };
  }
}

export interface ActaOfMesa {
  id: string;
  code: string;
  logIndex: number;
}

function mesaLines(election: Election, row: Row): string[] {
  const contest = election.definition.contests[row.contest]!.id;
  const lines: (string | number | null)[][] = [
    [contest, "revision", "", row.revision],
    [contest, "status", "", row.status],
    [contest, "trust", "", row.trust],
    [contest, "source", "", row.source],
    [contest, "registered", "", row.registered],
    [contest, "voters", "", row.voters],
    [contest, "ballots", "", row.ballots],
    [contest, "valid", "", row.valid],
    [contest, "null", "", row.nulls],
    [contest, "invalid", "", row.invalid],
    ...row.votes.map((votes, i) => [contest, "card", i + 1, votes]),
    [contest, "codes", "", row.codes.join(";")],
    [contest, "origin", "", row.origin],
  ];
  return lines.map((line) => line.map(csvField).join(","));
}

/** `rows`: those of this mesa, in the order of rows.csv. */
export function mesaPage(
  election: Election,
  mesa: Mesa,
  rows: readonly Row[],
  acta: ActaOfMesa | null,
  trust: string,
): Page {
  const { definition } = election;
  return {
    folder: mesaFolder(mesa),
    json: writeJson({
      spec: "sufragio/mesa/1",
      election: definition.id,
      trust,
      mesa: mesaKey(mesa.centre, mesa.mesa),
      electors: mesa.electors,
      acta: acta?.id ?? "",
      code: acta?.code ?? "",
      log_index: acta?.logIndex ?? null,
      rows: rows.map((row) => ({
        contest: definition.contests[row.contest]!.id,
        revision: row.revision,
        status: row.status,
        trust: row.trust,
        source: row.source,
        registered: row.registered,
        voters: row.voters,
        ballots: row.ballots,
        valid: row.valid,
        null: row.nulls,
        invalid: row.invalid,
        votes: row.votes,
        codes: row.codes,
        origin: row.origin,
      })),
    }),
    csv: [kCsvHeader, ...rows.flatMap((row) => mesaLines(election, row))].join("\n") + "\n",
  };
}
