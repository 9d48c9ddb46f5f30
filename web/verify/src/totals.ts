/** The fold of counted rows over the territory tree (docs/spec/site.md section 4). */
import { csvField } from "./csv";
import { fail } from "./failure";
import { inside, mesaKey, parentOf, type Contest, type Election } from "./package";
import { rowMesa, sumOf, type Row } from "./rows";

export interface Figures {
  expected: number;
  counted: number;
  registeredExpected: number | null;
  registered: number;
  voters: number;
  ballots: number;
  valid: number;
  nulls: number;
  invalid: number;
  /** Sums over the rows that give both, for the turnout. */
  turnoutVoters: number;
  turnoutRegistered: number;
  votes: number[];
}

export interface Totals {
  /** For each contest: territory code to figures, only inside the contest's own territory. */
  byContest: Map<string, Figures>[];
  /** Keys of the mesas that miss a row of some contest of their style, ascending. */
  missing: string[];
  /** For each contest, how many of its mesas have no counted row. */
  missingByContest: number[];
  /** For each contest, the electors of those mesas; `null` when one of them is not known. */
  outstanding: (number | null)[];
}

function emptyFigures(cards: number): Figures {
  return {
    expected: 0,
    counted: 0,
    registeredExpected: 0,
    registered: 0,
    voters: 0,
    ballots: 0,
    valid: 0,
    nulls: 0,
    invalid: 0,
    turnoutVoters: 0,
    turnoutRegistered: 0,
    votes: new Array<number>(cards).fill(0),
  };
}

/** The code itself and everything above it, down to the contest's own territory. */
function chain(code: string, top: string): string[] {
  const out: string[] = [];
  for (let at = code; ; at = parentOf(at)) {
    out.push(at);
    if (at === top || at === "") return out;
  }
}

function addRow(figures: Figures, row: Row): void {
  figures.counted += row.actas;
  figures.registered += row.registered ?? 0;
  figures.voters += row.voters ?? 0;
  figures.ballots += row.ballots ?? 0;
  figures.valid += sumOf(row.votes);
  figures.nulls += row.nulls;
  figures.invalid += row.invalid;
  if (row.registered !== null && row.voters !== null) {
    figures.turnoutRegistered += row.registered;
    figures.turnoutVoters += row.voters;
  }
  for (let i = 0; i < row.votes.length; i++) figures.votes[i]! += row.votes[i]!;
}

/** `voters` × 10,000 ÷ `registered`, half up; `null` without electors. */
export function turnoutOf(figures: Figures): number | null {
  const { turnoutVoters, turnoutRegistered } = figures;
  if (turnoutRegistered === 0) return null;
  const scaled = BigInt(turnoutVoters) * 20000n + BigInt(turnoutRegistered);
  return Number(scaled / (2n * BigInt(turnoutRegistered)));
}

export function foldRows(election: Election, rows: readonly Row[]): Totals {
  const { definition, mesas } = election;
  const codes = ["", ...definition.territories.keys()];
  const byContest = definition.contests.map((contest) => {
    const inContest = codes.filter((code) => inside(code, contest.territory));
    return new Map(inContest.map((code) => [code, emptyFigures(contest.cards.length)]));
  });
  for (const mesa of mesas) {
    for (const index of mesa.style.contests) {
      for (const code of chain(mesa.centre, definition.contests[index]!.territory)) {
        const figures = byContest[index]!.get(code)!;
        figures.expected += mesa.actas;
        if (mesa.electors === null || figures.registeredExpected === null)
          figures.registeredExpected = null;
        else figures.registeredExpected += mesa.electors;
      }
    }
  }
  const present = definition.contests.map(() => new Set<string>());
  for (const row of rows) {
    if (row.status !== "counted") continue;
    const contest = definition.contests[row.contest]!;
    if (!inside(row.territory, contest.territory))
      fail("rows.outside", { contest: contest.id, territory: row.territory });
    if (row.votes.length !== contest.cards.length)
      fail("rows.cards", { contest: contest.id, mesa: rowMesa(row) });
    present[row.contest]!.add(rowMesa(row));
    for (const code of chain(row.territory, contest.territory)) {
      const figures = byContest[row.contest]!.get(code);
      if (figures === undefined)
        fail("rows.outside", { contest: contest.id, territory: row.territory });
      addRow(figures, row);
    }
  }
  const missingByContest = definition.contests.map(() => 0);
  const outstanding = definition.contests.map((): number | null => 0);
  const missing: string[] = [];
  for (const mesa of mesas) {
    const key = mesaKey(mesa.centre, mesa.mesa);
    const without = mesa.style.contests.filter((index) => !present[index]!.has(key));
    for (const index of without) {
      missingByContest[index]!++;
      const known = outstanding[index]!;
      outstanding[index] = known === null || mesa.electors === null ? null : known + mesa.electors;
    }
    if (without.length > 0) missing.push(key);
  }
  return { byContest, missing, missingByContest, outstanding };
}

/**
 * Sums of the cards per value of `of`, in the order of the first card; cards without a value add to
 * none.
 */
export function groupCards(
  contest: Contest,
  votes: readonly number[],
  of: (card: Contest["cards"][number]) => string | null,
): [string, number][] {
  const sums = new Map<string, number>();
  contest.cards.forEach((card, i) => {
    const key = of(card);
    if (key !== null && key !== "") sums.set(key, (sums.get(key) ?? 0) + votes[i]!);
  });
  return [...sums];
}

const kHeader =
  "contest,territory,expected,counted,registered_expected,registered,voters,ballots,valid,null," +
  "invalid,turnout,votes";

export function writeTotals(election: Election, totals: Totals): string {
  const lines = [kHeader];
  for (const contest of election.definition.contests) {
    for (const [code, f] of totals.byContest[contest.index]!) {
      const fields = [
        contest.id,
        code,
        f.expected,
        f.counted,
        f.registeredExpected,
        f.registered,
        f.voters,
        f.ballots,
      ];
      lines.push(
        [...fields, f.valid, f.nulls, f.invalid, turnoutOf(f), f.votes.join(";")]
          .map(csvField)
          .join(","),
      );
    }
  }
  return lines.join("\n") + "\n";
}
