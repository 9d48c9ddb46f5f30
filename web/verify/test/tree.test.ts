// A published tree is verified whole; every forgery is found by the step that must find it. [R110]
import assert from "node:assert/strict";
import { test } from "node:test";
import { actaBytes, toQrB } from "../src/acta";
import { allocateSeats } from "../src/bulletin";
import { text, utf8, type Bytes } from "../src/bytes";
import { checkActa } from "../src/check_acta";
import { parseTrusted, fingerprint } from "../src/keys";
import { webEngine } from "../src/crypto";
import { readLaw } from "../src/law";
import * as pack from "../src/package";
import { foldRows } from "../src/totals";
import { MemoryTree } from "../src/tree";
import type { Options, Report } from "../src/open";
import { verifyTree } from "../src/verify";
import { Words } from "../src/words";
import { engine } from "./support";
import { handleOf, importedTree, seal, signedTree, testKeys } from "./tree_writer";
import en from "../src/messages.en.json";
import es from "../src/messages.es.json";

const whole = await signedTree();
const keys = testKeys();

function verify(files: Map<string, Bytes>, options: Options = {}): Promise<Report> {
  return verifyTree(engine, new MemoryTree(files), options);
}

function copy(): Map<string, Bytes> {
  return new Map(whole);
}

/** What a dishonest publisher can do: change files and sign everything again. */
function resealed(change: (files: Map<string, Bytes>) => void): Map<string, Bytes> {
  const files = copy();
  change(files);
  return seal(files, handleOf(files), keys.publisher, 2);
}

function edit(files: Map<string, Bytes>, path: string, change: (content: string) => string): void {
  const before = text(files.get(path)!);
  const after = change(before);
  assert.notEqual(after, before, `nothing changed in ${path}`);
  files.set(path, utf8(after));
}

async function fails(
  files: Map<string, Bytes>,
  step: string,
  key: string,
  options: Options = {},
): Promise<void> {
  const report = await verify(files, options);
  assert.equal(report.ok, false);
  assert.deepEqual(
    [report.failure!.step, report.failure!.key],
    [step, key],
    JSON.stringify(report.failure),
  );
  for (const words of [new Words("es"), new Words("en")]) {
    const said = words.failure(report.failure!);
    assert.doesNotMatch(said, /\?|fail\./, said);
  }
}

// [R161] [R165]
test("an honest tree is verified, and the report says what it is worth", async () => {
  const report = await verify(whole);
  assert.equal(report.failure, null);
  assert.deepEqual([report.ok, report.checkedAgainst, report.kind], [true, "none", "signed"]);
  assert.equal(report.fingerprint, fingerprint(engine, keys.publisher));
  assert.equal(report.steps.length, 10);
  const records = report.steps.find((step) => step.step === "records")!.facts;
  assert.deepEqual(
    [
      records["certificates"],
      records["actas"],
      records["zeroActas"],
      records["decisions"],
      records["bulletins"],
      records["refused"],
    ],
    [6, 5, 1, 1, 2, 0],
  );
  const rows = report.steps.find((step) => step.step === "rows")!.facts;
  assert.deepEqual(
    [rows["rows"], rows["counted"], rows["quarantined"], rows["superseded"]],
    [13, 7, 6, 0],
  );
});

// docs/spec/site.md 6: a referendum elects nobody; delegates to a constituent assembly have seats.
test("a referendum gives no seats and a constituent assembly does", () => {
  const file = (name: string): Bytes => whole.get(`data/package/${name}`)!;
  const read = pack.readDefinition(file("definition.cbor"));
  const kinds = ["referendum", "list", "constituent"];
  const contests = read.contests.map((contest, i) => ({ ...contest, kind: kinds[i]! }));
  const definition = { ...read, contests };
  const election = pack.makeElection(definition, pack.readMesas(file("mesas.cbor"), definition));
  const seats = allocateSeats(election, readLaw(file("law.toml")), foldRows(election, []));
  assert.deepEqual(
    seats.map(({ contest }) => contest.kind),
    ["list", "constituent"],
  );
});

