import { fail } from "./failure";

export type Bytes = Uint8Array;

const kHex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

export function toHex(data: Bytes): string {
  let out = "";
  for (const byte of data) out += kHex[byte];
  return out;
}

/** Lower-case or upper-case hex of any even length; `null` for anything else. */
export function fromHex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.substring(2 * i, 2 * i + 2), 16);
  return out;
}

export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order by bytes, the shorter first when one begins with the other. */
export function compare(a: Bytes, b: Bytes): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function concat(...parts: Bytes[]): Bytes {
  return concatAll(parts);
}

export function concatAll(parts: readonly Bytes[]): Bytes {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of well-formed UTF-8; a byte-order mark stays a character. */
export function text(data: Bytes): string {
  try {
    return decoder.decode(data);
  } catch {
    fail("text.utf8");
  }
}

/**
 * Order of two texts by their UTF-8 bytes. JavaScript's own order is by UTF-16 units: other beyond
 * U+FFFF.
 */
export function compareText(a: string, b: string): number {
  if (/^[\x00-\x7f]*$/.test(a) && /^[\x00-\x7f]*$/.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return compare(utf8(a), utf8(b));
}

const kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function toBase64(data: Bytes): string {
  let out = "";
  for (let i = 0; i < data.length; i += 3) {
    const left = data.length - i;
    const word = (data[i]! << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    out += kBase64[word >> 18]! + kBase64[(word >> 12) & 63]!;
    out += left > 1 ? kBase64[(word >> 6) & 63]! : "=";
    out += left > 2 ? kBase64[word & 63]! : "=";
  }
  return out;
}

/**
 * Standard base64 with padding and zero spare bits (RFC 4648 section 4); `null` for anything else.
 */
export function fromBase64(encoded: string): Bytes | null {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded))
    return null;
  const out: number[] = [];
  for (let i = 0; i < encoded.length; i += 4) {
    const word = [0, 1, 2, 3].reduce(
      (w, k) => (w << 6) | Math.max(0, kBase64.indexOf(encoded[i + k]!)),
      0,
    );
    out.push(word >> 16, (word >> 8) & 255, word & 255);
  }
  const padding = encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0;
  const data = Uint8Array.from(out.slice(0, out.length - padding));
  return toBase64(data) === encoded ? data : null;
}
