/** What is wrong with a row or an acta: the findings V1xx and V2xx of docs/spec/ledger.md. */
import { kZeroActa, type Acta } from "./acta";
import { equal } from "./bytes";
import { kKinds, inside, type Contest, type Election, type Mesa } from "./package";
import { rowMesa, sumOf, type Row } from "./rows";
import { groupCards } from "./totals";

/** Counted and flagged; every other code of V1xx and V2xx keeps a row out of the sums. */
const kFlagsOnly = new Set(["V208", "V210", "V211"]);

export function quarantines(code: string): boolean {
  return code < "V300" && !kFlagsOnly.has(code);
}

/** Findings of the row alone. `electors` is what the definition knows of its mesa. */
export function figureCodes(row: Row, contest: Contest, electors: number | null): string[] {
  const codes: string[] = [];
  const { votes, nulls, invalid, voters, registered, valid } = row;
  if (votes.length !== contest.cards.length) {
    codes.push("V201");
  } else {
    const sum = sumOf(votes);
    if (valid !== null && valid !== sum) codes.push("V203");
    const ballots = row.ballots ?? voters;
    if (ballots !== null) {
      if ((valid ?? sum) + nulls + invalid !== ballots * contest.votesPerVoter) codes.push("V204");
      if (groupCards(contest, votes, (card) => card.option).some(([, count]) => count > ballots))
        codes.push("V205");
    }
  }
  if (row.ballots !== null && voters !== null && row.ballots > voters) codes.push("V206");
  if (voters !== null && registered !== null && voters > registered) codes.push("V207");
  if (electors !== null && registered !== null && registered !== electors) codes.push("V209");
  return codes;
}

/** The findings of an imported row that a reader can recompute. */
export const kImportCodes = new Set([
  "V111",
  "V201",
  "V203",
  "V204",
  "V205",
  "V206",
  "V207",
  "V209",
]);

export function importCodes(row: Row, election: Election): string[] {
  const contest = election.definition.contests[row.contest]!;
  const mesa = election.byMesa.get(rowMesa(row)) ?? null;
  const known =
    mesa !== null ||
    (row.mesa === "" &&
      (row.territory === "" || election.definition.territories.has(row.territory)));
  const codes = figureCodes(row, contest, mesa?.electors ?? null);
  if (!known) codes.push("V111");
  const votes =
    mesa !== null
      ? mesa.style.contests.includes(row.contest)
      : inside(row.territory, contest.territory);
  if (known && !votes && !codes.includes("V201")) {
    return [...codes.filter((code) => !["V203", "V204", "V205"].includes(code)), "V201"].sort();
  }
  return codes.sort();
}

/** Findings of the acta as a whole that need no other record. */
export function actaCodes(
  acta: Acta,
  mesa: Mesa | null,
  election: Election,
  softwareRoots: readonly Uint8Array[],
): string[] {
  const codes: string[] = [];
  if (mesa === null) codes.push("V111");
  if (!softwareRoots.some((root) => equal(root, acta.softwareRoot))) codes.push("V116");
  if (mesa !== null) {
    const expected = mesa.style.contests.map(
      (index) => election.definition.contests[index]!.cards.length,
    );
    const actual = acta.contests.map((contest) => contest.votes.length);
    if (expected.length !== actual.length || expected.some((cards, i) => cards !== actual[i]))
      codes.push("V201");
  }
  if (acta.type === kZeroActa) return codes;
  const [receipts, voidPrints, , abandoned] = acta.events as [number, number, number, number];
  if (acta.ballots + abandoned < acta.voters) codes.push("V208");
  if (sumOf(acta.fingerprints) !== acta.voters) codes.push("V210");
  if (receipts < acta.ballots || receipts > acta.ballots + voidPrints) codes.push("V211");
  return codes;
}

/** V114 as far as the acta alone shows it. */
export function wrongTimeOrCounts(acta: Acta): boolean {
  if (acta.type !== kZeroActa) return acta.opening === 0 || acta.time < acta.opening;
  const counts = acta.contests.flatMap((contest) => [
    ...contest.votes,
    contest.nulls,
    contest.invalid,
  ]);
  return [acta.opening, acta.voters, acta.ballots, ...acta.fingerprints, ...counts].some(
    (value) => value !== 0,
  );
}

export function kindName(kind: number): string {
  return kKinds[kind] ?? "?";
}
