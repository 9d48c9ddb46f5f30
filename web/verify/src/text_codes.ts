/** Base45 (RFC 9285) and Crockford base32, strict. */
import type { Bytes } from "./bytes";

const kBase45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function toBase45(data: Bytes): string {
  let out = "";
  for (let i = 0; i < data.length; i += 2) {
    const pair = i + 1 < data.length;
    let value = pair ? data[i]! * 256 + data[i + 1]! : data[i]!;
    for (let k = 0; k < (pair ? 3 : 2); k++) {
      out += kBase45[value % 45]!;
      value = Math.floor(value / 45);
    }
  }
  return out;
}

/** `null` when the text is not base45. Nothing is trimmed: a space is a digit. */
export function fromBase45(text: string): Bytes | null {
  if (text.length % 3 === 1) return null;
  const out: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((c) => kBase45.indexOf(c));
    if (digits.includes(-1)) return null;
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.length === 3) {
      if (value > 65535) return null;
      out.push(value >> 8, value & 255);
    } else {
      if (value > 255) return null;
      out.push(value);
    }
  }
  return Uint8Array.from(out);
}

const kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first 80 bits in four groups of four: the verification code of an acta. */
export function verificationCode(hash: Bytes): string {
  let bits = 0n;
  for (let i = 0; i < 10; i++) bits = (bits << 8n) | BigInt(hash[i]!);
  let out = "";
  for (let i = 15; i >= 0; i--) out += kCrockford[Number((bits >> BigInt(5 * i)) & 31n)]!;
  return out.match(/.{4}/g)!.join("-");
}

/** A code as people type it, in the form of `verificationCode`; `null` when it is none. */
export function normaliseCode(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/[-\s]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  if (plain.length !== 16 || [...plain].some((c) => !kCrockford.includes(c))) return null;
  return plain.match(/.{4}/g)!.join("-");
}
