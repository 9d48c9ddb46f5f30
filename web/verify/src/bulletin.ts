/** Bulletins, rows and totals as records (docs/spec/bulletin.md). */
import { compareText, equal, type Bytes } from "./bytes";
import { decode, encode, Shape, type Cbor } from "./cbor";
import { parseSign, verifySign, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { fail } from "./failure";
import type { CardReading, Law } from "./law";
import { rootOfEntries } from "./merkle";
import type { ActsHead } from "./nominations";
import type { Contest, Election, Manifest } from "./package";
import { kStatuses, sumOf, type Row } from "./rows";
import { irreversible } from "./irreversible";
import { allocateBy, certified, type Allocation, type Method } from "./seats";
import { foldRows, groupCards, type Totals } from "./totals";
import { writeJson, type Json } from "./json";

export const kBulletinAad = "sufragio/bulletin/1";
const kBulletinLimit = 65535;

export interface Bulletin {
  election: Bytes;
  number: number;
  logSize: number;
  logRoot: Bytes;
  rowCount: number;
  rowsRoot: Bytes;
  totalsHash: Bytes;
  lawPack: Bytes;
  expected: number;
  previous: Bytes;
  /** The signed acts of nomination by which its seats are counted. */
  nominations: ActsHead | null;
}

/** Signed by at least `quorum` of the keys, and by nobody else. */
export async function readBulletin(
  engine: Engine,
  data: Bytes,
  keys: readonly PublicKey[],
  quorum: number,
): Promise<Bulletin> {
  const shape = new Shape("bulletin");
  const record = parseSign(data, kBulletinLimit);
  const signed = await verifySign(engine, record, kBulletinAad, keys);
  if (signed.length < quorum) fail("bulletin.quorum", { signed: signed.length, quorum });
  const payload = decode(record.payload);
  const more = payload instanceof Map && payload.has(10);
  const map = shape.map(payload, 1, more ? 10 : 9);
  if (map.get(1) !== 1) shape.bad("1");
  const [logSize, logRoot] = shape.array(map.get(4), "4", 2);
  const [acts, lastAct] = more ? shape.array(map.get(10), "10", 2) : [];
  const [rowCount, rowsRoot] = shape.array(map.get(5), "5", 2);
  return {
    election: shape.bytes(map.get(2), "2", 8),
    number: shape.uint(map.get(3), "3"),
    logSize: shape.uint(logSize, "4"),
    logRoot: shape.bytes(logRoot, "4", 32),
    rowCount: shape.uint(rowCount, "5"),
    rowsRoot: shape.bytes(rowsRoot, "5", 32),
    totalsHash: shape.bytes(map.get(6), "6", 32),
    lawPack: shape.bytes(map.get(7), "7", 32),
    expected: shape.uint(map.get(8), "8"),
    previous: shape.bytes(map.get(9), "9", 32),
    nominations: more
      ? { acts: shape.uint(acts, "10"), last: shape.bytes(lastAct, "10", 32) }
      : null,
  };
}

function rowItem(row: Row): Cbor {
  const trust = row.trust === "typed" ? 1 : 0;
  const source = Uint8Array.from(row.source.match(/../g)!.map((pair) => parseInt(pair, 16)));
  const figures = [row.registered, row.voters, row.ballots, row.votes, row.nulls, row.invalid];
  const place = [Number(row.territory), Number(row.mesa), row.contest, row.revision];
  return [...place, kStatuses.indexOf(row.status), trust, source, ...figures];
}

/** The counted rows in the order of the record: (centre, mesa, contest, revision). */
export function countedItems(rows: readonly Row[]): Cbor[] {
  return rows
    .filter((row) => row.status === "counted")
    .sort(
      (a, b) =>
        Number(a.territory) - Number(b.territory) ||
        Number(a.mesa) - Number(b.mesa) ||
        a.contest - b.contest ||
        a.revision - b.revision,
    )
    .map(rowItem);
}

export function optionVotes(contest: Contest, totals: Totals): number[] {
  const votes = totals.byContest[contest.index]!.get(contest.territory)!.votes;
  const sums = new Map(groupCards(contest, votes, (card) => card.counts));
  return contest.options.map((option) => sums.get(option.id) ?? 0);
}

export interface ContestSeats {
  contest: Contest;
  method: Method;
  complete: boolean;
  /** Per option. */
  votes: readonly number[];
  allocation: Allocation;
  /** With stale cards: what each reading of the law gives, the pack's own first. */
  readings: readonly ReadingResult[];
}

interface ReadingResult extends CardReading {
  nulls: number;
  votes: [string, number][];
  /** Options with seats, and those of an open tie with 0; ascending by id. */
  seats: [string, number][];
}

/** Every reading of the law (S112); those that give the same votes to all only once. */
export function byReading(contest: Contest, law: Law, votes: readonly number[]): ReadingResult[] {
  const out: ReadingResult[] = [];
  if (contest.stale.length === 0) return out;
  law.cardReadings.forEach((reading, r) => {
    const cards = contest.cards.map((card) => card.option);
    for (const stale of contest.stale) cards[stale.position - 1] = stale.counts[r]!;
    const place = new Map(contest.cards.map((card, i) => [card, cards[i]!]));
    const sums = groupCards(contest, votes, (card) => place.get(card)!);
    const total = sumOf(sums.map(([, count]) => count));
    const nulls = sumOf(votes) - total;
    const key = (one: { votes: unknown; nulls: number }): string =>
      JSON.stringify([one.votes, one.nulls]);
    if (out.some((other) => key(other) === key({ votes: sums, nulls }))) return;
    const contenders = sums.map(([id, count]) => ({ id, votes: count }));
    const found = allocateBy(law.ruleFor(contest), contenders, contest.seats, BigInt(total));
    const seats = [
      ...found.seats.map((count, i): [string, number] => [contenders[i]!.id, count]),
    ].filter(([, count]) => count > 0);
    for (const tied of found.tied) seats.push([contenders[tied]!.id, 0]);
    seats.sort(([a, m], [b, n]) => compareText(a, b) || m - n);
    out.push({ ...reading, nulls, votes: sums, seats });
  });
  return out;
}

/** A referendum elects nobody: the law says what its majority needs. */
export const fillsSeats = (contest: Contest): boolean => contest.kind !== "referendum";

const kAverages: readonly Method[] = ["dhondt", "sainte_lague", "modified_sainte_lague"];

export function allocateSeats(election: Election, law: Law, totals: Totals): ContestSeats[] {
  const { contests } = election.definition;
  return contests.filter(fillsSeats).map((contest) => {
    const rule = law.ruleFor(contest);
    const votes = optionVotes(contest, totals);
    const total = BigInt(sumOf(votes));
    const { num, den } = rule.threshold;
    const contenders = contest.options.map(({ id }, i) => ({ id, votes: votes[i]! }));
    const allocation = allocateBy(rule, contenders, contest.seats, total);
    const open = allocation.seatsInTie > 0 || allocation.unassigned > 0;
    if (kAverages.includes(rule.method) && !open) {
      const passing = votes.map((count) =>
        BigInt(count) * BigInt(den) >= total * BigInt(num) ? count : 0,
      );
      if (!certified(rule.method, passing, allocation.seats))
        fail("seats.certificate", { contest: contest.id });
    }
    return {
      contest,
      method: rule.method,
      complete: totals.missingByContest[contest.index] === 0,
      votes,
      allocation,
      readings: byReading(
        contest,
        law,
        totals.byContest[contest.index]!.get(contest.territory)!.votes,
      ),
    };
  });
}

export function seatsJson(seats: readonly ContestSeats[], bulletin: number): string {
  const contests = seats.map(({ contest, method, complete, votes, allocation, readings }): Json => {
    const id = (option: number): string => contest.options[option]!.id;
    return {
      contest: contest.id,
      territory: contest.territory,
      seats: contest.seats,
      method,
      complete,
      awards: allocation.awards.map((award, i) => ({
        order: i + 1,
        option: id(award.option),
        votes: votes[award.option]!,
        step: award.step,
        numerator: Number(award.numerator),
        divisor: Number(award.divisor),
        by: award.by,
        next: award.next === null ? "" : id(award.next.option),
        next_numerator: Number(award.next?.numerator ?? 0n),
        next_divisor: Number(award.next?.divisor ?? 1n),
      })),
      tied: allocation.tied.map(id),
      seats_in_tie: allocation.seatsInTie,
      unassigned: allocation.unassigned,
      ...(readings.length > 0 && {
        readings: readings.map((one) => ({
          follow: one.follow,
          orphan: one.orphan,
          null: one.nulls,
          options: one.votes.map(([option, count]) => ({ option, votes: count })),
          seats: one.seats.map(([option, count]) => ({ option, seats: count })),
        })),
      }),
    };
  });
  return writeJson({ spec: "sufragio/seats/1", bulletin, contests });
}

/** `NNN.totals.cbor`, from rows alone. */
export function totalsBlob(
  election: Election,
  manifest: Manifest,
  law: Law,
  totals: Totals,
): Bytes {
  const figures: Cbor[] = [];
  const decided: Cbor[] = [];
  for (const contest of election.definition.contests) {
    const codes = [...totals.byContest[contest.index]!.keys()]
      .filter((code) => code.length < 9)
      .sort(compareText);
    for (const code of codes) {
      const f = totals.byContest[contest.index]!.get(code)!;
      const sums = [f.registered, f.voters, f.ballots, f.votes, f.nulls, f.invalid];
      figures.push([contest.index, code, f.expected, f.counted, ...sums]);
    }
  }
  for (const { contest, complete, allocation } of allocateSeats(election, law, totals)) {
    const electors = totals.outstanding[contest.index]!;
    if (electors === null || (contest.kind === "indigenous" && !complete)) continue;
    const votes = totals.byContest[contest.index]!.get(contest.territory)!.votes;
    const onCards = groupCards(contest, votes, (card) => card.counts);
    const place = new Map(onCards.map(([option], i) => [option, i]));
    const counts = onCards.map(([, count]) => BigInt(count));
    const valid = BigInt(sumOf(onCards.map(([, count]) => count)));
    const seen = new Map<number, number>();
    allocation.awards.forEach((award, i) => {
      const nth = (seen.get(award.option) ?? 0) + 1;
      seen.set(award.option, nth);
      const option = contest.options[award.option]!.id;
      const [rule, at] = [law.ruleFor(contest), place.get(option)!];
      if (irreversible(rule, counts, valid, contest.seats, at, nth, BigInt(electors)))
        decided.push([contest.index, i + 1, option, i + 1, 1]);
    });
  }
  const missing = totals.missing.map((key): Cbor => [
    Number(key.slice(0, 9)),
    Number(key.slice(10)),
  ]);
  return encode(
    new Map<number, Cbor>([
      [1, 1],
      [2, manifest.handle],
      [3, manifest.hash],
      [4, figures],
      [5, decided],
      [6, missing],
    ]),
  );
}

/** Everything that a bulletin says about rows, recomputed. */
export function checkBulletin(
  engine: Engine,
  bulletin: Bulletin,
  rows: readonly Row[],
  election: Election,
  manifest: Manifest,
  law: Law,
): { rowsBlob: Bytes; totalsBlob: Bytes; totals: Totals } {
  const number = bulletin.number;
  const items = countedItems(rows);
  const totals = foldRows(election, rows);
  const blob = totalsBlob(election, manifest, law, totals);
  if (bulletin.rowCount !== items.length) fail("bulletin.rows", { number });
  if (!equal(bulletin.rowsRoot, rootOfEntries(engine.sha256, items.map(encode))))
    fail("bulletin.rows", { number });
  if (!equal(bulletin.totalsHash, engine.sha256(blob))) fail("bulletin.totals", { number });
  if (!equal(bulletin.lawPack, manifest.lawPack)) fail("bulletin.law", { number });
  if (bulletin.expected !== manifest.mesaCount) fail("bulletin.expected", { number });
  return { rowsBlob: encode(items), totalsBlob: blob, totals };
}
