/**
 * The draw of an audit, computed again from its folder (docs/spec/draw.md): order, hashes, tickets,
 * proportional draws. Nothing here knows the other implementation.
 */
import { compareText, equal, text, toHex, utf8, type Bytes } from "./bytes";
import { decode, Shape, type CborMap } from "./cbor";
import { parseSign, verifySign, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { parseCsv } from "./csv";
import { fail } from "./failure";
import { parseKey } from "./keys";
import { rootOfEntries, tilesOf } from "./merkle";
import { noteSignedBy, parseCheckpoint, parseVkey } from "./note";
import type { Tree } from "./tree";

const kRecord = 65_535;
const kWeightBits = 40n;

export interface DrawRound {
  round: number;
  first: number;
  drawn: number;
}

export interface DrawReport {
  purpose: string;
  seed: string;
  mesas: number;
  rounds: DrawRound[];
  sheets: number;
  /** Keys that signed, as the folder lists them. */
  keys: PublicKey[];
}

// Tickets.

const hexOf = (engine: Engine, value: string): string => toHex(engine.sha256(utf8(value)));
const reversed = (digits: string): string => [...digits].reverse().join("");

export function ticket(engine: Engine, seed: string, id: string): string {
  const hash = hexOf(engine, hexOf(engine, seed) + id);
  return "0." + reversed(BigInt("0x" + hash).toString().padStart(64, "0"));
}

export interface Drawn {
  mesa: string;
  mark: string;
  /** Its place in the box; absent: the whole mesa. */
  receipt?: number;
}

const idOf = (one: Drawn): string =>
  one.receipt === undefined ? one.mesa : `${one.mesa}/${one.receipt}`;

/** The `n` lowest tickets of these ids, ascending. */
export function lowest(engine: Engine, seed: string, ids: readonly string[], n: number): Drawn[] {
  const all = ids.map((mesa) => ({ mesa, mark: ticket(engine, seed, mesa) }));
  all.sort((a, b) => compareText(a.mark, b.mark));
  return all.slice(0, n);
}

/** The ids by their first `digits` characters: 9 are a centre, 2 a state. */
function inParts(ids: readonly string[], digits: number): string[][] {
  const out = new Map<string, string[]>();
  for (const id of ids) {
    const part = id.slice(0, digits);
    const there = out.get(part);
    if (there === undefined) out.set(part, [id]);
    else there.push(id);
  }
  return [...out.values()];
}

/** Receipts 1 … ballots of each mesa, "<mesa>/<receipt>": the `n` lowest tickets. */
export function lowestReceipts(
  engine: Engine,
  seed: string,
  ids: readonly string[],
  ballots: readonly bigint[],
  n: number,
): Drawn[] {
  let kept: Drawn[] = [];
  const prune = (): void => {
    kept.sort((a, b) => compareText(a.mark, b.mark));
    kept = kept.slice(0, n);
  };
  ids.forEach((mesa, m) => {
    for (let receipt = 1; receipt <= Number(ballots[m]!); receipt++) {
      kept.push({ mesa, receipt, mark: ticket(engine, seed, `${mesa}/${receipt}`) });
      if (kept.length > 2 * n + 1000) prune();
    }
  });
  prune();
  return kept;
}

/** How many of a centre with so many mesas, by the text of a rule per centre. */
function inCentre(rule: string, mesas: number): number {
  if (rule === "half") return Math.max(1, Math.floor(mesas / 2));
  for (const step of rule.slice("table:".length).split(",")) {
    const match = /^([0-9]+)-([0-9]+)=([0-9]+)$/.exec(step);
    if (match === null) fail("draw.rule", { rule });
    if (Number(match[1]) <= mesas && mesas <= Number(match[2])) return Number(match[3]);
  }
  return fail("draw.rule", { rule });
}

export function drawByRule(
  engine: Engine,
  rule: string,
  seed: string,
  ids: readonly string[],
): Drawn[] {
  if (rule === "half" || rule.startsWith("table:")) {
    const out = inParts(ids, 9).flatMap((centre) =>
      lowest(engine, seed, centre, inCentre(rule, centre.length)),
    );
    return out.sort((a, b) => compareText(a.mark, b.mark));
  }
  const share = /^(share|states):([0-9]+)\/([0-9]+)$/.exec(rule);
  if (share !== null) {
    const [num, den] = [BigInt(share[2]!), BigInt(share[3]!)];
    if (den === 0n) fail("draw.rule", { rule });
    const of = (size: number): number => Number((BigInt(size) * num + den - 1n) / den);
    if (share[1] === "share") return lowest(engine, seed, ids, of(ids.length));
    const out = inParts(ids, 2).flatMap((state) =>
      lowest(engine, seed, state, Math.min(state.length, Math.max(2, of(state.length)))),
    );
    return out.sort((a, b) => compareText(a.mark, b.mark));
  }
  const count = /^count:([0-9]+)$/.exec(rule);
  if (count === null) fail("draw.rule", { rule });
  return lowest(engine, seed, ids, Number(count[1]));
}

// Committed rows and weights.

export interface Rows {
  contest: string;
  method: string;
  seats: number;
  /** Marks that one ballot may carry. */
  marks: bigint;
  threshold: [bigint, bigint];
  outside: bigint;
  mesas: string[];
  ballots: bigint[];
  /** By option, then by mesa. */
  votes: bigint[][];
}

function whole(value: string | undefined): bigint {
  if (value === undefined || !/^(?:0|[1-9][0-9]{0,9})$/.test(value)) fail("draw.rows", { line: 0 });
  return BigInt(value);
}

export function parseRows(content: string): Rows {
  const lines = parseCsv(content);
  const setting = (at: number, name: string): string => {
    const line = lines[at];
    if (line === undefined || line.length !== 2 || line[0] !== name) {
      fail("draw.rows", { line: at + 1 });
    }
    return line[1]!;
  };
  const contest = setting(0, "contest");
  const method = setting(1, "method");
  const seats = Number(whole(setting(2, "seats")));
  const marks = whole(setting(3, "votes_per_voter"));
  const share = setting(4, "threshold").split("/");
  const outside = whole(setting(5, "outside"));
  const header = lines[6];
  const columns = ["mesa", "status", "ballots", "most"];
  if (header === undefined || header.length < 5 || columns.some((name, i) => header[i] !== name))
    fail("draw.rows", { line: 7 });
  const out: Rows = {
    contest,
    method,
    seats,
    marks,
    threshold: [whole(share[0]), whole(share[1])],
    outside,
    mesas: [],
    ballots: [],
    votes: header.slice(4).map(() => []),
  };
  for (const [i, line] of lines.slice(7).entries()) {
    const mesa = line[0]!;
    const last = out.mesas[out.mesas.length - 1];
    const unordered = last !== undefined && last >= mesa;
    if (line.length !== header.length || unordered) fail("draw.rows", { line: i + 8 });
    const counted = line[1] === "counted";
    if (!counted && line[1] !== "held" && line[1] !== "missing") fail("draw.rows", { line: i + 8 });
    out.mesas.push(mesa);
    // A row that is not counted gives no votes, and its box may hold all that `most` says.
    out.ballots.push(whole(line[3]));
    if (counted && whole(line[2]) !== whole(line[3])) fail("draw.rows", { line: i + 8 });
    for (let o = 4; o < line.length; o++) {
      const votes = whole(line[o]);
      out.votes[o - 4]!.push(counted ? votes : 0n);
    }
  }
  return out;
}

/** A sum of factor × votes that the outcome asserts to be above 0. */
interface Assertion {
  factors: Map<number, bigint>;
  worst: bigint;
  margin: bigint;
}

function divisor(method: string, seat: number): bigint {
  if (method === "dhondt") return BigInt(seat);
  if (method === "sainte_lague") return BigInt(2 * seat - 1);
  return seat === 1 ? 7n : BigInt(10 * seat - 5);
}

/** Seats by the largest quotient, one after the other; a tie at the end leaves no assertion. */
function seatsOf(rows: Rows, totals: readonly bigint[], passing: readonly boolean[]): number[] {
  const seats = totals.map(() => 0);
  if (rows.method === "plurality") {
    const order = totals.map((_, i) => i).sort((a, b) => (totals[b]! > totals[a]! ? 1 : -1));
    for (const i of order.slice(0, rows.seats)) if (totals[i]! > 0n) seats[i] = 1;
    return seats;
  }
  for (let s = 0; s < rows.seats; s++) {
    let best = -1;
    for (let i = 0; i < totals.length; i++) {
      if (!passing[i] || totals[i] === 0n) continue;
      const next = (k: number): bigint => divisor(rows.method, seats[k]! + 1);
      if (best === -1 || totals[i]! * next(best) > totals[best]! * next(i)) best = i;
    }
    if (best !== -1) seats[best]!++;
  }
  return seats;
}

/** `times`: how often one ballot can carry the factor of an option. */
function assertion(
  factors: Map<number, bigint>,
  rows: Rows,
  totals: readonly bigint[],
  times: (option: number) => bigint = () => 1n,
): Assertion {
  let worst = 0n;
  let margin = 0n;
  for (const [option, factor] of factors) {
    const marked = factor * times(option);
    if (-marked > worst) worst = -marked;
    margin += factor * totals[option]!;
  }
  margin -= worst * rows.outside;
  if (margin <= 0n) fail("draw.margin", { contest: rows.contest });
  return { factors, worst, margin };
}

function assertionsOf(rows: Rows): Assertion[] {
  const totals = rows.votes.map((column) => column.reduce((sum, v) => sum + v, 0n));
  const all = totals.reduce((sum, v) => sum + v, 0n);
  const [num, den] = rows.threshold;
  const passing = totals.map((v) => v * den >= all * num);
  const seats = seatsOf(rows, totals, passing);
  const out: Assertion[] = [];
  const list = rows.method !== "plurality";
  for (let a = 0; a < totals.length; a++) {
    if (list && num > 0n) {
      const sign = passing[a] ? 1n : -1n;
      const factors = totals.map((_, i): [number, bigint] => [
        i,
        sign * ((i === a ? den : 0n) - num),
      ]);
      const times = (option: number): bigint => (option === a ? 1n : rows.marks);
      out.push(assertion(new Map(factors), rows, totals, times));
    }
    if (seats[a] === 0) continue;
    for (let b = 0; b < totals.length; b++) {
      if (a === b || (list ? !passing[b] : seats[b] !== 0)) continue;
      const w = list ? divisor(rows.method, seats[a]!) : 1n;
      const l = list ? divisor(rows.method, seats[b]! + 1) : 1n;
      out.push(
        assertion(
          new Map([
            [a, l],
            [b, -w],
          ]),
          rows,
          totals,
        ),
      );
    }
  }
  return out;
}

export function weightsOf(rows: Rows): bigint[] {
  const assertions = assertionsOf(rows);
  return rows.mesas.map((_, m) => {
    let largest = 0n;
    for (const one of assertions) {
      let swing = one.worst * rows.ballots[m]!;
      for (const [option, factor] of one.factors) swing += factor * rows.votes[option]![m]!;
      const weight = swing <= 0n ? 0n : ((swing << kWeightBits) + one.margin - 1n) / one.margin;
      if (weight > largest) largest = weight;
    }
    return largest;
  });
}

/** Draws `first` … `first + count - 1` in proportion to the weights. */
export function drawWeighted(
  engine: Engine,
  seed: string,
  ids: readonly string[],
  weights: readonly bigint[],
  first: number,
  count: number,
): Drawn[] {
  const cumulative: bigint[] = [];
  let total = 0n;
  for (const weight of weights) cumulative.push((total += weight));
  const out: Drawn[] = [];
  for (let i = first; i < first + count; i++) {
    const r = (BigInt("0x" + hexOf(engine, `${seed}|${i}`)) * total) >> 256n;
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > r) high = middle;
      else low = middle + 1;
    }
    out.push({ mesa: ids[low]!, mark: r.toString() });
  }
  return out;
}

