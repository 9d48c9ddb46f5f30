// The draw of an audit, repeated from docs/spec/draw.md alone. [R130] [R140]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { utf8, type Bytes } from "../src/bytes";
import {
  drawByRule,
  drawWeighted,
  lowest,
  parseRows,
  ticket,
  verifyDraw,
  weightsOf,
} from "../src/draw";
import { Failure } from "../src/failure";
import { FolderTree } from "../src/node_platform";
import { MemoryTree } from "../src/tree";
import { engine, needsShared, readSharedText } from "./support";

const kGolden = "../../tests/golden/audit";

test("weights 3 0 5 1 11 give the published sequence", () => {
  const ids = ["A", "B", "C", "D", "E"];
  const drawn = drawWeighted(engine, "41|ppeb:test", ids, [3n, 0n, 5n, 1n, 11n], 1, 20);
  assert.equal(drawn.map((d) => d.mesa).join(""), "EEECECECCEAECEEEEECA");
});

test("tickets are those of the published sampler", needsShared, () => {
  const vector = JSON.parse(readSharedText("vectors/rla/consistent_sampler.json"));
  const first = vector['first_fraction("AB-130","01382438112797316654")'];
  assert.equal(ticket(engine, "01382438112797316654", "AB-130"), first);
  const ids = Array.from({ length: 100 }, (_, i) => String(i));
  const ten = lowest(engine, "41", ids, 10).map((d) => Number(d.mesa));
  assert.deepEqual(ten, vector.range100_seed41_take10);
});

test("rules take from the country and from each centre", () => {
  const ids = [1, 2, 3, 4, 5, 6].map((m) => `01010100${m < 5 ? 1 : 2}.0${m}`);
  assert.equal(drawByRule(engine, "share:1/4", "s", ids).length, 2);
  assert.equal(drawByRule(engine, "half", "s", ids).length, 3);
  assert.equal(drawByRule(engine, "table:1-4=1,5-8=2", "s", ids).length, 2);
  assert.throws(() => drawByRule(engine, "some", "s", ids), Failure);
});

test("weights follow from the rows", () => {
  const settings = ["contest,c", "method,plurality", "seats,1", "votes_per_voter,1"];
  const head = [...settings, "threshold,0/1", "outside,0", "mesa,ballots,a,b", ""].join("\n");
  const rows = parseRows(head + "010101001.01,100,60,40\n010101001.02,100,50,40\n");
  // Margin 30: swings 20 + 100 and 10 + 100.
  const up = (swing: bigint): bigint => ((swing << 40n) + 29n) / 30n;
  assert.deepEqual(weightsOf(rows), [up(120n), up(110n)]);
  const tie = parseRows(head + "010101001.01,100,50,50\n");
  assert.throws(() => weightsOf(tie), Failure);
  assert.throws(() => parseRows(head + "010101001.01,100,-1,50\n"), Failure);
});

const golden = new FolderTree(kGolden);

test("the audit of the other implementation is repeated from its folder", async () => {
  const report = await verifyDraw(engine, golden, []);
  assert.equal(report.purpose, "ppeb:c");
  assert.equal(report.mesas, 12);
  assert.deepEqual(report.rounds, [{ round: 1, first: 1, drawn: 12 }]);
  assert.ok(report.sheets > 0);
});

function files(): Map<string, Bytes> {
  const out = new Map<string, Bytes>();
  for (const path of golden.list()) out.set(path, readFileSync(`${kGolden}/${path}`));
  return out;
}

test("a changed byte in any file that matters is found", async () => {
  const whole = files();
  for (const [path, good] of whole) {
    if (path === "log/last-signed" || path.startsWith("log/tile/0")) continue;
    for (let i = 0; i < good.length; i += 1 + Math.floor(good.length / 25)) {
      const bad = Uint8Array.from(good);
      bad[i]! ^= 4;
      const tree = new MemoryTree(new Map([...whole, [path, bad]]));
      await assert.rejects(verifyDraw(engine, tree, []), `${path} ${i}`);
    }
  }
});

test("a key that did not sign vouches for nothing", async () => {
  const stranger = { alg: -8 as const, key: utf8("0".repeat(32)) };
  await assert.rejects(verifyDraw(engine, golden, [stranger]), Failure);
});
