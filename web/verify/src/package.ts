/** The package of an election: manifest, definition, mesas, ballots (docs/spec/package.md). */
import { compare, compareText, equal, toHex, type Bytes } from "./bytes";
import { decode, encode, Shape, type Cbor } from "./cbor";
import { parseSign, type PublicKey, type RecordN } from "./cose";
import { validKey, type Algorithm, type Engine } from "./crypto";
import { fail } from "./failure";
import type { StaleCard } from "./nominations";

export const kKinds = ["real", "drill", "mock", "audit"] as const;
export type Kind = (typeof kKinds)[number];

export interface RoleKey extends PublicKey {
  role: string;
  holder: string;
}

export interface Manifest {
  record: RecordN;
  hash: Bytes;
  handle: Bytes;
  title: string;
  date: string;
  kind: number;
  lawPack: Bytes;
  files: { path: string; size: number; hash: Bytes }[];
  mesaCount: number;
  mesasHash: Bytes;
  encrypted: EncryptedCount | null;
  keys: RoleKey[];
  logOrigin: string;
  policyHash: Bytes;
  softwareRoots: Bytes[];
}

const kManifestLimit = 16 * 1024 * 1024 + 65536;
const kRoles = [
  "election-ca",
  "ops",
  "bulletin",
  "log",
  "witness",
  "receipt",
  "guardian",
  "auditor",
  "publisher",
];

function readKeys(engine: Engine, value: Cbor | undefined): RoleKey[] {
  const shape = new Shape("package manifest");
  const keys = shape.array(value, "9").map((item) => {
    const [role, alg, key, holder] = shape.array(item, "9", 4);
    if (alg !== -7 && alg !== -35 && alg !== -8) shape.bad("9 alg");
    const out = {
      role: shape.text(role, "9 role"),
      alg: alg as Algorithm,
      key: shape.bytes(key, "9 key"),
      holder: shape.text(holder, "9 holder"),
    };
    if (!kRoles.includes(out.role)) shape.bad("9 role");
    if (!validKey(out.alg, out.key)) shape.bad("9 key");
    return out;
  });
  const ids = keys.map((key) => toHex(engine.sha256(key.key).subarray(0, 8)));
  if (new Set(ids).size !== ids.length) shape.bad("9 twice");
  return keys;
}

/** Key 8: what docs/spec/e2e.md builds on. */
export interface EncryptedCount {
  parameters: Bytes; // HP
  manifest: Bytes; // HM
  base: Bytes; // HB
  jointKey: Bytes; // K
  extended: Bytes; // HE
  guardians: number;
  quorum: number;
  transcript: Bytes; // HG
  minAggregate: number;
}

function readEncryptedCount(value: Cbor | undefined): EncryptedCount | null {
  if (value === null) return null;
  const shape: Shape = new Shape("package manifest");
  const map = shape.map(value, 1, 10);
  if (map.get(1) !== "EG20-P256") shape.bad("8");
  const guardians = shape.uint(map.get(7), "8", 32);
  const quorum = shape.uint(map.get(8), "8", guardians);
  if (quorum === 0) shape.bad("8");
  return {
    parameters: shape.bytes(map.get(2), "8", 32),
    manifest: shape.bytes(map.get(3), "8", 32),
    base: shape.bytes(map.get(4), "8", 32),
    jointKey: shape.bytes(map.get(5), "8", 33),
    extended: shape.bytes(map.get(6), "8", 32),
    guardians,
    quorum,
    transcript: shape.bytes(map.get(9), "8", 32),
    minAggregate: shape.uint(map.get(10), "8", 1_000_000),
  };
}