// The folder.

const kShape = new Shape("draw");

class Audit {
  state = "planned";
  private hashes: Bytes[] = [];
  private purpose = "";
  private method = 1;
  private rule = "";
  private draws = 0;
  private digits = 20;
  private maxRounds = 0;
  private seed = "";
  private rows: Rows | null = null;
  private election: Bytes | null = null;
  private readonly drawn = new Set<string>();
  /** Of each round: the hash of its record, and its lines without the tickets. */
  private readonly lines: { record: Bytes; places: string[] }[] = [];
  private readings = 0;
  private readonly sheets = new Set<string>();
  universe: string[] = [];
  readonly rounds: DrawRound[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly tree: Tree,
  ) {}

  report(keys: PublicKey[]): DrawReport {
    return {
      purpose: this.purpose,
      seed: this.seed,
      mesas: this.universe.length,
      rounds: this.rounds,
      sheets: this.sheets.size,
      keys,
    };
  }

  private order(allowed: readonly string[], step: string): void {
    if (!allowed.includes(this.state)) fail("draw.order", { state: this.state, step });
  }

  private async file(path: string, hash: Bytes): Promise<string> {
    const data = await this.tree.read(path);
    if (data === null) fail("draw.missing", { file: path });
    if (!equal(this.engine.sha256(data), hash)) fail("draw.hash", { file: path });
    return text(data);
  }

