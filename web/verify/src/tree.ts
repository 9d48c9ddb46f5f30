/** Where a published tree is read from. */
import type { Bytes } from "./bytes";

export interface Tree {
  /** The bytes of a file, `null` when there is none. Paths are those of the list files. */
  read(path: string): Bytes | null | Promise<Bytes | null>;
  /** Every file, in any order; absent where a tree cannot be listed, as over HTTP. */
  list?(): Iterable<string> | Promise<Iterable<string>>;
  /** How many reads may be under way at once. */
  readonly parallel: number;
}

/** A path as it may stand in a list file: relative, without climbing. */
export function safePath(path: string): boolean {
  return (
    /^[A-Za-z0-9._/-]+$/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

export class MemoryTree implements Tree {
  readonly parallel = 1;
  constructor(readonly files: Map<string, Bytes> = new Map()) {}

  read(path: string): Bytes | null {
    return this.files.get(path) ?? null;
  }
  list(): Iterable<string> {
    return this.files.keys();
  }
}

/** A site on a web server; `base` ends in a slash. */
export class HttpTree implements Tree {
  readonly parallel = 16;
  constructor(readonly base: string) {}

  async read(path: string): Promise<Bytes | null> {
    const response = await fetch(new URL(path, this.base), {
      cache: "no-store",
      redirect: "error",
    });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  }
}