export function readManifest(engine: Engine, data: Bytes): Manifest {
  const shape = new Shape("package manifest");
  const record = parseSign(data, kManifestLimit);
  const map = shape.map(decode(record.payload), 1, 13);
  if (map.get(1) !== 1) shape.bad("1");
  const files = shape.array(map.get(6), "6").map((item) => {
    const [path, size, hash] = shape.array(item, "6", 3);
    return {
      path: shape.text(path, "6"),
      size: shape.uint(size, "6"),
      hash: shape.bytes(hash, "6", 32),
    };
  });
  for (const file of files) checkPath(file.path);
  for (let i = 1; i < files.length; i++) {
    if (compareText(files[i - 1]!.path, files[i]!.path) >= 0) shape.bad("6 order");
  }
  const [mesaCount, mesasHash] = shape.array(map.get(7), "7", 2);
  const [origin, policy] = shape.array(map.get(10), "10", 2);
  const releases = shape.array(map.get(11), "11").map((item) => {
    const [name, root, source] = shape.array(item, "11", 3);
    shape.text(name, "11");
    shape.bytes(source, "11", 32);
    return shape.bytes(root, "11", 32);
  });
  const superseded = map.get(12);
  if (superseded !== null) shape.bytes(superseded, "12", 32);
  if ((map.get(13) === null) !== (superseded === null)) shape.bad("13");
  const hash = engine.sha256(record.payload);
  return {
    record,
    hash,
    handle: hash.subarray(0, 8),
    title: shape.text(map.get(2), "2"),
    date: shape.text(map.get(3), "3"),
    kind: shape.uint(map.get(4), "4", 3),
    lawPack: shape.bytes(map.get(5), "5", 32),
    files,
    mesaCount: shape.uint(mesaCount, "7"),
    mesasHash: shape.bytes(mesasHash, "7", 32),
    encrypted: readEncryptedCount(map.get(8)),
    keys: readKeys(engine, map.get(9)),
    logOrigin: shape.text(origin, "10"),
    policyHash: shape.bytes(policy, "10", 32),
    softwareRoots: releases,
  };
}

function checkPath(path: string): void {
  const ok =
    /^[A-Za-z0-9._/-]{1,200}$/.test(path) &&
    path.split("/").every((part) => part !== "" && !part.startsWith("."));
  if (!ok) fail("package.path", { path });
}

export interface Option {
  id: string;
  name: string;
}
export interface Card {
  organisation: string;
  option: string;
  /** What its votes count for by the law: as printed, else see nominations.ts; empty: nobody. */
  counts: string;
  alliance: string | null;
}
export interface Contest {
  index: number;
  id: string;
  kind: string;
  territory: string;
  seats: number;
  votesPerVoter: number;
  titleEs: string;
  titleEn: string;
  cardsKnown: boolean;
  options: Option[];
  cards: Card[];
  /** Cards whose print is no longer the law. */
  stale: readonly StaleCard[];
}
export interface Style {
  id: string;
  contests: number[];
}
export interface Definition {
  id: string;
  titleEs: string;
  titleEn: string;
  date: string;
  kind: number;
  organiser: string;
  lawId: string;
  url: string;
  imported: boolean;
  /** Code to name, ascending by code; the country is not in it. */
  territories: Map<string, string>;
  /** Id to the short name on the card. */
  organisations: Map<string, string>;
  contests: Contest[];
  styles: Style[];
}

const kContestKinds = [
  "president",
  "governor",
  "mayor",
  "list",
  "nominal",
  "indigenous",
  "referendum",
  "constituent",
];
const kTerritoryCode = /^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9})$/;

/** The code one level up; "" for a state. */
export function parentOf(code: string): string {
  return code.length === 9 ? code.slice(0, 6) : code.slice(0, code.length - 2);
}

/** Is `code` the territory `of` or inside it? */
export function inside(code: string, of: string): boolean {
  return code.startsWith(of);
}

function unique(values: readonly string[], what: string): void {
  if (new Set(values).size !== values.length) fail("definition.twice", { what });
}

function ascending(values: readonly string[], what: string): void {
  for (let i = 1; i < values.length; i++) {
    if (compareText(values[i - 1]!, values[i]!) >= 0) fail("definition.order", { what });
  }
}

const kGeneratedWords = ["cards", "electors", "mesas", "options", "seats", "territory"];

/** What of a definition no source gives and a seed made: words in this order, at least one. */
function isGeneratedMark(text: string): boolean {
  const words = text.split(" ");
  return kGeneratedWords.filter((word) => words.includes(word)).join(" ") === text && text !== "";
}