  async take(type: number, payload: Bytes): Promise<void> {
    const map = decode(payload);
    if (!(map instanceof Map)) fail("record.field", { record: "draw", field: "map" });
    if (map.get(0) !== type || map.get(1) !== 1) kShape.bad("type");
    const election = kShape.bytes(map.get(2), "election", 8);
    if (this.election !== null && !equal(this.election, election)) fail("draw.election");
    this.election = election;
    if (type === 17) return this.sheet(map);
    const step = kShape.uint(map.get(3), "step", 6);
    if (step === 1) await this.commit(map);
    else if (step === 2) this.announce(map);
    else if (step === 3) this.throwSeed(map);
    else if (step === 4) await this.round(map, this.engine.sha256(payload));
    else if (step === 6) await this.read(map);
    else this.act(map);
    if (step < 4) this.hashes.push(this.engine.sha256(payload));
  }

  private async commit(map: CborMap): Promise<void> {
    this.order(["planned"], "1");
    const content = await this.file("universe.txt", kShape.bytes(map.get(4), "universe", 32));
    this.universe = content.split("\n");
    this.universe.forEach((id, i) => {
      const sorted = i === 0 || this.universe[i - 1]! < id;
      if (!/^[0-9]{9}\.[0-9]{2}$/.test(id) || !sorted) fail("draw.universe", { line: i + 1 });
    });
    if (kShape.uint(map.get(5), "mesas") !== this.universe.length) kShape.bad("mesas");
    const rows = map.get(6);
    if (rows !== null) {
      this.rows = parseRows(await this.file("frame.csv", kShape.bytes(rows, "rows", 32)));
      const same = this.rows.mesas.every((mesa, i) => mesa === this.universe[i]);
      if (!same || this.rows.mesas.length !== this.universe.length) fail("draw.rows", { line: 0 });
    }
    this.state = "committed";
  }