test("WebCrypto gives the same verdict as OpenSSL", async () => {
  const report = await verifyTree(webEngine()!, new MemoryTree(whole));
  assert.equal(report.ok, true);
});

test("the figures alone can be verified without reading the pages", async () => {
  const read: string[] = [];
  const tree = { parallel: 4, read: (path: string) => (read.push(path), whole.get(path) ?? null) };
  const report = await verifyTree(engine, tree, { scope: "figures" });
  assert.equal(report.ok, true);
  assert.ok(!read.some((path) => path.endsWith(".html") || path.endsWith(".png")));
});

// [R164]
test("trust starts outside: the right keys are accepted, others refused", async () => {
  const options: Options = {
    publisher: parseTrusted(fingerprint(engine, keys.publisher)),
    roots: keys.roots.map((key) => ({ key })),
  };
  assert.equal((await verify(whole, options)).checkedAgainst, "roots");
  await fails(copy(), "signature", "signature.stranger", { publisher: { key: keys.ops } });
  await fails(copy(), "package", "package.stranger", {
    roots: testKeys(" other").roots.map((key) => ({ key })),
  });
  await fails(copy(), "package", "package.stranger", { roots: [{ key: keys.roots[0]! }] });
});

test("a tree under other roots agrees with itself and fails against the real roots", async () => {
  const forged = await signedTree({ keys: testKeys(" forged") });
  assert.equal((await verify(forged)).ok, true);
  await fails(forged, "package", "package.stranger", { roots: keys.roots.map((key) => ({ key })) });
});

test("one changed byte in any place of any file is found", async () => {
  const bits = [0x01, 0x20, 0x80]; // in turn: the order of files and places decides
  let turn = 0;
  for (const [path, data] of whole) {
    for (const at of new Set([
      0,
      1,
      Math.floor(data.length / 3),
      Math.floor(data.length / 2),
      data.length - 2,
      data.length - 1,
    ])) {
      if (at < 0 || at >= data.length) continue;
      const files = copy();
      const flipped = Uint8Array.from(data);
      flipped[at]! ^= bits[turn++ % bits.length]!;
      files.set(path, flipped);
      assert.equal((await verify(files)).ok, false, `${path} byte ${at}`);
    }
  }
});

test("missing, extra and unlisted files are found", async () => {
  const missing = copy();
  missing.delete("t/13/04/en.html");
  await fails(missing, "files", "file.missing");
  const extra = copy();
  extra.set("t/13/04/nota.html", utf8("x"));
  await fails(extra, "files", "file.unlisted");
  await fails(
    resealed((files) => files.delete("t/13/04/en.html")),
    "totals",
    "file.missing",
  );
  await fails(
    resealed((files) => files.set("data/log/tile/0/001.p/1", new Uint8Array(32))),
    "log",
    "log.extra",
  );
  await fails(
    resealed((files) => files.set("data/package/other.cbor", utf8("x"))),
    "package",
    "package.extra",
  );
});

// [R114]
test("a changed total, signed again by the publisher, is found in the totals", async () => {
  await fails(
    resealed((files) =>
      edit(files, "data/totals.csv", (csv) => csv.replace("300;400;40;138", "300;401;40;137")),
    ),
    "totals",
    "totals.differs",
  );
  await fails(
    resealed((files) =>
      edit(files, "t/13/data.json", (json) =>
        json.replace(/"votes":(\d+)/, (_, n) => `"votes":${Number(n) + 1}`),
      ),
    ),
    "totals",
    "page.differs",
  );
  await fails(
    resealed((files) =>
      edit(files, "t/13/04/02/001/01/data.csv", (csv) => csv.replace("card,1,100", "card,1,101")),
    ),
    "totals",
    "page.differs",
  );
});

