/** Public keys as text (docs/spec/keys.md). */
import { fromHex, toHex } from "./bytes";
import type { PublicKey } from "./cose";
import { validKey, type Algorithm, type Engine } from "./crypto";
import { fail } from "./failure";

const kNames: [string, Algorithm][] = [
  ["es256", -7],
  ["es384", -35],
  ["ed25519", -8],
];

/** `sufragio-public-key:es256:<hex>` */
export function parseKey(line: string): PublicKey {
  const match = /^sufragio-public-key:([a-z0-9]+):([0-9a-f]+)$/.exec(line);
  const alg = kNames.find(([name]) => name === match?.[1])?.[1];
  const key = match === null ? null : fromHex(match[2]!);
  if (alg === undefined || key === null || !validKey(alg, key)) fail("key.form");
  return { alg, key };
}

export function keyText(key: PublicKey): string {
  return `sufragio-public-key:${kNames.find(([, alg]) => alg === key.alg)![0]}:${toHex(key.key)}`;
}

/** One key per line; blanks and line breaks around a key are ignored. */
export function parseKeys(text: string): PublicKey[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").map(parseKey);
}

/** SHA-256 of the key as 16 groups of four hex digits: to compare aloud. */
export function fingerprint(engine: Engine, key: PublicKey): string {
  return toHex(engine.sha256(key.key)).match(/.{4}/g)!.join(" ");
}

/** A fingerprint as people write it, as 64 hex digits; `null` when it is none. */
export function normaliseFingerprint(typed: string): string | null {
  const plain = typed.replace(/[\s:-]/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(plain) ? plain : null;
}

export type Trusted = { key: PublicKey } | { fingerprint: string };

/** A key or a fingerprint, as given on the command line or pasted. */
export function parseTrusted(typed: string): Trusted {
  const digits = normaliseFingerprint(typed);
  return digits !== null ? { fingerprint: digits } : { key: parseKey(typed.trim()) };
}

export function matches(engine: Engine, trusted: Trusted, key: PublicKey): boolean {
  const digits = toHex(engine.sha256(key.key));
  if ("fingerprint" in trusted) return trusted.fingerprint === digits;
  return trusted.key.alg === key.alg && toHex(trusted.key.key) === toHex(key.key);
}
