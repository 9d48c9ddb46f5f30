/** Node: OpenSSL for hashes and ECDSA, folders as trees. */
import { createHash, createPublicKey, verify as verifyNode, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { concat, fromHex, toHex, type Bytes } from "./bytes";
import type { Engine } from "./crypto";
import type { Tree } from "./tree";

function sha256(data: Bytes): Bytes {
  return createHash("sha256").update(data).digest();
}

/** SubjectPublicKeyInfo up to the compressed point. */
const kSpki = {
  [-7]: fromHex("3039301306072a8648ce3d020106082a8648ce3d030107032200")!,
  [-35]: fromHex("3046301006072a8648ce3d020106052b81040022033200")!,
};

export function nodeEngine(): Engine {
  const keys = new Map<string, KeyObject>();
  const load = (alg: -7 | -35, key: Bytes): KeyObject => {
    const id = toHex(key);
    let known = keys.get(id);
    if (known === undefined) {
      known = createPublicKey({
        key: Buffer.from(concat(kSpki[alg], key)),
        format: "der",
        type: "spki",
      });
      keys.set(id, known);
    }
    return known;
  };
  return {
    sha256,
    sha256Bulk: sha256,
    verify(alg, key, message, signature) {
      const hash = alg === -7 ? "sha256" : "sha384";
      return verifyNode(
        hash,
        message,
        { key: load(alg, key), dsaEncoding: "ieee-p1363" },
        signature,
      );
    },
  };
}

export class FolderTree implements Tree {
  readonly parallel = 1;
  constructor(readonly folder: string) {}

  read(path: string): Bytes | null {
    try {
      return readFileSync(join(this.folder, path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
      throw error;
    }
  }

  /**
   * Anything that is no plain file is listed too, so that it is refused: links could lead out of
   * the tree. Names that start with a dot are no part of a tree (docs/spec/site.md): folders of
   * working programs have such files.
   */
  list(): string[] {
    const out: string[] = [];
    const walk = (folder: string): void => {
      for (const entry of readdirSync(join(this.folder, folder), { withFileTypes: true })) {
        if (entry.name.startsWith(".")) continue;
        const path = folder + entry.name;
        if (entry.isDirectory()) walk(`${path}/`);
        else out.push(entry.isFile() ? path : `${path} (link)`);
      }
    };
    walk("");
    return out;
  }
}
