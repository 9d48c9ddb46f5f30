import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromHex, type Bytes } from "../src/bytes";
import { nodeEngine } from "../src/node_platform";

export const engine = nodeEngine();

export function hex(text: string): Bytes {
  return fromHex(text.replace(/\s+/g, ""))!;
}

function findShared(): string | null {
  const named = process.env["SUFRAGIO_SHARED"];
  if (named !== undefined) return named;
  for (let folder = process.cwd(); dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, "shared", "vectors"))) return join(folder, "shared");
  }
  return null;
}

export const shared = findShared();

/**
 * Options of a test that needs the published vectors: skipped, and said so, where they are not
 * there.
 */
export const needsShared = {
  skip: shared === null ? "no shared vectors beside the checkout" : false,
} as const;

export function readShared(path: string): Bytes {
  return readFileSync(join(shared!, path));
}

export function readSharedText(path: string): string {
  return readFileSync(join(shared!, path), "utf8");
}
