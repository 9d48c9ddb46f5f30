/** Deterministic CBOR, the strict profile of docs/spec/cbor.md. */
import { compare, concatAll, text as decodeText, utf8, type Bytes } from "./bytes";
import { Failure, fail } from "./failure";

export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: Cbor,
  ) {}
}
export type CborMap = Map<number, Cbor>;
/** Integers are numbers where that is exact, else bigint. */
export type Cbor = number | bigint | string | boolean | null | Bytes | Cbor[] | CborMap | Tagged;

const kMaxDepth = 8;
const kMaxMagnitude = 2n ** 63n - 1n;

class Reader {
  at = 0;
  constructor(readonly data: Bytes) {}

  bad(what: string): never {
    fail("cbor.bad", { what, offset: this.at });
  }

  /** The argument of an item's head, shortest form only. */
  argument(info: number): bigint | number {
    if (info < 24) return info;
    if (info > 27) this.bad(info === 31 ? "indefinite" : "reserved");
    const size = 1 << (info - 24);
    if (this.at + size > this.data.length) this.bad("truncated");
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(this.data[this.at + i]!);
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (value < least) this.bad("not-shortest");
    this.at += size;
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  bytes(length: bigint | number): Bytes {
    if (typeof length === "bigint" || length > this.data.length - this.at) this.bad("truncated");
    const out = this.data.subarray(this.at, this.at + length);
    this.at += length;
    return out;
  }

  map(count: bigint | number, depth: number): CborMap {
    const out: CborMap = new Map();
    let previous: Bytes | null = null;
    for (let i = 0n; i < BigInt(count); i++) {
      const start = this.at;
      const key = this.item(depth + 1, false);
      if (typeof key !== "number" || key < 0) this.bad("key-type");
      const encoded = this.data.subarray(start, this.at);
      if (previous !== null && compare(previous, encoded) >= 0) this.bad("key-order");
      previous = encoded;
      out.set(key, this.item(depth + 1, false));
    }
    return out;
  }

  item(depth: number, top: boolean): Cbor {
    const head = this.data[this.at];
    if (head === undefined) this.bad("truncated");
    this.at++;
    const major = head >> 5;
    const info = head & 31;
    if (major === 7) {
      if (info === 20) return false;
      if (info === 21) return true;
      if (info === 22) return null;
      this.at--;
      this.bad("simple");
    }
    const n = this.argument(info);
    if ((major === 4 || major === 5) && depth > kMaxDepth) this.bad("depth");
    switch (major) {
      case 0:
        if (BigInt(n) > kMaxMagnitude) this.bad("range");
        return n;
      case 1: {
        // -1 - n must stay above -2^63.
        const value = -1n - BigInt(n);
        if (-value > kMaxMagnitude) this.bad("range");
        return value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
      }
      case 2:
        return this.bytes(n);
      case 3:
        return decodeText(this.bytes(n));
      case 4: {
        const out: Cbor[] = [];
        for (let i = 0n; i < BigInt(n); i++) out.push(this.item(depth + 1, false));
        return out;
      }
      case 5:
        return this.map(n, depth);
      default:
        if (!top || (n !== 18 && n !== 98)) this.bad("tag");
        // A tag is no level.
        return new Tagged(n, this.item(depth, false));
    }
  }
}

/** Decodes exactly one item; every rule of the profile is checked. */
export function decode(data: Bytes): Cbor {
  const reader = new Reader(data);
  const value = reader.item(1, true);
  if (reader.at !== data.length) reader.bad("trailing");
  return value;
}

function head(major: number, argument: number | bigint): Bytes {
  const n = BigInt(argument);
  if (n < 24n) return Uint8Array.of((major << 5) | Number(n));
  const size = n < 1n << 8n ? 1 : n < 1n << 16n ? 2 : n < 1n << 32n ? 4 : 8;
  const out = new Uint8Array(1 + size);
  out[0] = (major << 5) | (24 + Math.log2(size));
  for (let i = 0; i < size; i++) out[size - i] = Number((n >> BigInt(8 * i)) & 255n);
  return out;
}

function push(parts: Bytes[], value: Cbor): void {
  if (value === false) parts.push(Uint8Array.of(0xf4));
  else if (value === true) parts.push(Uint8Array.of(0xf5));
  else if (value === null) parts.push(Uint8Array.of(0xf6));
  else if (typeof value === "number" || typeof value === "bigint") {
    parts.push(value >= 0 ? head(0, value) : head(1, -1n - BigInt(value)));
  } else if (typeof value === "string") {
    const data = utf8(value);
    parts.push(head(3, data.length), data);
  } else if (value instanceof Uint8Array) {
    parts.push(head(2, value.length), value);
  } else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) push(parts, item);
  } else if (value instanceof Tagged) {
    parts.push(head(6, value.tag));
    push(parts, value.value);
  } else {
    const entries = [...value].map(([key, item]) => [encode(key), item] as const);
    entries.sort((a, b) => compare(a[0], b[0]));
    parts.push(head(5, entries.length));
    for (const [key, item] of entries) {
      parts.push(key);
      push(parts, item);
    }
  }
}

export function encode(value: Cbor): Bytes {
  const parts: Bytes[] = [];
  push(parts, value);
  return concatAll(parts);
}

/**
 * What a reader of records needs: the shape of a value, with the name of the field in the failure.
 */
export class Shape {
  constructor(readonly record: string) {}

  bad(field: string): never {
    throw new Failure("record.field", { record: this.record, field });
  }
  uint(value: Cbor | undefined, field: string, max = Number.MAX_SAFE_INTEGER): number {
    if (typeof value !== "number" || value < 0 || value > max) this.bad(field);
    return value;
  }
  text(value: Cbor | undefined, field: string): string {
    if (typeof value !== "string") this.bad(field);
    return value;
  }
  bool(value: Cbor | undefined, field: string): boolean {
    if (typeof value !== "boolean") this.bad(field);
    return value;
  }
  bytes(value: Cbor | undefined, field: string, size?: number): Bytes {
    if (!(value instanceof Uint8Array) || (size !== undefined && value.length !== size))
      this.bad(field);
    return value;
  }
  array(value: Cbor | undefined, field: string, size?: number): Cbor[] {
    if (!Array.isArray(value) || (size !== undefined && value.length !== size)) this.bad(field);
    return value;
  }
  uints(value: Cbor | undefined, field: string, size?: number): number[] {
    return this.array(value, field, size).map((item) => this.uint(item, field));
  }
  /** A map with exactly the keys first..last. */
  map(value: Cbor | undefined, first: number, last: number): CborMap {
    if (!(value instanceof Map)) this.bad("map");
    if (value.size !== last - first + 1) this.bad("keys");
    for (let key = first; key <= last; key++) if (!value.has(key)) this.bad(`key ${key}`);
    return value;
  }
}
