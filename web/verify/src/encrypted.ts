/** The encrypted count, written from docs/spec/e2e.md and ceremony.md alone. */
import { concat, equal, toHex, utf8, type Bytes } from "./bytes";
import { decode, Shape } from "./cbor";
import type { Engine } from "./crypto";
import { fail, Failure } from "./failure";
import { rootOfEntries } from "./merkle";
import { bigOf, kOrder, P256, scalarBytes, type Odd } from "./p256_fast";
import type { Contest, Definition, EncryptedCount } from "./package";

const kDst = utf8("QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_");
const kMaxBallot = 1 << 20;
const kMaxBallots = 10_000;
const kCell = 3 * 33 + 64;

// ---- 1: hashes ----

function u32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** HMAC-SHA256 of many messages under one key. */
class Keyed {
  private readonly inner = new Uint8Array(64).fill(0x36);
  private readonly outer = new Uint8Array(64).fill(0x5c);
  constructor(
    private readonly engine: Engine,
    key: Bytes,
  ) {
    key.forEach((byte, i) => {
      this.inner[i]! ^= byte;
      this.outer[i]! ^= byte;
    });
  }
  hash(...parts: Bytes[]): Bytes {
    return this.engine.sha256(concat(this.outer, this.engine.sha256(concat(this.inner, ...parts))));
  }
  /** Hq: a number modulo the order. */
  scalar(...parts: Bytes[]): bigint {
    const dst = concat(kDst, Uint8Array.of(kDst.length));
    const sha = this.engine.sha256;
    const first = sha(
      concat(new Uint8Array(64), this.hash(...parts), Uint8Array.of(0, 48, 0), dst),
    );
    const b1 = sha(concat(first, Uint8Array.of(1), dst));
    const mixed = first.map((byte, i) => byte ^ b1[i]!);
    const b2 = sha(concat(mixed, Uint8Array.of(2), dst));
    return bigOf(concat(b1, b2.subarray(0, 16))) % kOrder;
  }
}

const kByte = (value: number): Bytes => Uint8Array.of(value);

export function parameterHash(engine: Engine): Bytes {
  const version = new Uint8Array(32);
  version.set(utf8("v2.1.0"));
  const numbers = [
    0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
    0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    1n,
  ];
  return new Keyed(engine, version).hash(kByte(0), ...numbers.map(scalarBytes));
}

// ---- 2: contests and options ----

export interface Rule {
  sequence: number;
  cards: number;
  votes: number;
  options: number;
}

export function ruleOf(contest: Contest): Rule {
  const cards = contest.cards.length;
  const votes = contest.votesPerVoter;
  return { sequence: contest.index + 1, cards, votes, options: cards + votes };
}

/** The contests of a style, ascending. */
export function rulesOf(definition: Definition, style: number): Rule[] {
  const { contests } = definition.styles[style]!;
  return [...contests].sort((a, b) => a - b).map((index) => ruleOf(definition.contests[index]!));
}

// ---- 10: the manifest of a definition ----

export function manifestJson(definition: Definition): string {
  const rules = definition.contests.map(ruleOf);
  const id = (rule: Rule, option: number): string => `o-${rule.sequence}-${option}`;
  const options = (rule: Rule): number[] => Array.from({ length: rule.options }, (_, i) => i + 1);
  const value = {
    election_scope_id: definition.id,
    spec_version: "v2.0.0",
    type: "general",
    start_date: definition.date,
    end_date: definition.date,
    geopolitical_units: definition.contests.map((contest) => ({
      object_id: contest.id,
      name: contest.id,
      type: "other",
    })),
    ballot_styles: definition.styles.map((style) => ({
      object_id: style.id,
      geopolitical_unit_ids: style.contests.map((index) => definition.contests[index]!.id),
      party_ids: [],
    })),
    contests: definition.contests.map((contest, i) => ({
      object_id: contest.id,
      sequence_order: rules[i]!.sequence,
      electoral_district_id: contest.id,
      vote_variation: rules[i]!.votes === 1 ? "one_of_m" : "n_of_m",
      number_elected: contest.seats,
      votes_allowed: rules[i]!.votes,
      name: contest.id,
      ballot_selections: options(rules[i]!).map((option) => ({
        object_id: id(rules[i]!, option),
        sequence_order: option,
        candidate_id: id(rules[i]!, option),
      })),
      option_selection_limit: 1,
    })),
    candidates: rules.flatMap((rule) =>
      options(rule).map((option) => ({ object_id: id(rule, option), is_write_in: false })),
    ),
    name: [],
    parties: [],
  };
  return JSON.stringify(value, null, 1) + "\n";
}

