/** RFC 6962 hashes and proofs, and the paths of a tiled log. */
import { concat, equal, type Bytes } from "./bytes";
import type { Engine } from "./crypto";

type Hash = Engine["sha256"];

export const kTileHeight = 8;
export const kTileWidth = 256;

export function leafHash(sha256: Hash, entry: Bytes): Bytes {
  const data = new Uint8Array(1 + entry.length);
  data.set(entry, 1);
  return sha256(data);
}

export function nodeHash(sha256: Hash, left: Bytes, right: Bytes): Bytes {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** Root over leaf hashes; the empty tree has the hash of nothing. */
export function rootOf(sha256: Hash, leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  let level = leaves;
  // An odd node at the end moves up unchanged: this equals the split at the largest power of two.
  while (level.length > 1) {
    const next: Bytes[] = [];
    for (let i = 0; i + 1 < level.length; i += 2)
      next.push(nodeHash(sha256, level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) next.push(level[level.length - 1]!);
    level = next;
  }
  return level[0]!;
}

export function rootOfEntries(sha256: Hash, entries: readonly Bytes[]): Bytes {
  return rootOf(
    sha256,
    entries.map((entry) => leafHash(sha256, entry)),
  );
}

/** RFC 9162 2.1.3.2. */
export function verifyInclusion(
  sha256: Hash,
  index: number,
  size: number,
  leaf: Bytes,
  proof: readonly Bytes[],
  root: Bytes,
): boolean {
  if (index < 0 || index >= size || leaf.length !== 32) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0 || sibling.length !== 32) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sha256, sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equal(hash, root);
}

/** RFC 9162 2.1.4.2. A first size of 0 proves nothing and is refused. */
export function verifyConsistency(
  sha256: Hash,
  first: number,
  second: number,
  proof: readonly Bytes[],
  firstRoot: Bytes,
  secondRoot: Bytes,
): boolean {
  if (first <= 0 || second < first) return false;
  if (first === second) return proof.length === 0 && equal(firstRoot, secondRoot);
  if (proof.length === 0 || proof.some((hash) => hash.length !== 32)) return false;
  const powerOfTwo = Number.isInteger(Math.log2(first));
  const path = powerOfTwo ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let fr = path[0]!;
  let sr = path[0]!;
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(sha256, hash, fr);
      sr = nodeHash(sha256, hash, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else {
      sr = nodeHash(sha256, sr, hash);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && equal(fr, firstRoot) && equal(sr, secondRoot);
}

/** `1234067` is `x001/x234/067`. */
export function tileIndex(n: number): string {
  let out = String(n % 1000).padStart(3, "0");
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    out = `x${String(rest % 1000).padStart(3, "0")}/${out}`;
  }
  return out;
}

export interface TilePath {
  path: string;
  /** 1 to 256. */
  width: number;
}

/**
 * The tiles of one level that a log of this size has; `level` is a number or `entries` (as wide as
 * level 0).
 */
export function tilesOf(level: number | "entries", size: number): TilePath[] {
  const count = level === "entries" ? size : Math.floor(size / kTileWidth ** level);
  const out: TilePath[] = [];
  for (let n = 0; n * kTileWidth < count; n++) {
    const width = Math.min(kTileWidth, count - n * kTileWidth);
    const suffix = width === kTileWidth ? "" : `.p/${width}`;
    out.push({ path: `tile/${level}/${tileIndex(n)}${suffix}`, width });
  }
  return out;
}

/** Every tile of every level. */
export function allTiles(size: number): { level: number | "entries"; tiles: TilePath[] }[] {
  const out: { level: number | "entries"; tiles: TilePath[] }[] = [
    { level: "entries", tiles: tilesOf("entries", size) },
  ];
  for (let level = 0; Math.floor(size / kTileWidth ** level) > 0; level++) {
    out.push({ level, tiles: tilesOf(level, size) });
  }
  return out;
}

/** Hashes of the next tile level: roots over each full 256. */
export function nextLevel(sha256: Hash, hashes: readonly Bytes[]): Bytes[] {
  const out: Bytes[] = [];
  for (let i = 0; i + kTileWidth <= hashes.length; i += kTileWidth) {
    out.push(rootOf(sha256, hashes.slice(i, i + kTileWidth)));
  }
  return out;
}

/** All complete nodes over a growing list of leaves, for the root at any size. */
export class Nodes {
  private readonly levels: Bytes[][] = [];
  constructor(
    private readonly sha256: Hash,
    leaves: readonly Bytes[],
  ) {
    for (let level = [...leaves]; level.length > 0;) {
      this.levels.push(level);
      const next: Bytes[] = [];
      for (let i = 0; i + 1 < level.length; i += 2)
        next.push(nodeHash(sha256, level[i]!, level[i + 1]!));
      level = next;
    }
  }

  rootAt(size: number): Bytes {
    if (size === 0) return this.sha256(new Uint8Array(0));
    // Complete subtrees from the right: each hangs left of what was joined so far.
    let root: Bytes | null = null;
    let rest = size;
    for (let level = 0; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const peak = this.levels[level]![rest - 1]!;
      root = root === null ? peak : nodeHash(this.sha256, peak, root);
    }
    return root!;
  }
}