test("dropped, added and changed rows are found by name", async () => {
  const lines = (files: Map<string, Bytes>, change: (lines: string[]) => string[]): void =>
    edit(files, "data/rows.csv", (csv) => change(csv.slice(0, -1).split("\n")).join("\n") + "\n");
  await fails(
    resealed((files) => lines(files, (all) => all.filter((_, i) => i !== 2))),
    "rows",
    "rows.dropped",
  );
  await fails(
    resealed((files) =>
      lines(files, (all) => [
        ...all.slice(0, 2),
        all[1]!.replace(",01,0,", ",02,0,"),
        ...all.slice(2),
      ]),
    ),
    "rows",
    "rows.added",
  );
  await fails(
    resealed((files) =>
      edit(files, "data/rows.csv", (csv) => csv.replace("100;80;20;90", "100;79;21;90")),
    ),
    "rows",
    "rows.differs",
  );
  await fails(
    resealed((files) =>
      edit(files, "data/rows.csv", (csv) => csv.replace(",quarantined,", ",counted,")),
    ),
    "rows",
    "rows.differs",
  );
});

test("warnings V3xx are the publisher's and do not change a verdict", async () => {
  const files = resealed((all) => {
    edit(all, "data/rows.csv", (csv) => csv.replace("50;120;10;18,,", "50;120;10;18,V305,"));
    const folder = "t/02/01/01/001/01/";
    edit(all, `${folder}data.json`, (json) => json.replace('"codes":[]', '"codes":["V305"]'));
    edit(all, `${folder}data.csv`, (csv) => csv.replace("codes,,\n", "codes,,V305\n"));
  });
  assert.equal((await verify(files)).failure, null);
});

test("a forged bulletin is found, whoever signed it", async () => {
  const changed = await signedTree({ bulletin: (payload) => payload.set(6, new Uint8Array(32)) });
  await fails(changed, "bulletins", "bulletin.totals");
  const rows = await signedTree({ bulletin: (payload) => payload.set(5, [1, new Uint8Array(32)]) });
  await fails(rows, "bulletins", "bulletin.rows");
  // Without a quorum the log's record is refused, so nothing stands behind the published file.
  await fails(
    await signedTree({ bulletinSigners: (k) => [k.bulletins[0]!] }),
    "bulletins",
    "bulletin.unlogged",
  );
  await fails(
    await signedTree({ bulletinSigners: (k) => [k.bulletins[0]!, k.ops] }),
    "bulletins",
    "bulletin.unlogged",
  );
  await fails(
    await signedTree({ bulletin: (payload) => payload.set(9, new Uint8Array(32)) }),
    "bulletins",
    "bulletin.unlogged",
  );
  await fails(
    resealed((files) =>
      files.set("data/bulletins/002.rows.cbor", files.get("data/bulletins/001.rows.cbor")!),
    ),
    "bulletins",
    "bulletin.blob",
  );
});

test("changed seats are found", async () => {
  await fails(
    resealed((files) =>
      edit(files, "data/seats.json", (json) => json.replace('"option":"l2"', '"option":"l1"')),
    ),
    "bulletins",
    "seats.differs",
  );
});

test("swapped actas and false proofs are found", async () => {
  const one = "t/13/04/02/001/01/";
  const two = "t/13/04/02/001/02/";
  await fails(
    resealed((files) => {
      const acta = files.get(`${one}acta.cose`)!;
      files.set(`${one}acta.cose`, files.get(`${two}acta.cose`)!);
      files.set(`${two}acta.cose`, acta);
    }),
    "actas",
    "acta.differs",
  );
  await fails(
    resealed((files) => files.set(`${one}acta.proof`, files.get(`${two}acta.proof`)!)),
    "actas",
    "proof.index",
  );
  await fails(
    resealed((files) => {
      const other = text(files.get(`${two}acta.proof`)!);
      edit(
        files,
        `${one}acta.proof`,
        (proof) =>
          `${proof.split("\n").slice(0, 2).join("\n")}\n${other.split("\n").slice(2).join("\n")}`,
      );
    }),
    "actas",
    "proof.bad",
  );
  await fails(
    resealed((files) => files.set("t/02/01/01/001/02/acta.cose", files.get(`${one}acta.cose`)!)),
    "actas",
    "acta.extra",
  );
});

