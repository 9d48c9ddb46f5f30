/** `data/rows.csv` (docs/spec/site.md section 3). */
import { compareText } from "./bytes";
import { csvField, parseCsv } from "./csv";
import { fail } from "./failure";
import { mesaKey, type Election } from "./package";

export const kStatuses = ["counted", "superseded", "quarantined", "annulled"] as const;
export type Status = (typeof kStatuses)[number];
export const kTrusts = ["signed", "typed", "imported"] as const;
export type Trust = (typeof kTrusts)[number];

export interface Row {
  contest: number;
  /** Code of the centre, or of a whole unit. */
  territory: string;
  /** Two digits; empty for a whole unit. */
  mesa: string;
  revision: number;
  status: Status;
  trust: Trust;
  /** 64 hex. */
  source: string;
  registered: number | null;
  voters: number | null;
  ballots: number | null;
  /** As the source stated it; the counted figure is the sum of `votes`. */
  valid: number | null;
  nulls: number;
  invalid: number;
  actas: number;
  votes: number[];
  codes: string[];
  origin: string;
}

const kHeader =
  "contest,territory,mesa,revision,status,trust,source,registered,voters,ballots,valid,null," +
  "invalid,actas,votes,codes,origin";

/** The mesa of a row as the definition names it: a whole unit is mesa 0. */
export function rowMesa(row: Row): string {
  return row.mesa === "" ? mesaKey(row.territory, 0) : `${row.territory}.${row.mesa}`;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

const kNumber = /^(?:0|[1-9][0-9]{0,14})$/;

class Fields {
  constructor(
    readonly fields: readonly string[],
    readonly line: number,
  ) {}
  bad(column: string): never {
    fail("rows.field", { line: this.line, column });
  }
  number(text: string | undefined, column: string): number {
    if (text === undefined || !kNumber.test(text)) this.bad(column);
    return Number(text);
  }
  optional(text: string | undefined, column: string): number | null {
    return text === "" ? null : this.number(text, column);
  }
  list(text: string | undefined): string[] {
    return text === undefined || text === "" ? [] : text.split(";");
  }
  oneOf<T extends string>(text: string | undefined, allowed: readonly T[], column: string): T {
    return allowed.includes(text as T) ? (text as T) : this.bad(column);
  }
}

function readRow(
  fields: readonly string[],
  line: number,
  contests: ReadonlyMap<string, number>,
): Row {
  const read = new Fields(fields, line);
  const [
    contest,
    territory,
    mesa,
    revision,
    status,
    trust,
    source,
    registered,
    voters,
    ballots,
    valid,
    nulls,
    invalid,
    actas,
    votes,
    codes,
    origin,
  ] = fields;
  if (fields.length !== 17) read.bad("columns");
  if (!/^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9})?$/.test(territory!)) read.bad("territory");
  if (!/^(?:[0-9]{2})?$/.test(mesa!) || mesa === "00" || (mesa !== "" && territory!.length !== 9))
    read.bad("mesa");
  if (!/^[0-9a-f]{64}$/.test(source!)) read.bad("source");
  const codeList = read.list(codes);
  if (
    codeList.some(
      (code, i) => !/^V[1-3][0-9]{2}$/.test(code) || (i > 0 && codeList[i - 1]! >= code),
    )
  )
    read.bad("codes");
  return {
    contest: contests.get(contest!) ?? read.bad("contest"),
    territory: territory!,
    mesa: mesa!,
    revision: read.number(revision, "revision"),
    status: read.oneOf(status, kStatuses, "status"),
    trust: read.oneOf(trust, kTrusts, "trust"),
    source: source!,
    registered: read.optional(registered, "registered"),
    voters: read.optional(voters, "voters"),
    ballots: read.optional(ballots, "ballots"),
    valid: read.optional(valid, "valid"),
    nulls: read.number(nulls, "null"),
    invalid: read.number(invalid, "invalid"),
    actas: read.number(actas, "actas"),
    votes: read.list(votes).map((vote) => read.number(vote, "votes")),
    codes: codeList,
    origin: origin!,
  };
}

/**
 * Ascending by (contest, territory, mesa, revision); rows with equal keys keep the order of their
 * file.
 */
export function compareRows(a: Row, b: Row): number {
  return (
    a.contest - b.contest ||
    compareText(a.territory, b.territory) ||
    compareText(a.mesa, b.mesa) ||
    a.revision - b.revision
  );
}

export function readRows(text: string, election: Election): Row[] {
  const lines = parseCsv(text);
  if (lines[0]!.join(",") !== kHeader) fail("rows.field", { line: 1, column: "header" });
  const contests = new Map(
    election.definition.contests.map((contest) => [contest.id, contest.index]),
  );
  const rows: Row[] = [];
  for (let i = 1; i < lines.length; i++) {
    const row = readRow(lines[i]!, i + 1, contests);
    const previous = rows[rows.length - 1];
    if (previous !== undefined && compareRows(previous, row) > 0)
      fail("rows.order", { line: i + 1 });
    rows.push(row);
  }
  return rows;
}

export function writeRow(row: Row, election: Election): string {
  return [
    election.definition.contests[row.contest]!.id,
    row.territory,
    row.mesa,
    row.revision,
    row.status,
    row.trust,
    row.source,
    row.registered,
    row.voters,
    row.ballots,
    row.valid,
    row.nulls,
    row.invalid,
    row.actas,
    row.votes.join(";"),
    row.codes.join(";"),
    row.origin,
  ]
    .map(csvField)
    .join(",");
}

export function writeRows(rows: readonly Row[], election: Election): string {
  return [kHeader, ...rows.map((row) => writeRow(row, election))].join("\n") + "\n";
}