// ---- the ceremony ----

/** Key 8 of a package follows from its definition and its two files; else E113. */
export function checkEncryptedCount(
  engine: Engine,
  said: EncryptedCount,
  definition: Definition,
  manifest: Bytes,
  transcript: Bytes,
): void {
  const same = (a: Bytes, b: Bytes, field: string): void => {
    if (!equal(a, b)) fail("e2e.E113", { field });
  };
  same(manifest, utf8(manifestJson(definition)), "manifest.json");
  const hp = parameterHash(engine);
  same(said.parameters, hp, "HP");
  const parameters = new Keyed(engine, hp);
  const hm = parameters.hash(kByte(1), u32(manifest.length), manifest);
  same(said.manifest, hm, "HM");
  const hb = parameters.hash(kByte(2), hm, u32(said.guardians), u32(said.quorum));
  same(said.base, hb, "HB");
  same(said.transcript, engine.sha256(transcript), "HG");
  const curve = P256.make(said.jointKey, 0) ?? fail("e2e.E101", {});
  const firsts: number[] = [];
  const shape: Shape = new Shape("ceremony");
  const guardians = shape.array(decode(transcript), "guardians", said.guardians);
  guardians.forEach((item, at) => {
    const [version, number, name, list, channel] = shape.array(item, "announcement", 5);
    if (version !== 1 || number !== at + 1) fail("e2e.E403", {});
    shape.text(name, "name");
    if (curve.decode(shape.bytes(channel, "channel", 33)) === null) fail("e2e.E101", {});
    shape.array(list, "coefficients", said.quorum).forEach((coefficient, j) => {
      const [key, c, v] = shape
        .array(coefficient, "coefficient", 3)
        .map((part, k) => shape.bytes(part, "coefficient", k === 0 ? 33 : 32));
      const element = curve.decode(key!) ?? fail("e2e.E101", { guardian: at + 1 });
      const challenge = scalarOf(c!);
      const [odd] = curve.odds([element]);
      const [h] = curve.encode([curve.powers(0, scalarOf(v!), odd!, challenge)]);
      if (parameters.scalar(kByte(0x10), u32(at + 1), u32(j), key!, h!) !== challenge)
        fail("e2e.E111", { guardian: at + 1 });
      if (j === 0) firsts.push(element);
    });
  });
  const [joint] = curve.encode([curve.product(firsts)]);
  if (!equal(joint!, said.jointKey)) fail("e2e.E112", {});
  same(said.extended, new Keyed(engine, hb).hash(kByte(0x12), said.jointKey), "HE");
}

function scalarOf(bytes: Bytes): bigint {
  const value = bigOf(bytes);
  return value < kOrder ? value : fail("e2e.E102", {});
}

// ---- 5: bytes ----

export interface Ballot {
  style: number;
  contests: Bytes[];
  code: Bytes;
}

export function readBallot(data: Bytes): Ballot {
  try {
    if (data.length > kMaxBallot) throw new Failure("e2e.E301", {});
    const shape: Shape = new Shape("ballot");
    const [version, style, name, contests, code] = shape.array(decode(data), "ballot", 5);
    if (version !== 1) shape.bad("version");
    shape.bytes(name, "name", 16);
    return {
      style: shape.uint(style, "style", 0xffff),
      contests: shape.array(contests, "contests").map((item) => shape.bytes(item, "contest")),
      code: shape.bytes(code, "code", 32),
    };
  } catch (error) {
    if (error instanceof Failure) fail("e2e.E301", {});
    throw error;
  }
}

