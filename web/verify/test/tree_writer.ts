/**
 * Makes small published trees for tests, with keys derived from names. Never part of the product.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { concat, concatAll, toBase64, toHex, utf8, compareText, type Bytes } from "../src/bytes";
import { allocateSeats, countedItems, kBulletinAad, seatsJson, totalsBlob } from "../src/bulletin";
import { encode, Tagged, type Cbor } from "../src/cbor";
import { toBeSigned, toBeSigned1, type PublicKey } from "../src/cose";
import { keyId, type Algorithm } from "../src/crypto";
import { Fold, readEntry } from "../src/fold";
import { writeJson } from "../src/json";
import { keyText } from "../src/keys";
import { readLaw } from "../src/law";
import { leafHash, nextLevel, Nodes, rootOfEntries, allTiles, nodeHash } from "../src/merkle";
import * as pack from "../src/package";
import { mesaFolder, mesaPage, territoryPages } from "../src/pages";
import { rowMesa, writeRows, type Row } from "../src/rows";
import { foldRows, writeTotals } from "../src/totals";
import { verificationCode } from "../src/text_codes";
import { engine } from "./support";

export interface Signer extends PublicKey {
  sign(message: Bytes): Bytes;
}

export function signer(name: string, alg: Algorithm = -7): Signer {
  const seed = engine.sha256(utf8(`test key ${name}`));
  if (alg === -8) {
    return { alg, key: ed25519.getPublicKey(seed), sign: (message) => ed25519.sign(message, seed) };
  }
  const curve = alg === -7 ? p256 : p384;
  const secret = alg === -7 ? seed : concat(seed, seed.subarray(0, 16));
  return {
    alg,
    key: curve.getPublicKey(secret, true),
    sign: (message) => curve.sign(message, secret, { lowS: true }),
  };
}

const kProtected: Record<Algorithm, Bytes> = {
  [-7]: Uint8Array.of(0xa1, 1, 0x26),
  [-35]: Uint8Array.of(0xa1, 1, 0x38, 0x22),
  [-8]: Uint8Array.of(0xa1, 1, 0x27),
};

export function sign1(key: Signer, aad: string, payload: Cbor): Bytes {
  const record = { protectedHeader: kProtected[key.alg], payload: encode(payload) };
  const unprotected = new Map<number, Cbor>([[4, keyId(engine, key.key)]]);
  return encode(
    new Tagged(18, [
      record.protectedHeader,
      unprotected,
      record.payload,
      key.sign(toBeSigned1(record, aad)),
    ]),
  );
}

export function signN(keys: readonly Signer[], aad: string, payload: Cbor): Bytes {
  const body = encode(payload);
  const ordered = [...keys].sort((a, b) =>
    toHex(keyId(engine, a.key)) < toHex(keyId(engine, b.key)) ? -1 : 1,
  );
  const signers = ordered.map((key): Cbor => {
    const header = kProtected[key.alg];
    return [
      header,
      new Map<number, Cbor>([[4, keyId(engine, key.key)]]),
      key.sign(toBeSigned(header, aad, body)),
    ];
  });
  return encode(new Tagged(98, [new Uint8Array(0), new Map(), body, signers]));
}

function numbered(first: number, ...values: Cbor[]): Map<number, Cbor> {
  return new Map(values.map((value, i) => [first + i, value]));
}

const kWhy = 'source = "test", source_es = "prueba"';
const kLaw = `[pack]
id = "prueba"
[seats.list]
method = { value = "highest_averages", ${kWhy}, certain = true }
divisors = { value = "dhondt", ${kWhy}, certain = true }
threshold = { value = { num = 0, den = 1 }, ${kWhy}, certain = true }
tie = { value = ["more_votes", "lot"], ${kWhy}, certain = false }
exhausted_list = { value = "report", ${kWhy}, certain = true }
[seats.nominal]
method = { value = "plurality", ${kWhy}, certain = true }
tie = { value = ["lot"], ${kWhy}, certain = false }
[nominations]
card_votes_follow = { value = "current_candidate", ${kWhy}, certain = true }
orphan_card_votes = { value = "null", ${kWhy}, certain = false, alternatives = ["list"] }
authority = { value = "refuse", ${kWhy}, certain = true }
deadline_time = { value = "23:59", ${kWhy}, certain = true }
ballot_fixed_days_before = { value = 10, ${kWhy}, certain = true }
modify_days_before = { value = 10, ${kWhy}, certain = true }
modify_list_days_before = { value = 30, ${kWhy}, certain = true }
substitute_causes = { value = ["death"], ${kWhy}, certain = true }
[recount]
trigger_margin = { value = { num = 1, den = 200 }, ${kWhy}, certain = true }
[day]
open = { value = "06:00", ${kWhy}, certain = true }
[totalization]
bulletin_quorum = { value = 2, ${kWhy}, certain = true }
`;

const kContests: Cbor[] = [
  [
    "presidencia",
    "president",
    "",
    1,
    1,
    "Presidencia",
    "President",
    true,
    [
      ["ana", "Ana Prueba"],
      ["benito", "Benito Prueba"],
      ["carla", "Carla Prueba"],
    ],
    [
      ["araguaney", "ana", "a1"],
      ["llano", "benito", null],
      ["samán", "ana", "a1"],
      ["turpial", "carla", null],
    ],
  ],
  [
    "lista-1304",
    "list",
    "1304",
    3,
    1,
    "Lista, concejo",
    "List, council",
    true,
    [
      ["l1", "Lista 1"],
      ["l2", "Lista 2"],
      ["l3", "Lista 3"],
    ],
    [
      ["araguaney", "l1", null],
      ["llano", "l2", null],
      ["samán", "l1", null],
      ["turpial", "l3", null],
    ],
  ],
  [
    "nominal-1304",
    "nominal",
    "1304",
    2,
    2,
    "Nominal, circuito 1",
    "Nominal, circuit 1",
    true,
    [
      ["n1", "Dora"],
      ["n2", "Elías"],
      ["n3", "Flor"],
    ],
    [
      ["araguaney", "n1", null],
      ["llano", "n2", null],
      ["turpial", "n3", null],
    ],
  ],
];

/** Organisations "a" to "é": names beyond ASCII show that order is by bytes. */
const kDefinition = (imported: boolean): Map<number, Cbor> =>
  numbered(
    1,
    1,
    "prueba-2026",
    "Elección de prueba",
    "Test election",
    "2026-11-22",
    1,
    "Comisión de prueba",
    "prueba",
    "",
    imported,
    [
      ["02", "Estado Dos"],
      ["0201", "Municipio 0201"],
      ["020101", "Parroquia 020101"],
      ["020101001", 'Escuela "Uno", sede'],
      ["13", "Estado Trece"],
      ["1304", "Municipio 1304"],
      ["130402", "Parroquia 130402"],
      ["130402001", "Liceo Norte"],
      ["130402002", "Liceo Sur"],
    ],
    [
      ["araguaney", "MA", "Movimiento Araguaney"],
      ["llano", "UL", "Unión del Llano"],
      ["samán", "FS", "Fuerza Samán"],
      ["turpial", "PT", "Partido Turpial"],
    ],
    [["a1", "Alianza Uno"]],
    kContests,
    [
      ["completa", [0, 1, 2]],
      ["nacional", [0]],
    ],
  );

