/**
 * `flips.js SITE --count N --seed S`: one byte of a random file changed, N times; every change must
 * be found.
 */
import { FolderTree, nodeEngine } from "./node_platform";
import type { Bytes } from "./bytes";
import type { Engine } from "./crypto";
import { MemoryTree } from "./tree";
import { verifyTree } from "./verify";

/** xorshift32: the same seed makes the same flips everywhere. */
function generator(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/**
 * Hashes of files are remembered by identity of their bytes: a flipped file is a new array, so it
 * is hashed again.
 */
function remembering(engine: Engine): Engine {
  const known = new WeakMap<Bytes, Bytes>();
  return {
    ...engine,
    sha256Bulk(data) {
      let hash = known.get(data);
      if (hash === undefined) {
        hash = engine.sha256(data);
        known.set(data, hash);
      }
      return hash;
    },
  };
}

async function main(argv: readonly string[]): Promise<number> {
  const option = (name: string, otherwise: number): number => {
    const at = argv.indexOf(name);
    return at === -1 ? otherwise : Number(argv[at + 1]);
  };
  const site = argv[0];
  const count = option("--count", 1000);
  const seed = option("--seed", 1);
  if (site === undefined || !Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
    console.error("flips.js SITE [--count N] [--seed S]");
    return 2;
  }
  const folder = new FolderTree(site);
  const tree = new MemoryTree();
  for (const path of folder.list().sort()) {
    const data = folder.read(path);
    if (data !== null) tree.files.set(path, data);
  }
  const engine = remembering(nodeEngine());
  const whole = await verifyTree(engine, tree);
  if (!whole.ok) {
    console.error(`the tree itself fails: ${JSON.stringify(whole.failure)}`);
    return 1;
  }
  const paths = [...tree.files.keys()].filter((path) => tree.files.get(path)!.length > 0);
  const random = generator(seed);
  const steps = new Map<string, number>();
  let missed = 0;
  for (let i = 0; i < count; i++) {
    const path = paths[random(paths.length)]!;
    const original = tree.files.get(path)!;
    const at = random(original.length);
    const flipped = Uint8Array.from(original);
    flipped[at] = flipped[at]! ^ (1 + random(255));
    tree.files.set(path, flipped);
    const report = await verifyTree(engine, tree);
    tree.files.set(path, original);
    if (report.ok) {
      missed++;
      console.error(`not found: ${path} byte ${at}`);
    } else {
      const step = report.failure!.step;
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
  }
  const found = [...steps].map(([step, n]) => `${step} ${n}`).join(", ");
  console.log(`${count - missed} of ${count} flips found in ${paths.length} files (${found})`);
  return missed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