/** The ballots of a bundle, each as its bytes; E302, E303. */
export function readBundle(bundle: Bytes): { bytes: Bytes; ballot: Ballot }[] {
  const out: { bytes: Bytes; ballot: Ballot }[] = [];
  let last = "";
  for (let at = 0; at < bundle.length; ) {
    if (bundle.length - at < 4 || out.length === kMaxBallots) fail("e2e.E302", {});
    const size = new DataView(bundle.buffer, bundle.byteOffset + at).getUint32(0);
    if (size > kMaxBallot || size > bundle.length - at - 4) fail("e2e.E302", {});
    const bytes = bundle.subarray(at + 4, at + 4 + size);
    const ballot = readBallot(bytes);
    const code = toHex(ballot.code);
    if (last !== "" && code <= last) fail("e2e.E303", { ballot: code });
    last = code;
    out.push({ bytes, ballot });
    at += 4 + size;
  }
  return out;
}

// ---- 4 and 7: proofs ----

/** Ciphertexts summed: one product of each half for each option. */
interface Cell {
  pad: { at: number; identity: boolean };
  data: { at: number; identity: boolean };
}

/** What was decrypted, by contest and option. */
export interface Tally {
  mesas: string[];
  style: number;
  ballots: number;
  contests: { votes: number[]; cells: Bytes }[];
}

export function readTally(data: Bytes, rulesOfStyle: (style: number) => Rule[]): Tally {
  try {
    const shape: Shape = new Shape("tally");
    const [version, group, list] = shape.array(decode(data), "tally", 3);
    if (version !== 1) shape.bad("version");
    const [mesas, styleItem, ballots] = shape.array(group, "group", 3);
    const style = shape.uint(styleItem, "style", 0xffff);
    const rules = rulesOfStyle(style);
    const contests = shape.array(list, "contests", rules.length).map((item, i) => {
      const [votes, cells] = shape.array(item, "contest", 2);
      return {
        votes: shape.uints(votes, "votes", rules[i]!.options),
        cells: shape.bytes(cells, "cells", rules[i]!.options * kCell),
      };
    });
    return {
      mesas: shape.array(mesas, "mesas").map((item) => {
        const [centre, mesa] = shape.uints(item, "mesa", 2);
        return `${String(centre).padStart(9, "0")}.${String(mesa).padStart(2, "0")}`;
      }),
      style,
      ballots: shape.uint(ballots, "ballots"),
      contests,
    };
  } catch (error) {
    if (error instanceof Failure) fail("e2e.E116", { field: "tally" });
    throw error;
  }
}

/** Verifies ballots of one style after the other and sums them. */
export class MesaVerifier {
  private readonly curve: P256;
  private readonly extended: Keyed;
  private readonly sums: Cell[][] = [];
  ballots = 0;

  /** The curve keeps what a sum needs at the end of its memory. */
  constructor(
    engine: Engine,
    private readonly key: Pick<EncryptedCount, "jointKey" | "extended">,
    private readonly rules: readonly Rule[],
  ) {
    const options = Math.max(...rules.map((rule) => rule.options));
    const all = rules.reduce((sum, rule) => sum + rule.options, 0);
    this.extended = new Keyed(engine, key.extended);
    this.curve = P256.make(key.jointKey, 40 * options + 400 + 4 * all) ?? fail("e2e.E101", {});
    for (const rule of rules) {
      this.sums.push(
        Array.from({ length: rule.options }, () => ({
          pad: this.curve.keepSum(),
          data: this.curve.keepSum(),
        })),
      );
    }
  }

