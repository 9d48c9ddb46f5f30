/**
 * Acts of award, made again from the rows (docs/spec/award.md): which seats follow, each with its
 * derivation, the lots and the recounts.
 */
import { byReading, countedItems, type Bulletin } from "./bulletin";
import { equal, type Bytes } from "./bytes";
import { decode, encode, Shape, type Cbor } from "./cbor";
import { parseSign, verifySign, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { fail } from "./failure";
import { kEntryLimit } from "./fold";
import type { Law } from "./law";
import { kStatementAad } from "./machine_records";
import { rootOfEntries } from "./merkle";
import type { ActsHead, Person } from "./nominations";
import type { Contest, Election, Manifest } from "./package";
import { sumOf, type Row } from "./rows";
import { allocateBy, margins, type Allocation, type Lot, type Margin } from "./seats";
import { foldRows, groupCards, type Totals } from "./totals";

const kSteps = ["average", "quota", "remainder", "rank", "majority"];
const kDecided = ["merit", "more_votes", "lot"];

interface LotRecord extends Lot {
  contest: number;
}
interface Recount {
  contest: number;
  open: boolean;
}

/** What does not follow from the rows: fields 7 to 10 and 12. */
export interface Given {
  contests: number[];
  lots: LotRecord[];
  recounts: Recount[];
  nominations: ActsHead | null;
  /** Fields 7 to 10 as they stand in the record. */
  raw: Cbor[];
}

const isDate = (text: string): boolean => {
  const [, month, day] = /^[0-9]{4}-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  return month !== undefined && Number(month) <= 12 && Number(day) <= 31;
};

function readLot(
  shape: Shape,
  item: Cbor,
  election: Election,
  asked: readonly number[],
): LotRecord {
  const [contest, among, winner, method, place, date, witnesses] = shape.array(item, "8", 7);
  const text = (value: Cbor | undefined): string => shape.text(value, "8");
  const by = shape.array(witnesses, "8 witnesses").map(text);
  const organisations = election.definition.organisations;
  const known = by.every((one) => organisations.has(one));
  const out = {
    contest: shape.uint(contest, "8"),
    among: shape.array(among, "8").map(text),
    winner: text(winner),
  };
  const told = text(method) !== "" && text(place) !== "" && isDate(text(date));
  if (!asked.includes(out.contest) || !told || by.length === 0 || !known) fail("award.plan");
  return out;
}

function readRecount(shape: Shape, item: Cbor, contests: number): Recount {
  const [contest, open, reference] = shape.array(item, "9", 3);
  const out = { contest: shape.uint(contest, "9"), open: shape.uint(open, "9", 1) === 1 };
  if (out.contest >= contests || shape.text(reference, "9") === "") fail("award.plan");
  return out;
}

export function readGiven(payload: Bytes, election: Election): Given {
  const shape = new Shape("award");
  const map = shape.map(decode(payload), 0, 12);
  if (map.get(0) !== 20 || map.get(1) !== 3) shape.bad("0");
  const count = election.definition.contests.length;
  const contests = shape.uints(map.get(7), "7");
  const rises = contests.every((one, i) => one < count && (i === 0 || contests[i - 1]! < one));
  if (contests.length === 0 || !rises) fail("award.plan");
  const dates = shape.array(map.get(10), "10", 3).map((one) => shape.text(one, "10"));
  if (!dates.every((one) => one === "" || isDate(one))) fail("award.plan");
  const head = map.get(12)!;
  const [acts, last] = head === null ? [] : shape.array(head, "12", 2);
  return {
    contests,
    lots: shape.array(map.get(8), "8").map((one) => readLot(shape, one, election, contests)),
    recounts: shape.array(map.get(9), "9").map((one) => readRecount(shape, one, count)),
    nominations:
      head === null ? null : { acts: shape.uint(acts, "12"), last: shape.bytes(last, "12", 32) },
    raw: [7, 8, 9, 10].map((key) => map.get(key)!),
  };
}

/** Is the contest open for an act: nothing missing, nothing that waits, no open recount? */
function checkOpen(contest: Contest, given: Given, rows: readonly Row[], totals: Totals): void {
  const facts = { contest: contest.id };
  const figures = totals.byContest[contest.index]!.get(contest.territory)!;
  const mine = given.recounts.filter((one) => one.contest === contest.index);
  if (contest.kind === "referendum") fail("award.plan", facts);
  if (mine.some((one) => one.open)) fail("award.recount", facts);
  if (rows.some((row) => row.contest === contest.index && row.status === "quarantined"))
    fail("award.waiting", facts);
  if (figures.counted !== figures.expected) fail("award.missing", facts);
}

/** G104: a last winner too close to the first loser, and no recount on record. */
function checkMargin(
  contest: Contest,
  given: Given,
  law: Law,
  allocation: Allocation,
  distances: readonly (Margin | null)[],
  votes: readonly number[],
): void {
  const last = allocation.awards.at(-1);
  const margin = distances.at(-1);
  if (contest.kind === "list" || last === undefined || !margin) return;
  const both = BigInt(votes[last.option]! + votes[margin.rival]!);
  const { num, den } = law.recountMargin;
  if (margin.canLose * BigInt(den) >= both * BigInt(num)) return;
  if (!given.recounts.some((one) => one.contest === contest.index))
    fail("award.close", { contest: contest.id });
}

/** Field 11 of one contest. `standing`: who stands for an option, in the order of the list. */
function awardOf(
  contest: Contest,
  given: Given,
  law: Law,
  totals: Totals,
  standing: (option: string) => readonly Person[],
): Cbor {
  const cards = totals.byContest[contest.index]!.get(contest.territory)!.votes;
  const sums = groupCards(contest, cards, (card) => card.counts);
  const votes = sums.map(([, count]) => count);
  const contenders = sums.map(([id, count]) => {
    const persons = contest.kind === "list" ? standing(id).length : 0;
    const few = persons > 0 && persons < contest.seats;
    return { id, votes: count, ...(few && { persons }) };
  });
  const rule = law.ruleFor(contest);
  const lots = given.lots.filter((one) => one.contest === contest.index);
  const found = allocateBy(rule, contenders, contest.seats, BigInt(sumOf(votes)), lots);
  if (found.tied.length > 0) fail("award.tie", { contest: contest.id });
  const distances = margins(rule, contenders, found);
  checkMargin(contest, given, law, found, distances, votes);
  const seen = new Map<number, number>();
  const id = (option: number): string => contenders[option]!.id;
  const awards = found.awards.map((award, i): Cbor => {
    const position = (seen.get(award.option) ?? 0) + 1;
    seen.set(award.option, position);
    const margin = distances[i];
    const person =
      award.seating === "person" ? standing(id(award.option))[position - 1] : undefined;
    return [
      i + 1,
      id(award.option),
      position,
      kSteps.indexOf(award.step),
      Number(award.numerator),
      Number(award.divisor),
      kDecided.indexOf(award.by),
      award.by === "lot" ? award.lot + 1 : 0,
      award.next === null ? "" : id(award.next.option),
      Number(award.next?.numerator ?? 0n),
      Number(award.next?.divisor ?? 1n),
      margin ? [id(margin.rival), Number(margin.canLose)] : [],
      person?.person ?? "",
      person?.name ?? "",
    ];
  });
  const readings = byReading(contest, law, cards).slice(1);
  return [
    contest.index,
    sums,
    awards,
    found.unassigned,
    contest.stale.map((card) => [card.position, card.counts[0]!]),
    sumOf(cards) - sumOf(votes),
    readings.map((one) => [one.follow, one.orphan, one.votes, one.seats, one.nulls]),
  ];
}

/** What stands in the log before an act. */
export interface Before {
  rows: readonly Row[];
  /** The newest bulletin, with the hash of its record. */
  bulletin: { fields: Bulletin; id: Bytes } | null;
}

/** The election as the acts of nomination count its cards, and who stands. */
export interface Counted {
  election: Election;
  standing: (contest: string, option: string) => readonly Person[];
}

/** Signed by enough keys, and exactly what follows from the entries before it. */
export async function checkAct(
  engine: Engine,
  body: Bytes,
  before: Before,
  keys: readonly PublicKey[],
  manifest: Manifest,
  law: Law,
  printed: Election,
  count: (head: ActsHead | null) => Counted,
): Promise<Given> {
  const record = parseSign(body, kEntryLimit);
  const signed = await verifySign(engine, record, kStatementAad, keys);
  if (signed.length < law.bulletinQuorum)
    fail("award.quorum", { signed: signed.length, quorum: law.bulletinQuorum });
  const given = readGiven(record.payload, printed);
  const { rows, bulletin } = before;
  const root = rootOfEntries(engine.sha256, countedItems(rows).map(encode));
  if (bulletin === null || !equal(root, bulletin.fields.rowsRoot)) fail("award.bulletin");
  if ((given.nominations?.acts ?? 0) < (bulletin.fields.nominations?.acts ?? 0))
    fail("nominations.head", { acts: given.nominations?.acts ?? 0 });
  const { election, standing } = count(given.nominations);
  const totals = foldRows(election, rows);
  const awards = given.contests.map((index): Cbor => {
    const contest = election.definition.contests[index]!;
    checkOpen(contest, given, rows, totals);
    return awardOf(contest, given, law, totals, (option) => standing(contest.id, option));
  });
  const head = given.nominations;
  const payload = encode(
    new Map<number, Cbor>([
      [0, 20],
      [1, 3],
      [2, manifest.handle],
      [3, bulletin.fields.number],
      [4, bulletin.id],
      [5, bulletin.fields.rowsRoot],
      [6, manifest.lawPack],
      ...given.raw.map((value, i): [number, Cbor] => [7 + i, value]),
      [11, awards],
      [12, head === null ? null : [head.acts, head.last]],
    ]),
  );
  if (!equal(payload, record.payload)) fail("award.differs");
  return given;
}