function readContest(
  value: Cbor,
  index: number,
  organisations: Set<string>,
  alliances: Set<string>,
): Contest {
  const shape = new Shape("definition.cbor");
  const fields = shape.array(value, "14");
  const [id, kind, territory, seats, votes, titleEs, titleEn, cardsKnown, options, cards, mark] =
    fields;
  if (fields.length !== 10 && (fields.length !== 11 || !isGeneratedMark(shape.text(mark, "14"))))
    shape.bad("14");
  const contest: Contest = {
    index,
    id: shape.text(id, "14 id"),
    kind: shape.text(kind, "14 kind"),
    territory: shape.text(territory, "14 territory"),
    seats: shape.uint(seats, "14 seats", 10000),
    votesPerVoter: shape.uint(votes, "14 votes"),
    titleEs: shape.text(titleEs, "14 title_es"),
    titleEn: shape.text(titleEn, "14 title_en"),
    cardsKnown: shape.bool(cardsKnown, "14 cards_known"),
    options: shape.array(options, "14 options").map((item) => {
      const [option, name] = shape.array(item, "14 option", 2);
      return { id: shape.text(option, "14 option"), name: shape.text(name, "14 option") };
    }),
    cards: shape.array(cards, "14 cards").map((item) => {
      const [organisation, option, alliance] = shape.array(item, "14 card", 3);
      return {
        organisation: shape.text(organisation, "14 card"),
        option: shape.text(option, "14 card"),
        counts: shape.text(option, "14 card"),
        alliance: alliance === null ? null : shape.text(alliance, "14 card"),
      };
    }),
    stale: [],
  };
  if (!kContestKinds.includes(contest.kind) || contest.seats < 1) shape.bad("14 kind");
  if (contest.votesPerVoter < 1 || contest.votesPerVoter > contest.seats) shape.bad("14 votes");
  const ids = contest.options.map((option) => option.id);
  unique(ids, contest.id);
  const known = new Set(ids);
  if (contest.options.length === 0 || contest.cards.length === 0) shape.bad("14 empty");
  for (const card of contest.cards) {
    if (!known.has(card.option)) shape.bad("14 card option");
    if (card.organisation === "" ? contest.cardsKnown : !organisations.has(card.organisation))
      shape.bad("14 card organisation");
    if (card.alliance !== null && !alliances.has(card.alliance)) shape.bad("14 card alliance");
  }
  unique(
    contest.cards.map((card) => `${card.organisation} ${card.option}`),
    contest.id,
  );
  return contest;
}

export function readDefinition(data: Bytes): Definition {
  const shape = new Shape("definition.cbor");
  const decoded = decode(data);
  const marked = decoded instanceof Map && decoded.has(16);
  const map = shape.map(decoded, 1, marked ? 16 : 15);
  if (marked && !isGeneratedMark(shape.text(map.get(16), "16"))) shape.bad("16");
  if (map.get(1) !== 1) shape.bad("1");
  const names = (key: number, width: number): string[][] =>
    shape
      .array(map.get(key), String(key))
      .map((item) =>
        shape.array(item, String(key), width).map((text) => shape.text(text, String(key))),
      );
  const territories = names(11, 2);
  const shorts = new Map(names(12, 3).map(([id, short]) => [id!, short!]));
  const organisations = names(12, 3).map((item) => item[0]!);
  const alliances = names(13, 2).map((item) => item[0]!);
  ascending(
    territories.map((item) => item[0]!),
    "11",
  );
  ascending(organisations, "12");
  ascending(alliances, "13");
  const byCode = new Map(territories.map(([code, name]) => [code!, name!]));
  for (const code of byCode.keys()) {
    const parent = parentOf(code);
    if (!kTerritoryCode.test(code) || (parent !== "" && !byCode.has(parent)))
      fail("definition.territory", { code });
  }
  const contests = shape
    .array(map.get(14), "14")
    .map((item, index) => readContest(item, index, new Set(organisations), new Set(alliances)));
  unique(
    contests.map((contest) => contest.id),
    "14",
  );
  for (const contest of contests) {
    if (contest.territory !== "" && !byCode.has(contest.territory))
      fail("definition.territory", { code: contest.territory });
  }
  const styles = shape.array(map.get(15), "15").map((item) => {
    const [id, list] = shape.array(item, "15", 2);
    const style = { id: shape.text(id, "15"), contests: shape.uints(list, "15") };
    if (
      style.contests.some((index) => index >= contests.length) ||
      new Set(style.contests).size !== style.contests.length
    )
      shape.bad("15");
    return style;
  });
  unique(
    styles.map((style) => style.id),
    "15",
  );
  return {
    id: shape.text(map.get(2), "2"),
    titleEs: shape.text(map.get(3), "3"),
    titleEn: shape.text(map.get(4), "4"),
    date: shape.text(map.get(5), "5"),
    kind: shape.uint(map.get(6), "6", 3),
    organiser: shape.text(map.get(7), "7"),
    lawId: shape.text(map.get(8), "8"),
    url: shape.text(map.get(9), "9"),
    imported: shape.bool(map.get(10), "10"),
    territories: byCode,
    organisations: shorts,
    contests,
    styles,
  };
}

