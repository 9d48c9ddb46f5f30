/**
 * Hashes and signatures under the rules of docs/spec/cose.md and keys.md. The platform gives the
 * fast primitives.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, toHex, type Bytes } from "./bytes";

export type Algorithm = -7 | -35 | -8;
export const kEs256 = -7;
export const kEs384 = -35;
export const kEdDsa = -8;

/**
 * What a platform must give. `verify` has no rule of its own: range and low s are checked before it
 * is called.
 */
export interface Engine {
  sha256(data: Bytes): Bytes;
  /** For whole files. */
  sha256Bulk(data: Bytes): Bytes | Promise<Bytes>;
  verify(alg: -7 | -35, key: Bytes, message: Bytes, signature: Bytes): boolean | Promise<boolean>;
}

/** Pure TypeScript: works everywhere, slow for signatures. */
export const kPlainEngine: Engine = {
  sha256,
  sha256Bulk: sha256,
  verify(alg, key, message, signature) {
    const [curve, hash] = alg === kEs256 ? [p256, sha256] : [p384, sha384];
    return curve.verify(signature, hash(message), key, { prehash: false, lowS: true });
  },
};

/** WebCrypto: in browsers on https or localhost. `null` where it is missing. */
export function webEngine(): Engine | null {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return null;
  const keys = new Map<string, Promise<CryptoKey>>();
  const fresh = (data: Bytes): Uint8Array<ArrayBuffer> => new Uint8Array(data);
  const load = (alg: -7 | -35, key: Bytes): Promise<CryptoKey> => {
    const id = toHex(key);
    let known = keys.get(id);
    if (known === undefined) {
      const [curve, name] = alg === kEs256 ? [p256, "P-256"] : [p384, "P-384"];
      const raw = fresh(curve.Point.fromBytes(key).toBytes(false));
      known = subtle.importKey("raw", raw, { name: "ECDSA", namedCurve: name }, false, ["verify"]);
      keys.set(id, known);
    }
    return known;
  };
  return {
    sha256,
    async sha256Bulk(data) {
      return data.length < 2048
        ? sha256(data)
        : new Uint8Array(await subtle.digest("SHA-256", fresh(data)));
    },
    async verify(alg, key, message, signature) {
      const hash = alg === kEs256 ? "SHA-256" : "SHA-384";
      return subtle.verify(
        { name: "ECDSA", hash },
        await load(alg, key),
        fresh(signature),
        fresh(message),
      );
    },
  };
}

export function keySize(alg: number): number | null {
  return alg === kEs256 ? 33 : alg === kEs384 ? 49 : alg === kEdDsa ? 32 : null;
}

const kOrders = { [-7]: p256.Point.Fn.ORDER, [-35]: p384.Point.Fn.ORDER };

function toBigInt(data: Bytes): bigint {
  return BigInt("0x" + toHex(data));
}

/** On the curve, not the identity, canonical; Ed25519 also not of small order. */
export function validKey(alg: number, key: Bytes): boolean {
  if (keySize(alg) !== key.length) return false;
  try {
    if (alg === kEdDsa) return !ed25519.Point.fromBytes(key, false).isSmallOrder();
    const point = (alg === kEs256 ? p256 : p384).Point.fromBytes(key);
    return !point.is0() && equal(point.toBytes(true), key);
  } catch {
    return false;
  }
}

/**
 * r and s in range and s in the lower half: otherwise a stranger could make a second signature of
 * the same bytes.
 */
export function validEcdsaForm(alg: -7 | -35, signature: Bytes): boolean {
  const half = alg === kEs256 ? 32 : 48;
  if (signature.length !== 2 * half) return false;
  const n = kOrders[alg];
  const r = toBigInt(signature.subarray(0, half));
  const s = toBigInt(signature.subarray(half));
  return r >= 1n && r < n && s >= 1n && s <= (n - 1n) / 2n;
}

const kL = ed25519.Point.Fn.ORDER;

function littleEndian(data: Bytes): bigint {
  return toBigInt(Uint8Array.from(data).reverse());
}

/**
 * The strict rule: A and R canonical and not of small order, S below the order of the group, and
 * the equation without
 * cofactor. Libraries differ here; two readers of one log must never differ.
 */
export function verifyEd25519(key: Bytes, message: Bytes, signature: Bytes): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    const rBytes = signature.subarray(0, 32);
    const a = ed25519.Point.fromBytes(key, false);
    const r = ed25519.Point.fromBytes(rBytes, false);
    const s = littleEndian(signature.subarray(32));
    if (s >= kL || a.isSmallOrder() || r.isSmallOrder()) return false;
    if (!equal(a.toBytes(), key) || !equal(r.toBytes(), rBytes)) return false;
    const k = littleEndian(sha512(concat(rBytes, key, message))) % kL;
    const base = s === 0n ? ed25519.Point.ZERO : ed25519.Point.BASE.multiplyUnsafe(s);
    return equal(base.subtract(a.multiplyUnsafe(k)).toBytes(), rBytes);
  } catch {
    return false;
  }
}

/** One function for every algorithm of the profile. */
export async function verifySignature(
  engine: Engine,
  alg: Algorithm,
  key: Bytes,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (alg === kEdDsa) return verifyEd25519(key, message, signature);
  if (!validEcdsaForm(alg, signature)) return false;
  try {
    return await engine.verify(alg, key, message, signature);
  } catch {
    return false;
  }
}

/** First 8 bytes of SHA-256 of the public key: a hint for finding it, never an authority. */
export function keyId(engine: Engine, key: Bytes): Bytes {
  return engine.sha256(key).subarray(0, 8);
}