interface Sheet {
  centre: number;
  mesa: number;
  registered: number;
  voters: number;
  contests: number[][];
  machine?: string;
  type?: number;
  tweak?: (payload: Map<number, Cbor>) => void;
}

export interface Keys {
  roots: Signer[];
  ca: Signer;
  ops: Signer;
  auditor: Signer;
  bulletins: Signer[];
  log: Signer;
  publisher: Signer;
}

export function testKeys(salt = ""): Keys {
  return {
    roots: [signer(`root 1${salt}`, -35), signer(`root 2${salt}`, -35)],
    ca: signer("ca"),
    ops: signer("ops"),
    auditor: signer("auditor"),
    bulletins: [signer("bulletin 1"), signer("bulletin 2"), signer("bulletin 3")],
    log: signer("log", -8),
    publisher: signer("publisher"),
  };
}

export interface Plan {
  keys?: Keys;
  /** Drops or changes log entries before the log is made. */
  log?: (entries: Cbor[][]) => Cbor[][];
  /** Changes the payload of the last bulletin before it is signed. */
  bulletin?: (payload: Map<number, Cbor>) => void;
  bulletinSigners?: (keys: Keys) => Signer[];
}

const kOrigin = "registro.prueba.example/2026";
const kSoftware = engine.sha256(utf8("software"));
const kCentre1 = 130402001;
const kCentre2 = 130402002;
const kCentre3 = 20101001;

