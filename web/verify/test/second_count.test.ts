/** Files that the other program wrote (tests/golden/encrypted), verified from the spec alone. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readActa } from "../src/acta";
import type { Bytes } from "../src/bytes";
import { BallotsCheck, SiteBallots, type BallotsReport, type Opened } from "../src/check_ballots";
import type { Fold } from "../src/fold";
import { makeElection, readDefinition, readManifest, readMesas } from "../src/package";
import { MemoryTree, type Tree } from "../src/tree";
import { engine } from "./support";

const kFolder = join("..", "..", "tests", "golden", "encrypted");

function files(): Map<string, Bytes> {
  const out = new Map<string, Bytes>();
  for (const name of readdirSync(kFolder))
    out.set(name, new Uint8Array(readFileSync(join(kFolder, name))));
  return out;
}

async function check(
  change: (all: Map<string, Bytes>) => void,
  place: (all: Map<string, Bytes>) => Tree = (all) => new MemoryTree(all),
  territory = "",
): Promise<BallotsReport> {
  const all = files();
  change(all);
  const definition = readDefinition(all.get("definition.cbor")!);
  const election = makeElection(definition, readMesas(all.get("mesas.cbor")!, definition));
  // The log is another test's: here every acta counts.
  const actaOf = (key: string): unknown => {
    const bytes = all.get(`${key}.acta`);
    if (bytes === undefined) return null;
    return { acta: readActa(engine, bytes), rows: [{ status: "counted" }] };
  };
  const opened: Opened = {
    manifest: readManifest(engine, all.get("manifest.cose")!),
    election,
    fold: { actaOf } as unknown as Fold,
  };
  const run = new BallotsCheck(engine, opened, place(all), { territory });
  return run.run(async (path) => all.get(path.slice("e2e/".length)) ?? null);
}

const firstFailure = (report: BallotsReport): string =>
  report.groups.find((group) => group.failure !== null)?.failure?.key ?? "none";

const named = (all: Map<string, Bytes>, end: string): string =>
  [...all.keys()].filter((name) => name.endsWith(end)).sort()[0]!;

function flip(all: Map<string, Bytes>, end: string, at: number): void {
  const name = named(all, end);
  const bytes = Uint8Array.from(all.get(name)!);
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  all.set(name, bytes);
}

test("the second count of two mesas agrees with their actas", async () => {
  const report = await check(() => undefined);
  assert.equal(firstFailure(report), "none");
  assert.equal(report.ok, true);
  assert.equal(report.groups.length, 2);
  assert.ok(report.ballots > 10);
});

test("the same from the places that a published tree gives to the files", async () => {
  const published = (all: Map<string, Bytes>): Tree => {
    const tree = new Map<string, Bytes>();
    for (const [name, data] of all) {
      const parts = /^(\d\d)(\d\d)(\d\d)(\d{3})\.(\d\d)\.(bundle|tally)$/.exec(name);
      if (parts !== null) tree.set(`t/${parts.slice(1, 6).join("/")}/ballots.${parts[6]}`, data);
    }
    return new SiteBallots(new MemoryTree(tree));
  };
  const report = await check(() => undefined, published);
  assert.equal(report.ok, true, firstFailure(report));
  assert.equal(report.groups.length, 2);
  const one = await check(() => undefined, published, "010101001");
  assert.equal(one.groups.length, 1);
  const none = await check(() => undefined, published, "99");
  assert.equal(none.groups.length, 0);
});

test("what was altered is refused", async () => {
  assert.equal(firstFailure(await check((all) => flip(all, ".bundle", -40))), "e2e.E503");
  assert.equal(firstFailure(await check((all) => flip(all, ".tally", -1))), "e2e.E109");
  assert.equal(
    firstFailure(await check((all) => void all.delete(named(all, ".tally")))),
    "e2e.E504",
  );
  assert.equal(
    firstFailure(await check((all) => void all.delete(named(all, ".bundle")))),
    "e2e.E502",
  );
  await assert.rejects(
    check((all) => flip(all, "manifest.json", 40)),
    /E113/,
  );
  await assert.rejects(
    check((all) => flip(all, "ceremony.cbor", 60)),
    /E113/,
  );
});