test("a log that loses or reorders entries no longer gives the published rows", async () => {
  const dropped = await signedTree({ log: (entries) => entries.filter((entry) => entry[0] !== 8) });
  // The writer folds the changed log for its rows, but the bulletin was made on the whole one.
  await fails(dropped, "bulletins", "bulletin.unlogged");
  const files = copy();
  const forged = await signedTree({ log: (entries) => [...entries].reverse() }).catch(() => null);
  assert.equal(forged, null, "a log that does not start with its package cannot be folded");
  for (const [path, data] of dropped) if (path.startsWith("data/log/")) files.set(path, data);
  for (const path of [...files.keys()])
    if (path.startsWith("data/log/") && !dropped.has(path)) files.delete(path);
  await fails(seal(files, handleOf(files), keys.publisher), "rows", "rows.differs");
});

test("an acta whose votes were changed after signing never becomes a row", async () => {
  const tree = await signedTree({
    log: (entries) =>
      entries.map((entry) => {
        const body = entry[2] as Bytes;
        if (entry[0] !== 6 || body.length < 100) return entry;
        const changed = Uint8Array.from(body);
        changed[body.length - 1]! ^= 1;
        return [entry[0], entry[1]!, changed];
      }),
  });
  const report = await verify(tree);
  assert.equal(report.steps.find((step) => step.step === "records")!.facts["refused"], 5 + 1 + 0);
  assert.equal(report.steps.find((step) => step.step === "rows")!.facts["rows"], 0);
  assert.equal(report.ok, false);
});

test("the checkpoint must be of this log and signed by its key", async () => {
  await fails(
    resealed((files) =>
      edit(files, "data/log/checkpoint", (note) =>
        note.replace(
          /(.{20})(.)(.{40}\n)$/,
          (_, a: string, c: string, b: string) => a + (c === "A" ? "B" : "A") + b,
        ),
      ),
    ),
    "log",
    "checkpoint.signature",
  );
  await fails(
    resealed((files) =>
      edit(files, "data/log/checkpoint", (note) =>
        note.replace("registro.prueba", "registro.otro"),
      ),
    ),
    "log",
    "checkpoint.origin",
  );
});

test("a paper acta is checked against the tree, from its code or from its bytes", async () => {
  const bytes = whole.get("t/13/04/02/001/01/acta.cose")!;
  const tree = new MemoryTree(whole);
  const report = await checkActa(
    engine,
    tree,
    actaBytes(utf8(toQrB(bytes) + "\n")),
    keys.roots.map((key) => ({ key })),
  );
  assert.deepEqual([report.mesa, report.voters, report.status], ["130402001.01", 300, "counted"]);
  assert.equal(report.contests[0]!.cards[0]!.votes, 100);
  assert.equal(report.contests[0]!.cards[0]!.name, "MA · Ana Prueba");
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1]! ^= 1;
  await assert.rejects(checkActa(engine, tree, changed, []));
  await assert.rejects(
    checkActa(
      engine,
      tree,
      bytes,
      testKeys(" other").roots.map((key) => ({ key })),
    ),
  );
});

test("imported rows are verified without a log, and their rules are recomputed", async () => {
  const files = importedTree(2, 3, 4);
  const report = await verify(files);
  assert.equal(report.failure, null);
  assert.equal(report.kind, "imported");
  const reseal = (): Map<string, Bytes> => seal(files, handleOf(files), keys.publisher);
  const rows = files.get("data/rows.csv")!;
  edit(files, "data/rows.csv", (csv) => csv.replace(",quarantined,", ",counted,"));
  await fails(reseal(), "rows", "rows.status");
  files.set("data/rows.csv", rows);
  edit(files, "data/rows.csv", (csv) => csv.replace("V203;V204", "V204"));
  await fails(reseal(), "rows", "rows.codes");
  files.set("data/rows.csv", rows);
  files.set("data/seats.json", utf8("{}\n"));
  await fails(reseal(), "package", "import.extra");
});

// [R147]
test("both catalogues have the same words with the same facts", () => {
  assert.deepEqual(Object.keys(es), Object.keys(en));
  const facts = (words: string): string[] =>
    [...words.matchAll(/\{[a-zA-Z_]+\}/g)].map((match) => match[0]).sort();
  for (const [key, words] of Object.entries(es))
    assert.deepEqual(facts(words), facts((en as Record<string, string>)[key]!), key);
});