function machineId(name: string): Bytes {
  return engine.sha256(utf8(`machine ${name}`)).subarray(0, 16);
}

class Writer {
  readonly files = new Map<string, Bytes>();
  readonly keys: Keys;
  private readonly definition: pack.Definition;
  private readonly election: pack.Election;
  private manifestCose!: Bytes;
  private manifest!: pack.Manifest;
  private entries: Cbor[][] = [];

  constructor(private readonly plan: Plan) {
    this.keys = plan.keys ?? testKeys();
    const definition = encode(kDefinition(false));
    this.definition = pack.readDefinition(definition);
    const mesas = encode([
      [kCentre3, 1, 300, 1],
      [kCentre3, 2, 310, 1],
      [kCentre1, 1, 500, 0],
      [kCentre1, 2, 510, 0],
      [kCentre2, 1, 480, 0],
    ]);
    this.election = pack.makeElection(this.definition, pack.readMesas(mesas, this.definition));
    this.put("data/package/definition.cbor", definition);
    this.put("data/package/mesas.cbor", mesas);
    this.put("data/package/law.toml", utf8(kLaw));
    for (const style of this.definition.styles) {
      this.put(`data/package/ballots/${style.id}.cbor`, pack.ballotFile(this.definition, style));
    }
  }

  put(path: string, data: Bytes | string): void {
    this.files.set(path, typeof data === "string" ? utf8(data) : data);
  }

  makePackage(): void {
    const base = "data/package/";
    const files = [...this.files].filter(([path]) => path.startsWith(base));
    const named = files.map(([path, data]): Cbor[] => [
      path.slice(base.length),
      data.length,
      engine.sha256(data),
    ]);
    named.sort((a, b) => compareText(a[0] as string, b[0] as string));
    const key = (role: string, k: Signer): Cbor => [role, k.alg, k.key, `Titular de ${role}`];
    const { keys } = this;
    const payload = numbered(
      1,
      1,
      "Elección de prueba",
      "2026-11-22",
      1,
      engine.sha256(utf8(kLaw)),
      named,
      [this.election.mesas.length, engine.sha256(this.files.get(`${base}mesas.cbor`)!)],
      null,
      [
        key("election-ca", keys.ca),
        key("ops", keys.ops),
        key("auditor", keys.auditor),
        key("log", keys.log),
        key("publisher", keys.publisher),
        ...keys.bulletins.map((k) => key("bulletin", k)),
      ],
      [kOrigin, engine.sha256(new Uint8Array(0))],
      [["1.0", kSoftware, engine.sha256(utf8("source"))]],
      null,
      null,
    );
    this.manifestCose = signN(keys.roots, "sufragio/package/1", payload);
    this.put(`${base}manifest.cose`, this.manifestCose);
    this.put(`${base}roots.key`, keys.roots.map((root) => keyText(root) + "\n").join(""));
    this.manifest = pack.readManifest(engine, this.manifestCose);
  }

  sheet(sheet: Sheet): Bytes {
    const mesa = this.election.byMesa.get(pack.mesaKey(pack.centreCode(sheet.centre), sheet.mesa))!;
    const ballot = engine.sha256(pack.ballotFile(this.definition, mesa.style)).subarray(0, 8);
    const type = sheet.type ?? 1;
    const machine = sheet.machine ?? `${sheet.centre}.${sheet.mesa}`;
    const { voters } = sheet;
    const payload = numbered(
      1,
      1,
      this.manifest.handle,
      ballot,
      sheet.centre,
      sheet.mesa,
      1,
      1795000000 - (1795000000 % 60),
      sheet.registered,
      voters,
      voters,
      sheet.contests,
      engine.sha256(new Uint8Array(0)),
      kSoftware,
      machineId(machine),
      type,
      [voters, 0, 0, 0],
      type === 0 ? 0 : 1794960000,
      [voters, 0, 0, 0, 0, 0, 0, 0, 0],
      [],
      engine.sha256(utf8("head")),
    );
    sheet.tweak?.(payload);
    return sign1(signer(`machine ${machine}`), "sufragio/acta/1", payload);
  }

