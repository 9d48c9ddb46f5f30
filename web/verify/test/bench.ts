/**
 * How long a whole imported tree of 30,030 mesas takes: `node dist/test/bench.mjs
 * [FOLDER|--memory]` makes it, verifies it and
 * prints wall and processor time.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FolderTree, nodeEngine } from "../src/node_platform";
import { verifyTree } from "../src/verify";
import { MemoryTree } from "../src/tree";
import { importedTree } from "./tree_writer";

const states = 22;
const centres = 105;
const mesas = 13;
const files = importedTree(states, centres, mesas);
const count = files.size;
const inMemory = process.argv[2] === "--memory";
const given = inMemory ? undefined : process.argv[2];
const folder = given ?? mkdtempSync(join(tmpdir(), "sufragio-verify-"));
if (!inMemory) {
  for (const [path, data] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  }
  files.clear();
}
const before = process.cpuUsage();
const start = performance.now();
const report = await verifyTree(
  nodeEngine(),
  inMemory ? new MemoryTree(files) : new FolderTree(folder),
);
const seconds = (performance.now() - start) / 1000;
const used = process.cpuUsage(before);
const processor = (used.user + used.system) / 1e6;
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${states * centres * mesas} rows, ${count} files: ${seconds.toFixed(1)} s wall, ` +
    `${processor.toFixed(1)} s processor, ${memory} MB, ` +
    (report.ok ? "ok" : JSON.stringify(report.failure)),
);
if (given === undefined) rmSync(folder, { recursive: true });
process.exitCode = report.ok ? 0 : 1;