  private announce(map: CborMap): void {
    this.order(["committed"], "2");
    this.purpose = kShape.text(map.get(4), "purpose");
    this.method = kShape.uint(map.get(5), "method", 3);
    this.rule = kShape.text(map.get(6), "rule");
    this.draws = kShape.uint(map.get(7), "draws");
    this.digits = kShape.uint(map.get(11), "digits");
    this.maxRounds = kShape.uint(map.get(12), "rounds");
    if (this.method !== 1 && this.rows === null) fail("draw.rows", { line: 0 });
    this.state = "announced";
  }

  private throwSeed(map: CborMap): void {
    this.order(["announced"], "3");
    this.seed = kShape.text(map.get(4), "dice");
    if (!/^[0-9]+$/.test(this.seed) || this.seed.length !== this.digits) fail("draw.seed");
    this.state = "seeded";
  }

  private async round(map: CborMap, record: Bytes): Promise<void> {
    const again = this.rounds.length > 0;
    this.order(again ? ["drawn", "counting", "extended"] : ["seeded"], "4");
    for (const [i, key] of [4, 5, 6].entries()) {
      if (!equal(kShape.bytes(map.get(key), "hash", 32), this.hashes[i]!)) fail("draw.paper");
    }
    const last = this.rounds[this.rounds.length - 1];
    const round = kShape.uint(map.get(7), "round");
    const first = kShape.uint(map.get(8), "first");
    const count = kShape.uint(map.get(9), "drawn");
    const next = last === undefined ? 1 : last.first + last.drawn;
    const right = again || count === this.draws;
    if (round !== this.rounds.length + 1 || round > this.maxRounds || first !== next || !right) {
      fail("draw.order", { state: this.state, step: "4" });
    }
    const path = `draws-${round}.csv`;
    const content = await this.file(path, kShape.bytes(map.get(11), "table", 32));
    const drawn = this.compute(first, count);
    const places = drawn.map((d, i) => `${first + i},${idOf(d).replace("/", ",")}`);
    const head = this.method === 3 ? "number,mesa,receipt,ticket\n" : "number,mesa,ticket\n";
    const lines = drawn.map((d, i) => `${places[i]!},${d.mark}\n`);
    if (content !== head + lines.join("")) fail("draw.differs", { round });
    this.lines.push({ record, places });
    const ids = this.engine.sha256(utf8(drawn.map(idOf).join("\n")));
    if (!equal(ids, kShape.bytes(map.get(10), "ids", 32))) fail("draw.differs", { round });
    for (const one of drawn) this.drawn.add(one.mesa);
    this.rounds.push({ round, first, drawn: count });
    this.state = again ? "extended" : "drawn";
  }