  add(type: number, subject: Cbor, body: Bytes): void {
    this.entries.push([type, subject, body]);
  }

  certify(machine: string): void {
    const payload = numbered(
      1,
      1,
      this.manifest.handle,
      machineId(machine),
      signer(`machine ${machine}`).key,
      `SN ${machine}`,
    );
    this.add(18, null, sign1(this.keys.ca, "sufragio/machine-cert/1", payload));
  }

  assign(centre: number, mesa: number, machine: string, replacement = 0): void {
    const payload = numbered(
      1,
      1,
      this.manifest.handle,
      centre,
      mesa,
      machineId(machine),
      replacement,
      1794900000,
    );
    this.add(4, [centre, mesa], sign1(this.keys.ops, "sufragio/assignment/1", payload));
  }

  acta(sheet: Sheet): void {
    this.add(sheet.type === 0 ? 5 : 6, [sheet.centre, sheet.mesa], this.sheet(sheet));
  }

  raw(): Bytes[] {
    return this.entries.map((entry) => encode(entry));
  }

  async fold(): Promise<Fold> {
    const fold = new Fold(
      engine,
      this.manifest,
      this.manifestCose,
      this.keys.roots,
      this.election,
      2,
    );
    const raw = this.raw();
    for (let i = 0; i < raw.length; i++) await fold.add(i, readEntry(raw[i]!));
    return fold;
  }

  async bulletin(number: number, previous: Bytes, last: boolean): Promise<Bytes> {
    const rows = (await this.fold()).rows();
    const items = countedItems(rows);
    const totals = totalsBlob(
      this.election,
      this.manifest,
      readLaw(utf8(kLaw)),
      foldRows(this.election, rows),
    );
    const raw = this.raw();
    const payload = numbered(
      1,
      1,
      this.manifest.handle,
      number,
      [raw.length, rootOfEntries(engine.sha256, raw)],
      [items.length, rootOfEntries(engine.sha256, items.map(encode))],
      engine.sha256(totals),
      this.manifest.lawPack,
      this.election.mesas.length,
      previous,
    );
    if (last) this.plan.bulletin?.(payload);
    const signers =
      last && this.plan.bulletinSigners
        ? this.plan.bulletinSigners(this.keys)
        : this.keys.bulletins.slice(0, 2);
    const body = signN(signers, kBulletinAad, payload);
    const name = `data/bulletins/${String(number).padStart(3, "0")}`;
    this.put(`${name}.cose`, body);
    this.put(`${name}.rows.cbor`, encode(items));
    this.put(`${name}.totals.cbor`, totals);
    this.add(12, null, body);
    return body;
  }

  /**
   * The night of five mesas: a replaced machine, a conflict that a decision settles, a sheet that
   * does not add up, one missing.
   */
  async night(): Promise<void> {
    const { handle } = this.manifest;
    this.add(1, null, this.manifestCose);
    const expected = numbered(
      0,
      15,
      1,
      handle,
      this.election.mesas.length,
      this.manifest.mesasHash,
    );
    this.add(15, null, signN(this.keys.roots, "sufragio/statement/1", expected));
    for (const mesa of this.election.mesas) {
      const name = `${Number(mesa.centre)}.${mesa.mesa}`;
      this.certify(name);
      this.assign(Number(mesa.centre), mesa.mesa, name);
    }
    this.certify("spare");
    const zeros = [
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ];
    this.acta({ centre: kCentre1, mesa: 1, registered: 500, voters: 0, contests: zeros, type: 0 });
    this.acta({
      centre: kCentre1,
      mesa: 1,
      registered: 500,
      voters: 300,
      contests: [
        [100, 80, 20, 90, 8, 2],
        [120, 90, 10, 75, 5, 0],
        [250, 240, 100, 10, 0],
      ],
    });
    this.acta({
      centre: kCentre3,
      mesa: 1,
      registered: 300,
      voters: 200,
      contests: [[50, 120, 10, 18, 2, 0]],
    });
    const first = await this.bulletin(1, new Uint8Array(32), false);
    this.assign(kCentre1, 2, "spare", 1);
    const conflict: Sheet = {
      centre: kCentre1,
      mesa: 2,
      registered: 510,
      voters: 400,
      contests: [
        [150, 200, 10, 30, 10, 0],
        [190, 190, 10, 5, 5, 0],
        [300, 380, 100, 20, 0],
      ],
      machine: "spare",
    };
    this.acta(conflict);
    this.acta({
      ...conflict,
      contests: [[150, 201, 10, 29, 10, 0], ...conflict.contests.slice(1)],
    });
    const chosen = engine.sha256(this.sheet(conflict));
    const decision = numbered(0, 8, 1, handle, chosen, 1, "La mesa confirma la primera");
    this.add(
      8,
      [kCentre1, 2],
      signN([this.keys.ops, this.keys.auditor], "sufragio/statement/1", decision),
    );
    // A sheet whose second contest does not add up: the whole acta waits for a decision.
    this.acta({
      centre: kCentre2,
      mesa: 1,
      registered: 480,
      voters: 300,
      contests: [
        [100, 100, 50, 50, 0, 0],
        [100, 100, 50, 51, 0, 0],
        [200, 200, 150, 50, 0],
      ],
    });
    await this.bulletin(2, engine.sha256(first), true);
  }