  /** Every check of part 4 on one ballot; its pads, for the search of duplicates. */
  add(ballot: Ballot, style: number): Bytes[] {
    if (ballot.style !== style || ballot.contests.length !== this.rules.length)
      fail("e2e.E301", {});
    const pads: Bytes[] = [];
    const hashes = this.rules.map((_, c) => this.contest(ballot.contests[c]!, c, pads));
    if (!equal(this.codeOf(hashes), ballot.code)) fail("e2e.E106", {});
    ++this.ballots;
    return pads;
  }

  codeOf(hashes: readonly Bytes[]): Bytes {
    return this.extended.hash(kByte(0x24), ...hashes);
  }

  /** Range proofs and limit proof of one contest, added to its sums; its hash. */
  contest(data: Bytes, index: number, pads: Bytes[]): Bytes {
    const { curve } = this;
    const rule = this.rules[index]!;
    const sums = this.sums[index]!;
    if (data.length !== rule.options * 194 + 64 * (rule.votes + 1)) fail("e2e.E301", {});
    curve.reset();
    const cut = (at: number, size: number): Bytes => data.subarray(at, at + size);
    const elements: number[] = [];
    for (let o = 0; o < rule.options; ++o) {
      for (const at of [194 * o, 194 * o + 33]) {
        elements.push(
          curve.decode(cut(at, 33)) ??
            fail("e2e.E101", { contest: rule.sequence, option: o + 1 }),
        );
      }
      pads.push(cut(194 * o, 33));
    }
    const total = [0, 1].map((half) =>
      curve.product(elements.filter((_, i) => i % 2 === half)),
    );
    const totalBytes = curve.encode(total);
    const totals = curve.affine(total);
    const odds = curve.odds([...elements, ...totals]);
    const where = rule.options * 194;
    const proofs = Array.from({ length: rule.options + 1 }, (_, o) => {
      const at = o === rule.options ? where : 194 * o + 66;
      const branches = o === rule.options ? rule.votes + 1 : 2;
      return Array.from({ length: branches }, (_, j) => ({
        c: scalarOf(cut(at + 64 * j, 32)),
        v: scalarOf(cut(at + 64 * j + 32, 32)),
      }));
    });
    const points = proofs.flatMap((branches, o) =>
      branches.flatMap(({ c, v }, j) => [
        curve.powers(0, v, odds[2 * o]!, c),
        curve.powers(1, mod(v - BigInt(j) * c), odds[2 * o + 1]!, c),
      ]),
    );
    const encoded = curve.encode(points);
    let next = 0;
    proofs.forEach((branches, o) => {
      const cipher =
        o === rule.options ? totalBytes : [cut(194 * o, 33), cut(194 * o + 33, 33)];
      const own = encoded.slice(next, next + 2 * branches.length);
      next += own.length;
      const challenge = this.extended.scalar(kByte(0x21), this.key.jointKey, ...cipher, ...own);
      if (mod(branches.reduce((sum, branch) => sum + branch.c, 0n)) !== challenge)
        fail(o === rule.options ? "e2e.E104" : "e2e.E103", {
          contest: rule.sequence,
          option: o + 1,
        });
    });
    sums.forEach((cell, o) => {
      curve.multiply(cell.pad, elements[2 * o]!);
      curve.multiply(cell.data, elements[2 * o + 1]!);
    });
    const ciphers = sums.map((_, o) => cut(194 * o, 66));
    return this.extended.hash(
      kByte(0x23),
      u32(rule.sequence),
      this.key.jointKey,
      ...ciphers,
    );
  }

  /** The tally is of these sums, rightly decrypted, and each contest adds up. */
  checkTally(tally: Tally): void {
    this.rules.forEach((rule, c) => {
      const { votes, cells } = tally.contests[c]!;
      for (let o = 0; o < rule.options; ++o) {
        const at = (from: number, size: number): Bytes =>
          cells.subarray(o * kCell + from, o * kCell + from + size);
        this.decryption(this.sums[c]![o]!, at, votes[o]!, rule.sequence, o + 1);
      }
    });
    this.rules.forEach((rule, c) => {
      const sum = tally.contests[c]!.votes.reduce((a, b) => a + b, 0);
      if (sum !== rule.votes * this.ballots) fail("e2e.E411", { contest: rule.sequence });
    });
  }