  /** The readings of a round: of its receipts, in their order. What was read is for the risk. */
  private async read(map: CborMap): Promise<void> {
    this.order(["drawn", "counting", "extended"], "6");
    const round = kShape.uint(map.get(5), "round");
    const drawn = this.lines[round - 1];
    if (this.method !== 3 || round !== this.readings + 1 || drawn === undefined) {
      fail("draw.order", { state: this.state, step: "6" });
    }
    if (!equal(kShape.bytes(map.get(4), "draw", 32), drawn.record)) fail("draw.paper");
    const path = `readings-${round}.csv`;
    const content = await this.file(path, kShape.bytes(map.get(6), "table", 32));
    const [head, ...rows] = parseCsv(content);
    const same =
      head?.join(",") === "number,mesa,receipt,vote" &&
      rows.length === drawn.places.length &&
      rows.every((row, i) => row.length === 4 && row.slice(0, 3).join(",") === drawn.places[i]);
    if (!same) fail("draw.differs", { round });
    this.readings++;
  }

  private compute(first: number, count: number): Drawn[] {
    const seed = `${this.seed}|${this.purpose}`;
    if (this.method === 2) {
      const weights = weightsOf(this.rows!);
      return drawWeighted(this.engine, seed, this.universe, weights, first, count);
    }
    if (this.method === 3) {
      const upto = first - 1 + count;
      const { ballots } = this.rows!;
      const all = lowestReceipts(this.engine, seed, this.universe, ballots, upto);
      if (all.length !== upto) fail("draw.differs", { round: this.rounds.length + 1 });
      return all.slice(first - 1);
    }
    const drawn =
      first === 1
        ? drawByRule(this.engine, this.rule, seed, this.universe)
        : lowest(this.engine, seed, this.universe, first - 1 + count).slice(first - 1);
    if (drawn.length !== count) fail("draw.differs", { round: this.rounds.length + 1 });
    return drawn;
  }