  makeLog(): { leaves: Bytes[]; checkpoint: string } {
    if (this.plan.log) this.entries = this.plan.log(this.entries);
    const raw = this.raw();
    const leaves = raw.map((entry) => leafHash(engine.sha256, entry));
    const root = new Nodes(engine.sha256, leaves).rootAt(leaves.length);
    const text = `${kOrigin}\n${raw.length}\n${toBase64(root)}\n`;
    const id = engine
      .sha256(concat(utf8(kOrigin), Uint8Array.of(10, 1), this.keys.log.key))
      .subarray(0, 4);
    const signature = toBase64(concat(id, this.keys.log.sign(utf8(text))));
    const checkpoint = `${text}\n\u2014 ${kOrigin} ${signature}\n`;
    this.put("data/log/checkpoint", checkpoint);
    let hashes = leaves;
    for (const { level, tiles } of allTiles(raw.length)) {
      if (level !== "entries" && level > 0) hashes = nextLevel(engine.sha256, hashes);
      tiles.forEach((tile, n) => {
        const slice = [n * 256, n * 256 + tile.width] as const;
        const bundle = raw
          .slice(...slice)
          .flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]);
        this.put(
          `data/log/${tile.path}`,
          concatAll(level === "entries" ? bundle : hashes.slice(...slice)),
        );
      });
    }
    return { leaves, checkpoint };
  }

  async write(): Promise<Map<string, Bytes>> {
    this.makePackage();
    await this.night();
    const { leaves, checkpoint } = this.makeLog();
    const fold = await this.fold();
    const rows = fold.rows();
    this.put("data/publisher.key", keyText(this.keys.publisher) + "\n");
    this.put(
      "data/site.json",
      writeJson({
        spec: "sufragio/site/1",
        trust: "signed",
        election: "prueba-2026",
        handle: toHex(this.manifest.handle),
        date: "2026-11-22",
        kind: "drill",
        title_es: "Elección de prueba",
        title_en: "Test election",
        organiser: "Comisión de prueba",
        law_pack: toHex(this.manifest.lawPack),
        log_origin: kOrigin,
        bulletins: 2,
        mesas: this.election.mesas.length,
      }),
    );
    writeFigures(this.files, this.election, rows, "signed", (key) => {
      const entry = fold.actaOf(key);
      return entry === null
        ? null
        : {
            id: toHex(entry.acta.id),
            code: verificationCode(entry.acta.id),
            logIndex: entry.index,
          };
    });
    const seats = allocateSeats(this.election, readLaw(utf8(kLaw)), foldRows(this.election, rows));
    this.put("data/seats.json", seatsJson(seats, 2));
    for (const mesa of this.election.mesas) {
      const entry = fold.actaOf(pack.mesaKey(mesa.centre, mesa.mesa));
      if (entry === null) continue;
      this.put(`${mesaFolder(mesa)}acta.cose`, entry.acta.bytes);
      this.put(`${mesaFolder(mesa)}acta.png`, "not a real picture");
      const proof = inclusionProof(leaves, entry.index)
        .map((hash) => `${toBase64(hash)}\n`)
        .join("");
      this.put(
        `${mesaFolder(mesa)}acta.proof`,
        `c2sp.org/tlog-proof@v1\nindex ${entry.index}\n${proof}\n${checkpoint}`,
      );
    }
    return this.files;
  }
}