export interface Mesa {
  /** The 9-digit code. */
  centre: string;
  mesa: number;
  electors: number | null;
  style: Style;
  /** How many actas its row stands for: 1 but for units of imports. */
  actas: number;
}

export function mesaKey(centre: string, mesa: number): string {
  return `${centre}.${String(mesa).padStart(2, "0")}`;
}

export function centreCode(centre: number): string {
  return String(centre).padStart(9, "0");
}

export function readMesas(data: Bytes, definition: Definition): Mesa[] {
  const shape: Shape = new Shape("mesas.cbor");
  let previous = -1;
  return shape.array(decode(data), "list").map((item) => {
    const fields = shape.array(item, "mesa");
    const [centre, mesa, electors, style, actas] = fields;
    if (fields.length !== 4 && (fields.length !== 5 || !definition.imported || actas === 1))
      shape.bad("mesa");
    const code = shape.uint(centre, "centre", 999999999);
    const number = shape.uint(mesa, "mesa", 99);
    const order = code * 100 + number;
    if (order <= previous || (number === 0 && !definition.imported)) shape.bad("order");
    previous = order;
    const found = definition.styles[shape.uint(style, "style")];
    if (found === undefined) shape.bad("style");
    if (electors === null && !definition.imported) shape.bad("electors");
    const text = centreCode(code);
    if (!definition.territories.has(text)) fail("definition.territory", { code: text });
    for (const index of found.contests) {
      if (!inside(text, definition.contests[index]!.territory))
        fail("definition.outside", { mesa: mesaKey(text, number) });
    }
    return {
      centre: text,
      mesa: number,
      electors: electors === null ? null : shape.uint(electors, "electors"),
      style: found,
      actas: actas === undefined ? 1 : shape.uint(actas, "actas", 100000),
    };
  });
}

/** The file `ballots/<style>.cbor` that the definition makes. */
export function ballotFile(definition: Definition, style: Style): Bytes {
  const contests = style.contests.map((index) => {
    const contest = definition.contests[index]!;
    const cards = contest.cards.map((card) => [card.organisation, card.option]);
    return [index, contest.id, contest.votesPerVoter, contest.seats, cards];
  });
  return encode(
    new Map<number, Cbor>([
      [1, 1],
      [2, style.id],
      [3, contests],
    ]),
  );
}

export interface Election {
  definition: Definition;
  mesas: Mesa[];
  byMesa: Map<string, Mesa>;
}

export function makeElection(definition: Definition, mesas: Mesa[]): Election {
  const used = new Set(mesas.flatMap((mesa) => mesa.style.contests));
  for (const contest of definition.contests) {
    if (!used.has(contest.index)) fail("definition.unreached", { contest: contest.id });
  }
  return {
    definition,
    mesas,
    byMesa: new Map(mesas.map((mesa) => [mesaKey(mesa.centre, mesa.mesa), mesa])),
  };
}

/**
 * The files of a package against its manifest: exactly those named, with size and hash. `read`
 * gives a file's bytes.
 */
export function checkFiles(
  engine: Engine,
  manifest: Manifest,
  files: ReadonlyMap<string, Bytes>,
): void {
  for (const file of manifest.files) {
    const data = files.get(file.path);
    if (data === undefined) fail("package.missing", { path: file.path });
    if (data.length !== file.size || !equal(engine.sha256(data), file.hash))
      fail("package.hash", { path: file.path });
  }
  for (const path of files.keys()) {
    if (!manifest.files.some((file) => file.path === path)) fail("package.extra", { path });
  }
  const hashOf = (path: string): Bytes => {
    const found = manifest.files.find((file) => file.path === path);
    return found === undefined ? fail("package.missing", { path }) : found.hash;
  };
  if (!equal(hashOf("mesas.cbor"), manifest.mesasHash))
    fail("package.hash", { path: "mesas.cbor" });
  if (!equal(hashOf("law.toml"), manifest.lawPack)) fail("package.hash", { path: "law.toml" });
  hashOf("definition.cbor");
  const policy = files.get("log-policy") ?? new Uint8Array(0);
  if (!equal(engine.sha256(policy), manifest.policyHash))
    fail("package.hash", { path: "log-policy" });
}

export function keysOfRole(manifest: Manifest, role: string): RoleKey[] {
  return manifest.keys.filter((key) => key.role === role);
}

export function sameKey(a: PublicKey, b: PublicKey): boolean {
  return a.alg === b.alg && compare(a.key, b.key) === 0;
}