  private act(map: CborMap): void {
    const move = kShape.uint(map.get(4), "move", 5);
    const busy = ["drawn", "counting", "extended"];
    const moves: [string[], string][] = [
      [["drawn", "extended"], "counting"],
      [["counting"], "confirmed"],
      [[...busy, "committed", "announced"], "full_count"],
      [["full_count"], "settled"],
      [[...busy, "committed", "announced", "seeded", "full_count"], "cancelled"],
    ];
    const [allowed, next] = moves[move - 1] ?? kShape.bad("move");
    this.order(allowed, "5");
    if (move === 5 && kShape.text(map.get(5), "reason") === "") kShape.bad("reason");
    this.state = next;
  }

  private sheet(map: CborMap): void {
    this.order(["drawn", "counting", "extended", "full_count"], "17");
    const [centre, mesa] = kShape.uints(map.get(3), "mesa", 2);
    const id = String(centre).padStart(9, "0") + "." + String(mesa).padStart(2, "0");
    if (this.state !== "full_count" && !this.drawn.has(id)) fail("draw.not-drawn", { mesa: id });
    if (this.sheets.has(id)) fail("draw.second", { mesa: id });
    this.sheets.add(id);
  }
}

async function entriesOf(engine: Engine, tree: Tree, vkey: string): Promise<Bytes[]> {
  const key = parseVkey(engine, vkey);
  if (key === null) fail("key.form");
  const data = await tree.read("log/checkpoint");
  if (data === null) fail("draw.missing", { file: "log/checkpoint" });
  const checkpoint = parseCheckpoint(data);
  const signed = noteSignedBy(engine, checkpoint.note, key.name, [key.key]);
  if (!signed || checkpoint.origin !== key.name) fail("draw.signature");
  const out: Bytes[] = [];
  for (const tile of tilesOf("entries", checkpoint.size)) {
    const path = `log/${tile.path}`;
    const bundle = await tree.read(path);
    if (bundle === null) fail("draw.missing", { file: path });
    for (let at = 0, i = 0; i < tile.width; i++) {
      const end = at + 2 + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0));
      if (end > bundle.length) fail("log.bundle", { file: path });
      out.push(bundle.subarray(at + 2, end));
      at = end;
    }
  }
  if (!equal(rootOfEntries((d) => engine.sha256(d), out), checkpoint.root)) fail("draw.signature");
  return out;
}

/**
 * Everything of docs/spec/draw.md section 8. `trusted`: who must have signed; empty: the folder's.
 */
export async function verifyDraw(
  engine: Engine,
  tree: Tree,
  trusted: readonly PublicKey[],
): Promise<DrawReport> {
  const listed = await tree.read("keys.txt");
  if (listed === null) fail("draw.missing", { file: "keys.txt" });
  const [vkey, ...lines] = text(listed)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const keys = trusted.length > 0 ? [...trusted] : lines.map(parseKey);
  const logKey = parseVkey(engine, vkey ?? "");
  if (logKey === null || !keys.some((k) => equal(k.key, logKey.key))) fail("draw.signature");
  const audit = new Audit(engine, tree);
  for (const entry of await entriesOf(engine, tree, vkey!)) {
    const value = kShape.array(decode(entry), "entry", 3);
    const type = kShape.uint(value[0], "type");
    if (type !== 11 && type !== 17) continue;
    const record = parseSign(kShape.bytes(value[2], "body"), kRecord);
    await verifySign(engine, record, "sufragio/statement/1", keys);
    await audit.take(type, record.payload);
  }
  if (audit.universe.length === 0) fail("draw.missing", { file: "universe.txt" });
  return audit.report(keys);
}