/**
 * The path of a leaf in the tree over all leaves: RFC 6962 section 2.1.1, by its recursive
 * definition.
 */
export function inclusionProof(leaves: readonly Bytes[], index: number): Bytes[] {
  const root = (part: readonly Bytes[]): Bytes =>
    part.length === 1
      ? part[0]!
      : nodeHash(engine.sha256, root(part.slice(0, half(part))), root(part.slice(half(part))));
  const half = (part: readonly Bytes[]): number => 2 ** Math.ceil(Math.log2(part.length) - 1);
  if (leaves.length === 1) return [];
  const k = half(leaves);
  return index < k
    ? [...inclusionProof(leaves.slice(0, k), index), root(leaves.slice(k))]
    : [...inclusionProof(leaves.slice(k), index - k), root(leaves.slice(0, k))];
}

type ActaLookup = Parameters<typeof mesaPage>[3];

export function writeFigures(
  files: Map<string, Bytes>,
  election: pack.Election,
  rows: readonly Row[],
  trust: string,
  actaOf: (key: string) => ActaLookup,
): void {
  const totals = foldRows(election, rows);
  files.set("data/rows.csv", utf8(writeRows(rows, election)));
  files.set("data/totals.csv", utf8(writeTotals(election, totals)));
  const byMesa = new Map<string, Row[]>();
  for (const row of rows) byMesa.set(rowMesa(row), [...(byMesa.get(rowMesa(row)) ?? []), row]);
  const put = (page: { folder: string; json: string; csv: string }): void => {
    files.set(`${page.folder}data.json`, utf8(page.json));
    files.set(`${page.folder}data.csv`, utf8(page.csv));
    files.set(`${page.folder}index.html`, utf8(htmlPage(page.folder, "es")));
    files.set(`${page.folder}en.html`, utf8(htmlPage(page.folder, "en")));
  };
  for (const page of territoryPages(election, totals, trust)) put(page);
  for (const mesa of election.mesas.filter((m) => m.mesa > 0)) {
    const key = pack.mesaKey(mesa.centre, mesa.mesa);
    put(mesaPage(election, mesa, byMesa.get(key) ?? [], actaOf(key), trust));
  }
}

function htmlPage(folder: string, language: string): string {
  const up = "../".repeat(folder.split("/").length - 1);
  const other = language === "es" ? ["en.html", "en", "English"] : ["index.html", "es", "Español"];
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width">` +
    `<title>Prueba ${folder}</title><link rel="icon" href="data:,"></head>` +
    `<body><main><h1>Prueba</h1><p>${folder.replaceAll("/", " ")}</p>` +
    `<p><a href="${up}verify/index.html">Verificar</a> ` +
    `<a href="${other[0]}" lang="${other[1]}">${other[2]}</a></p></main></body></html>\n`
  );
}

/** The lists and the signature of the publisher over everything that stands in `files`. */
export function seal(
  files: Map<string, Bytes>,
  handle: Bytes,
  publisher: Signer,
  number = 1,
): Map<string, Bytes> {
  for (const path of [...files.keys()]) {
    if (path.startsWith("files/") || path === "manifest.sha256" || path === "manifest.cose")
      files.delete(path);
  }
  const list = (paths: string[]): Bytes =>
    utf8(
      paths
        .sort(compareText)
        .map((path) => `${toHex(engine.sha256(files.get(path)!))}  ${path}\n`)
        .join(""),
    );
  const states = new Set(
    [...files.keys()].filter((path) => path.startsWith("t/")).map((path) => path.slice(2, 4)),
  );
  for (const state of states) {
    files.set(
      `files/${state}.sha256`,
      list([...files.keys()].filter((path) => path.startsWith(`t/${state}/`))),
    );
  }
  const main = list([...files.keys()].filter((path) => !path.startsWith("t/")));
  files.set("manifest.sha256", main);
  const payload = numbered(1, 1, handle, engine.sha256(main), number, 1795000000, publisher.key);
  files.set("manifest.cose", sign1(publisher, "sufragio/publication/1", payload));
  return files;
}

/** A whole signed tree. */
export async function signedTree(plan: Plan = {}): Promise<Map<string, Bytes>> {
  const writer = new Writer(plan);
  const files = await writer.write();
  return seal(files, handleOf(files), writer.keys.publisher);
}