  private decryption(
    sum: Cell,
    at: (from: number, size: number) => Bytes,
    votes: number,
    contest: number,
    option: number,
  ): void {
    const { curve, key } = this;
    const where = { contest, option };
    curve.reset();
    const [a, b, t] = [at(0, 33), at(33, 33), at(66, 33)];
    const [pad, data] = curve.encode([curve.duplicate(sum.pad), curve.duplicate(sum.data)]);
    if (!equal(a, pad!) || !equal(b, data!)) fail("e2e.E108", where);
    const [c, v] = [scalarOf(at(99, 32)), scalarOf(at(131, 32))];
    const power = curve.fixedPower(1, BigInt(votes));
    const [expected] = curve.encode([power]);
    const given = curve.decodeAny(t) ?? fail("e2e.E101", where);
    // M = B / T
    const m = curve.sumOf(curve.decodeAny(b) ?? fail("e2e.E101", where));
    if (given !== "identity") curve.multiply(m, curve.invert(given));
    const elements = [curve.decodeAny(a) ?? fail("e2e.E101", where), curve.decode(key.jointKey)!];
    if (elements[0] === "identity" || m.identity) fail("e2e.E109", where);
    const [mAffine] = curve.affine([m]);
    const odds = curve.odds([elements[0] as number, elements[1] as number, mAffine!]) as [
      Odd,
      Odd,
      Odd,
    ];
    const [aBytes, bBytes, mBytes] = curve.encode([
      curve.powers(0, v, odds[1], c),
      curve.powerProduct([
        [odds[0], v],
        [odds[2], c],
      ]),
      m,
    ]);
    const challenge = this.extended.scalar(
      kByte(0x30),
      key.jointKey,
      a,
      b,
      aBytes!,
      bBytes!,
      mBytes!,
    );
    if (challenge !== c) fail("e2e.E109", where);
    if (!equal(expected!, t)) fail("e2e.E110", where);
  }
}

function mod(value: bigint): bigint {
  const rest = value % kOrder;
  return rest < 0n ? rest + kOrder : rest;
}

export function bundleRoot(engine: Engine, ballots: readonly { bytes: Bytes }[]): Bytes {
  return rootOfEntries(
    engine.sha256,
    ballots.map(({ bytes }) => engine.sha256(bytes)),
  );
}

// ---- 6: groups ----

export interface MesaBallots {
  key: string; // "201301006.01"
  style: number;
  ballots: number;
}
export interface Group {
  mesas: string[];
  style: number;
  ballots: number;
  largeEnough: boolean;
}

export function planGroups(mesas: readonly MesaBallots[], least: number): Group[] {
  const units = new Map<string, MesaBallots[]>();
  for (const mesa of [...mesas].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const unit = `${mesa.key.slice(0, 9)} ${mesa.style}`;
    units.set(unit, [...(units.get(unit) ?? []), mesa]);
  }
  const out: Group[] = [];
  for (const unit of units.values()) {
    const groups: Group[] = [];
    for (const mesa of unit) {
      let group = groups.at(-1);
      if (group === undefined || group.largeEnough) {
        group = { mesas: [], style: mesa.style, ballots: 0, largeEnough: false };
        groups.push(group);
      }
      group.mesas.push(mesa.key);
      group.ballots += mesa.ballots;
      group.largeEnough = group.ballots >= least;
    }
    const [before, last] = groups.slice(-2);
    if (last !== undefined && !last.largeEnough) {
      before!.mesas.push(...last.mesas);
      before!.ballots += last.ballots;
      groups.pop();
    }
    out.push(...groups);
  }
  return out.sort((a, b) => (a.mesas[0]! < b.mesas[0]! ? -1 : 1));
}
