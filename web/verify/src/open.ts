/** Opens a published tree: docs/spec/site.md section 7, steps 1 to 5. */
import { equal, fromHex, text as decodeText, toHex, type Bytes } from "./bytes";
import { decode, Shape } from "./cbor";
import { parseSign1, verifySign, verifySign1, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { Failure, fail, inFile, type Facts } from "./failure";
import { Fold, kEntryLimit, readEntry, type Entry } from "./fold";
import { parseHashList } from "./hash_lists";
import { firstDifference, parseJson, writeJson } from "./json";
import { fingerprint, matches, parseKeys, type Trusted } from "./keys";
import { readLaw, type Law } from "./law";
import { Nominations, type ActsHead } from "./nominations";
import { allTiles, leafHash, Nodes, nextLevel } from "./merkle";
import { noteSignedBy, parseCheckpoint, type Checkpoint } from "./note";
import * as pack from "./package";
import { type Row } from "./rows";
import { kindName } from "./rules";
import type { Tree } from "./tree";

export const kSteps = [
  "signature",
  "files",
  "package",
  "log",
  "records",
  "rows",
  "totals",
  "bulletins",
  "acts",
  "actas",
] as const;
export type StepName = (typeof kSteps)[number];

export interface StepResult {
  step: StepName;
  state: "ok" | "failed" | "none";
  facts: Facts;
}

export interface Report {
  ok: boolean;
  /** Who vouches: nobody (the tree only agrees with itself), the publisher's key, or the roots. */
  checkedAgainst: "none" | "publisher" | "roots";
  kind: "signed" | "imported" | null;
  title: { es: string; en: string } | null;
  fingerprint: string | null;
  roots: string[];
  steps: StepResult[];
  failure: { step: StepName; key: string; facts: Facts } | null;
}

export interface Options {
  roots?: readonly Trusted[];
  publisher?: Trusted | null;
  /**
   * `figures` leaves the pages and pictures of each territory unread; their data are still compared
   * by hash.
   */
  scope?: "all" | "figures";
  onProgress?: (step: StepName, done: number, total: number) => void | Promise<void>;
}

const kPublicationAad = "sufragio/publication/1";
const kManifestFiles = ["manifest.sha256", "manifest.cose"];

/**
 * The package and the log of a signed tree, verified; throws the failure of the step that does not
 * hold.
 */
export async function openSigned(
  engine: Engine,
  tree: Tree,
  roots: readonly Trusted[],
): Promise<{ manifest: pack.Manifest; election: pack.Election; fold: Fold }> {
  const run = new Opening(engine, tree, { roots, scope: "figures" });
  const report = await run.all(["signature", "files", "package", "log", "records"]);
  if (report.failure !== null) throw new Failure(report.failure.key, report.failure.facts);
  if (report.kind !== "signed") fail("acta.imported");
  return run.opened();
}

/** An entry that cannot be read is still a leaf; it says nothing. */
function readableEntry(raw: Bytes): Entry | null {
  try {
    return readEntry(raw);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/**
 * The first steps: signature, files, package, log and records. What follows from the rows is
 * verify.ts.
 */
export class Opening {
  protected readonly steps: StepResult[] = [];
  protected step: StepName = "signature";
  protected list: Bytes = new Uint8Array(0);
  protected readonly hashes = new Map<string, string>();
  protected readonly files = new Map<string, Bytes>();
  protected publisher: PublicKey | null = null;
  protected roots: PublicKey[] = [];
  protected handle: Bytes = new Uint8Array(8);
  protected signed = false;
  protected site: { title_es: string; title_en: string } | null = null;
  protected manifest!: pack.Manifest;
  /** As the ballots are printed; `election`: as the law counts its cards. */
  protected printed!: pack.Election;
  protected election!: pack.Election;
  protected nominations: Nominations | null = null;
  protected law!: Law;
  protected fold!: Fold;
  protected entries: (Entry | null)[] = [];
  protected leaves: Bytes[] = [];
  protected nodes!: Nodes;
  protected checkpoint!: Checkpoint;
  protected snapshots = new Map<number, Row[]>();

  constructor(
    protected readonly engine: Engine,
    protected readonly tree: Tree,
    protected readonly options: Options,
  ) {}

  opened(): { manifest: pack.Manifest; election: pack.Election; fold: Fold } {
    return { manifest: this.manifest, election: this.election, fold: this.fold };
  }

  protected work(): Partial<Record<StepName, () => Promise<Facts | null>>> {
    return {
      signature: () => this.checkSignature(),
      files: () => this.checkFiles(),
      package: () => this.checkPackage(),
      log: () => this.checkLog(),
      records: () => this.checkRecords(),
    };
  }

  async all(steps: readonly StepName[]): Promise<Report> {
    const work = this.work();
    let failure: Report["failure"] = null;
    for (const step of steps) {
      this.step = step;
      try {
        const facts = await work[step]!();
        this.steps.push({ step, state: facts === null ? "none" : "ok", facts: facts ?? {} });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failure = { step, key: error.key, facts: error.facts };
        this.steps.push({ step, state: "failed", facts: error.facts });
        break;
      }
    }
    const { publisher, roots } = this.options;
    return {
      ok: failure === null,
      checkedAgainst:
        roots !== undefined && roots.length > 0 ? "roots" : publisher ? "publisher" : "none",
      kind: this.site === null ? null : this.signed ? "signed" : "imported",
      title: this.site === null ? null : { es: this.site.title_es, en: this.site.title_en },
      fingerprint: this.publisher === null ? null : fingerprint(this.engine, this.publisher),
      roots: this.roots.map((key) => fingerprint(this.engine, key)),
      steps: this.steps,
      failure,
    };
  }

  protected async progress(done: number, total: number): Promise<void> {
    await this.options.onProgress?.(this.step, done, total);
  }

  protected async read(path: string): Promise<Bytes> {
    return (await this.tree.read(path)) ?? fail("file.missing", { file: path });
  }

  /** A file of the tree that step 2 has read and hashed. */
  protected file(path: string): Bytes {
    return this.files.get(path) ?? fail("file.missing", { file: path });
  }

  protected hash(path: string): string {
    return this.hashes.get(path) ?? fail("file.missing", { file: path });
  }

  protected has(path: string): boolean {
    return this.hashes.has(path);
  }

  protected under(folder: string): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(folder));
  }

  // 1
  protected async checkSignature(): Promise<Facts> {
    const list = await this.read("manifest.sha256");
    this.list = list;
    const keyFile = await this.read("data/publisher.key");
    const data = await this.read("manifest.cose");
    const keys = inFile("data/publisher.key", () => parseKeys(decodeText(keyFile)));
    if (keys.length !== 1 || keys[0]!.alg !== -7) fail("key.form", { file: "data/publisher.key" });
    this.publisher = keys[0]!;
    const { record, number } = inFile("manifest.cose", () => this.readPublication(data, list));
    if (!(await verifySign1(this.engine, record, kPublicationAad, this.publisher))) {
      fail("signature.bad", { file: "manifest.cose" });
    }
    const trusted = this.options.publisher;
    if (trusted && !matches(this.engine, trusted, this.publisher)) {
      fail("signature.stranger", {
        file: "data/publisher.key",
        fingerprint: fingerprint(this.engine, this.publisher),
      });
    }
    return { number };
  }

  protected readPublication(
    data: Bytes,
    list: Bytes,
  ): { record: ReturnType<typeof parseSign1>; number: number } {
    const shape = new Shape("publication");
    const record = parseSign1(data, kEntryLimit);
    const map = shape.map(decode(record.payload), 1, 6);
    if (map.get(1) !== 1) shape.bad("1");
    this.handle = shape.bytes(map.get(2), "2", 8);
    const number = shape.uint(map.get(4), "4");
    shape.uint(map.get(5), "5");
    if (number < 1) shape.bad("4");
    if (!equal(shape.bytes(map.get(6), "6", 33), this.publisher!.key)) fail("signature.key");
    if (!equal(shape.bytes(map.get(3), "3", 32), this.engine.sha256(list))) {
      fail("file.hash", { file: "manifest.sha256" });
    }
    return { record, number };
  }

  // 2
  protected async checkFiles(): Promise<Facts> {
    const main = inFile("manifest.sha256", () => parseHashList(this.list));
    this.take(
      main,
      (path) => !path.startsWith("t/") && !kManifestFiles.includes(path),
      "manifest.sha256",
    );
    const lists = [...main.keys()].filter((path) => path.startsWith("files/"));
    for (const list of lists) {
      const code =
        /^files\/([0-9]{2})\.sha256$/.exec(list)?.[1] ?? fail("list.name", { file: list });
      const data = await this.readHashed(list);
      const parsed = inFile(list, () => parseHashList(data));
      this.take(parsed, (path) => path.startsWith(`t/${code}/`), list);
    }
    await this.checkUnlisted();
    const figures = this.options.scope === "figures";
    const wanted = [...this.hashes.keys()].filter((path) => !figures || this.needed(path));
    let next = 0;
    let bytes = 0;
    const worker = async (): Promise<void> => {
      while (next < wanted.length) {
        const path = wanted[next++]!;
        const data = await this.readHashed(path);
        bytes += data.length;
        if (this.needed(path)) this.files.set(path, data);
        await this.progress(next, wanted.length);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, this.tree.parallel) }, worker));
    return {
      files: wanted.length,
      megabytes: Math.ceil(bytes / 1e6),
      lists: lists.length + 1,
      listed: this.hashes.size,
    };
  }

  protected take(
    list: Map<string, string>,
    allowed: (path: string) => boolean,
    name: string,
  ): void {
    for (const [path, hash] of list) {
      if (!allowed(path)) fail("list.place", { file: name, path });
      this.hashes.set(path, hash);
    }
  }

  protected async readHashed(path: string): Promise<Bytes> {
    const data = await this.read(path);
    if (toHex(await this.engine.sha256Bulk(data)) !== this.hashes.get(path))
      fail("file.hash", { file: path });
    return data;
  }

  protected needed(path: string): boolean {
    return path.startsWith("data/") || path.startsWith("files/") || path.endsWith("/acta.proof");
  }

  protected async checkUnlisted(): Promise<void> {
    if (this.tree.list === undefined) return;
    for (const path of await this.tree.list()) {
      if (!this.hashes.has(path) && !kManifestFiles.includes(path))
        fail("file.unlisted", { file: path });
    }
  }

  // 3
  protected async checkPackage(): Promise<Facts> {
    const site = inFile("data/site.json", () => parseJson(decodeText(this.file("data/site.json"))));
    this.site = site as unknown as { title_es: string; title_en: string };
    const trust = (site as { trust?: string }).trust;
    if (trust !== "signed" && trust !== "imported")
      fail("site.differs", { file: "data/site.json", field: "trust" });
    this.signed = trust === "signed";
    if (this.signed) await this.openManifest();
    else if (this.options.roots !== undefined && this.options.roots.length > 0)
      fail("package.no-roots");
    const kBase = "data/package/";
    const definition = inFile(`${kBase}definition.cbor`, () =>
      pack.readDefinition(this.file(`${kBase}definition.cbor`)),
    );
    if (definition.imported === this.signed)
      fail("definition.imported", { file: `${kBase}definition.cbor` });
    const mesas = inFile(`${kBase}mesas.cbor`, () =>
      pack.readMesas(this.file(`${kBase}mesas.cbor`), definition),
    );
    this.printed = pack.makeElection(definition, mesas);
    this.election = this.printed;
    this.law = inFile(`${kBase}law.toml`, () => readLaw(this.file(`${kBase}law.toml`)));
    if (this.law.id !== definition.lawId) fail("law.id", { file: `${kBase}law.toml` });
    if (this.signed) {
      this.checkManifestContent();
      await this.countByLaw();
    } else this.checkImportedPackage();
    this.checkSite();
    return { mesas: mesas.length, contests: definition.contests.length, roots: this.roots.length };
  }

  protected async openManifest(): Promise<void> {
    const file = "data/package/manifest.cose";
    this.manifest = inFile(file, () => pack.readManifest(this.engine, this.file(file)));
    this.roots = inFile("data/package/roots.key", () =>
      parseKeys(decodeText(this.file("data/package/roots.key"))),
    );
    if (this.roots.length < 2 || this.roots.some((root) => root.alg !== -35)) fail("package.roots");
    const signed = await verifySign(
      this.engine,
      this.manifest.record,
      "sufragio/package/1",
      this.roots,
    );
    if (signed.length !== this.roots.length) fail("package.roots");
    const trusted = this.options.roots ?? [];
    if (trusted.length > 0) {
      const known = this.roots.every((root) => trusted.some((t) => matches(this.engine, t, root)));
      if (!known || trusted.length !== this.roots.length) fail("package.stranger");
    }
    if (
      !pack.keysOfRole(this.manifest, "publisher").some((key) => pack.sameKey(key, this.publisher!))
    ) {
      fail("package.publisher");
    }
    const base = "data/package/";
    const own = [file, `${base}roots.key`];
    const files = new Map(
      this.under(base)
        .filter((path) => !own.includes(path))
        .map((path) => [path.slice(base.length), this.file(path)]),
    );
    pack.checkFiles(this.engine, this.manifest, files);
  }

  protected checkManifestContent(): void {
    const { manifest, election, law } = this;
    const { definition, mesas } = election;
    const file = "data/package/manifest.cose";
    if (
      manifest.title !== definition.titleEs ||
      manifest.date !== definition.date ||
      manifest.kind !== definition.kind
    ) {
      fail("package.definition", { file });
    }
    if (manifest.mesaCount !== mesas.length) fail("package.definition", { file });
    const styles = new Set<string>();
    for (const style of definition.styles) {
      const path = `data/package/ballots/${style.id}.cbor`;
      styles.add(path);
      if (!equal(this.file(path), pack.ballotFile(definition, style)))
        fail("package.ballot", { file: path });
    }
    for (const path of this.under("data/package/ballots/"))
      if (!styles.has(path)) fail("package.extra", { path });
    for (const role of ["election-ca", "ops", "log"]) {
      if (pack.keysOfRole(manifest, role).length === 0) fail("package.role", { role });
    }
    if (pack.keysOfRole(manifest, "bulletin").length < law.bulletinQuorum)
      fail("package.role", { role: "bulletin" });
    if (!equal(this.handle, manifest.handle)) fail("signature.handle");
  }

  /** From here on the cards of the election count for what the law says. */
  protected async countByLaw(): Promise<void> {
    const [head, file] = ["data/package/nominations.head", "data/nominations.cbor"];
    if (!this.has(head)) {
      if (this.has(file)) fail("package.extra", { path: file });
      return;
    }
    const ops = pack.keysOfRole(this.manifest, "ops");
    this.nominations = await Nominations.read(
      this.engine,
      this.file(file),
      this.file(head),
      this.printed.definition,
      this.law,
      ops,
    );
    this.election = this.countedBy(this.nominations.head);
  }

  /** The election as the acts that a bulletin names count it. */
  protected countedBy(head: ActsHead | null): pack.Election {
    if ((head === null) !== (this.nominations === null)) fail("nominations.head", { acts: 0 });
    if (head === null || this.nominations === null) return this.printed;
    const acts = this.nominations.upTo(head);
    const definition = this.nominations.count(this.printed.definition, this.law, acts);
    return { ...this.printed, definition };
  }

  protected checkImportedPackage(): void {
    const hash = fromHex(this.hash("data/package/definition.cbor"))!;
    if (!equal(this.handle, hash.subarray(0, 8))) fail("signature.handle");
    const allowed = ["definition.cbor", "mesas.cbor", "law.toml"].map(
      (name) => `data/package/${name}`,
    );
    for (const path of this.files.keys()) {
      const foreign =
        path.startsWith("data/log/") ||
        path.startsWith("data/bulletins/") ||
        path.startsWith("data/acts/") ||
        path === "data/seats.json";
      const extra = path.startsWith("data/package/") && !allowed.includes(path);
      if (foreign || extra || path.endsWith("/acta.proof")) fail("import.extra", { file: path });
    }
    this.file("data/sources.csv");
    this.file("data/notes.csv");
  }

  protected checkSite(): void {
    const { definition, mesas } = this.election;
    const bulletins = this.under("data/bulletins/").filter((path) => path.endsWith(".cose")).length;
    const expected = {
      spec: "sufragio/site/1",
      trust: this.signed ? "signed" : "imported",
      election: definition.id,
      handle: toHex(this.handle),
      date: definition.date,
      kind: kindName(definition.kind),
      title_es: definition.titleEs,
      title_en: definition.titleEn,
      organiser: definition.organiser,
      law_pack: this.hash("data/package/law.toml"),
      log_origin: this.signed ? this.manifest.logOrigin : "",
      bulletins,
      mesas: mesas.length,
    };
    this.compareJson("data/site.json", writeJson(expected), "site.differs");
  }

  protected compareJson(file: string, expected: string, key: string): void {
    const actual = decodeText(this.file(file));
    if (actual === expected) return;
    const field = inFile(file, () => firstDifference(parseJson(expected), parseJson(actual)));
    fail(key, { file, field: field ?? "/" });
  }

  // 4
  protected async checkLog(): Promise<Facts | null> {
    if (!this.signed) return null;
    const file = "data/log/checkpoint";
    this.checkpoint = inFile(file, () => parseCheckpoint(this.file(file)));
    inFile(file, () => this.checkLogSignature(this.checkpoint));
    const { size, root } = this.checkpoint;
    const expected = new Set([file]);
    let hashes: Bytes[] = [];
    for (const { level, tiles } of allTiles(size)) {
      if (level !== "entries" && level > 0) hashes = nextLevel(this.engine.sha256, hashes);
      let at = 0;
      for (const tile of tiles) {
        const path = `data/log/${tile.path}`;
        expected.add(path);
        const data = this.file(path);
        if (level === "entries") hashes.push(...this.readBundle(path, data, tile.width));
        else this.checkTile(path, data, hashes.slice(at, at + tile.width));
        at += tile.width;
        await this.progress(Math.min(hashes.length, size), size);
      }
      if (level === "entries") this.leaves = hashes;
    }
    for (const path of this.under("data/log/"))
      if (!expected.has(path)) fail("log.extra", { file: path });
    this.nodes = new Nodes(this.engine.sha256, this.leaves);
    if (!equal(this.nodes.rootAt(size), root)) fail("log.root", { file });
    return { entries: size };
  }

  protected checkLogSignature(checkpoint: Checkpoint): void {
    const origin = this.manifest.logOrigin;
    if (checkpoint.origin !== origin) fail("checkpoint.origin", { origin: checkpoint.origin });
    const keys = pack.keysOfRole(this.manifest, "log").filter((key) => key.alg === -8);
    const known = keys.map((key) => key.key);
    if (!noteSignedBy(this.engine, checkpoint.note, origin, known)) fail("checkpoint.signature");
  }

  protected readBundle(file: string, data: Bytes, count: number): Bytes[] {
    const leaves: Bytes[] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      const length = at + 2 <= data.length ? data[at]! * 256 + data[at + 1]! : Infinity;
      if (at + 2 + length > data.length) fail("log.bundle", { file });
      const raw = data.subarray(at + 2, at + 2 + length);
      this.entries.push(readableEntry(raw));
      leaves.push(leafHash(this.engine.sha256, raw));
      at += 2 + length;
    }
    if (at !== data.length) fail("log.bundle", { file });
    return leaves;
  }

  protected checkTile(file: string, data: Bytes, hashes: readonly Bytes[]): void {
    const same =
      data.length === 32 * hashes.length &&
      hashes.every((hash, i) => equal(hash, data.subarray(32 * i, 32 * i + 32)));
    if (!same) fail("log.tile", { file });
  }

  // 5
  protected async checkRecords(): Promise<Facts | null> {
    if (!this.signed) return null;
    const cose = this.file("data/package/manifest.cose");
    this.fold = new Fold(
      this.engine,
      this.manifest,
      cose,
      this.roots,
      this.election,
      this.law.bulletinQuorum,
    );
    if (this.entries.length === 0) fail("log.package");
    const sizes = this.bulletinSizes();
    for (let i = 0; i < this.entries.length; i++) {
      if (sizes.has(i) || this.entries[i]?.type === 20) this.snapshots.set(i, this.fold.rows());
      await this.fold.add(i, this.entries[i] ?? null);
      await this.progress(i + 1, this.entries.length);
    }
    return { ...this.fold.counts };
  }

  /** Sizes of the log that some bulletin names; the bulletins themselves are checked later. */
  protected bulletinSizes(): Set<number> {
    const sizes = new Set<number>();
    for (const path of this.under("data/bulletins/").filter((name) => name.endsWith(".cose"))) {
      try {
        const value = decode(this.file(path));
        const payload = (value as { value?: unknown[] }).value?.[2];
        const field =
          payload instanceof Uint8Array ? (decode(payload) as Map<number, unknown>).get(4) : null;
        if (Array.isArray(field) && typeof field[0] === "number") sizes.add(field[0]);
      } catch (error) {
        if (!(error instanceof Failure) && !(error instanceof TypeError)) throw error;
      }
    }
    return sizes;
  }
}