export function handleOf(files: Map<string, Bytes>): Bytes {
  const site = JSON.parse(new TextDecoder().decode(files.get("data/site.json")!)) as {
    handle: string;
  };
  return Uint8Array.from(site.handle.match(/../g)!.map((pair) => parseInt(pair, 16)));
}

/**
 * A tree of imported rows: `states` states of `centres` centres with `mesas` mesas, one contest of
 * ten cards.
 */
export function importedTree(states: number, centres: number, mesas: number): Map<string, Bytes> {
  const files = new Map<string, Bytes>();
  const two = (n: number): string => String(n).padStart(2, "0");
  const territories: Cbor[] = [];
  const mesaItems: Cbor[] = [];
  for (let s = 1; s <= states; s++) {
    const state = two(s);
    territories.push(
      [state, `Estado ${s}`],
      [`${state}01`, `Municipio ${s}`],
      [`${state}0101`, `Parroquia ${s}`],
    );
    for (let c = 1; c <= centres; c++) {
      const centre = `${state}0101${String(c).padStart(3, "0")}`;
      territories.push([centre, `Centro ${c}`]);
      for (let m = 1; m <= mesas; m++) mesaItems.push([Number(centre), m, null, 0]);
    }
  }
  const options = Array.from({ length: 10 }, (_, i): Cbor => [`o${i}`, `Opción ${i}`]);
  const cards = Array.from({ length: 10 }, (_, i): Cbor => ["", `o${i}`, null]);
  const contest: Cbor = [
    "gobernación",
    "governor",
    "",
    1,
    1,
    "Gobernación",
    "Governor",
    false,
    options,
    cards,
  ];
  const definition = encode(
    numbered(
      1,
      1,
      "importada",
      "Filas importadas",
      "Imported rows",
      "2017-10-15",
      0,
      "Quien publicó",
      "prueba",
      "",
      true,
      territories,
      [],
      [],
      [contest],
      [["todas", [0]]],
    ),
  );
  const read = pack.readDefinition(definition);
  const mesasFile = encode(mesaItems);
  const election = pack.makeElection(read, pack.readMesas(mesasFile, read));
  files.set("data/package/definition.cbor", definition);
  files.set("data/package/mesas.cbor", mesasFile);
  files.set("data/package/law.toml", utf8(kLaw));
  const rows = election.mesas.map((mesa, i): Row => {
    const votes = Array.from({ length: 10 }, (_, k) => (i * 7 + k * 13) % 60);
    const sum = votes.reduce((a, b) => a + b, 0);
    return {
      contest: 0,
      territory: mesa.centre,
      mesa: two(mesa.mesa),
      revision: 0,
      status: "counted",
      trust: "imported",
      source: toHex(engine.sha256(utf8("source"))),
      registered: sum + 100,
      voters: sum + 3,
      ballots: null,
      valid: sum,
      nulls: 3,
      invalid: 0,
      actas: 1,
      votes,
      codes: [],
      origin: `mesas.csv:${i + 2}`,
    };
  });
  // A row whose stated valid votes are not those of its cards: quarantined, not dropped.
  rows[1] = {
    ...rows[1]!,
    valid: rows[1]!.valid! + 5,
    status: "quarantined",
    codes: ["V203", "V204"],
  };
  const publisher = signer("publisher");
  const handle = engine.sha256(definition).subarray(0, 8);
  files.set("data/publisher.key", utf8(keyText(publisher) + "\n"));
  files.set("data/sources.csv", utf8("name,format,publisher,size,sha256\n"));
  files.set("data/notes.csv", utf8("file,line,code,facts\n"));
  files.set(
    "data/site.json",
    utf8(
      writeJson({
        spec: "sufragio/site/1",
        trust: "imported",
        election: "importada",
        handle: toHex(handle),
        date: "2017-10-15",
        kind: "real",
        title_es: "Filas importadas",
        title_en: "Imported rows",
        organiser: "Quien publicó",
        law_pack: toHex(engine.sha256(utf8(kLaw))),
        log_origin: "",
        bulletins: 0,
        mesas: election.mesas.length,
      }),
    ),
  );
  writeFigures(files, election, rows, "imported", () => null);
  return seal(files, handle, publisher);
}
