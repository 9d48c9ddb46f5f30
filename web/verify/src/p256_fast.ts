/**
 * Powers in P-256 for verifying many proofs: tables for two bases, shared tables for each
 * ciphertext, one inversion for a whole contest. For public data only. Written multiplicatively, as
 * docs/spec/e2e.md does.
 */
import type { Bytes } from "./bytes";
import {
  kBits,
  kLimbs,
  kPrime,
  kScratchSize,
  kSize,
  limbsOf,
  makeField,
  type Field,
} from "./field_wasm";

export const kOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const kB = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const kGenerator: [bigint, bigint] = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
const kR = 1n << BigInt(kBits * kLimbs);
const kAffine = 2 * kSize;
const kJacobian = 3 * kSize;
const kWindows = 32; // of 8 bits
const kOdd = 8; // 1, 3 ... 15 times a point

export const kIdentity = new Uint8Array(33).fill(0xff);

export function bigOf(bytes: Bytes): bigint {
  let out = 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; at += 8) out = (out << 64n) | view.getBigUint64(at);
  return out;
}

export function scalarBytes(value: bigint): Bytes {
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  for (let at = 24; at >= 0; at -= 8) {
    view.setBigUint64(at, value & 0xffffffffffffffffn);
    value >>= 64n;
  }
  return out;
}

/** Digits 0, ±1, ±3 … ±15 of a number, least significant first (width-5 NAF). */
function nafOf(value: bigint): Int8Array {
  const out = new Int8Array(258);
  const words = new Uint32Array(9);
  for (let i = 0; i < 8; ++i) words[i] = Number((value >> BigInt(32 * i)) & 0xffffffffn);
  const bit = (i: number): number => (words[i >> 5]! >>> (i & 31)) & 1;
  let carry = 0;
  for (let i = 0; i < 257; ) {
    if (bit(i) === carry) {
      ++i;
      continue;
    }
    let digit = carry;
    for (let j = 0; j < 5; ++j) digit += bit(i + j) << j;
    carry = digit > 16 ? 1 : 0;
    out[i] = digit - (carry << 5);
    i += 5;
  }
  return out;
}

/** A point during a calculation: three numbers at `at`, or the identity. */
export interface Sum {
  at: number;
  identity: boolean;
}

/** The odd powers of one element. */
export interface Odd {
  at: number; // of kOdd affine points
}

export class P256 {
  private readonly f: Field;
  private next = kScratchSize;
  private readonly constants: { r2: number; one: number; b: number; zero: number; plain: number };
  private readonly temporary: number[];
  private readonly tables: [number, number];
  private pool: number; // from here on `reset` gives everything back

  /** `joint`: the joint key, 33 bytes; null when it is none. `points`: most points at one time. */
  static make(joint: Bytes, points: number): P256 | null {
    const curve = new P256(points);
    curve.fill(curve.tables[0], curve.put(kGenerator[0], kGenerator[1]));
    const key = curve.decode(joint);
    if (key === null) return null;
    curve.fill(curve.tables[1], key);
    curve.reset();
    return curve;
  }

  private constructor(points: number) {
    const tables = 2 * kWindows * 255 * kAffine;
    const capacity = Math.max(points, 1200);
    const each = kJacobian + 2 * kSize;
    this.f = makeField(kScratchSize + 64 * kSize + tables + capacity * each);
    const number = (value: bigint): number => {
      const at = this.take(kSize);
      this.f.memory.set(limbsOf(value), at / 4);
      return at;
    };
    const inside = (value: bigint): number => number((value * kR) % kPrime);
    this.constants = {
      r2: number((kR * kR) % kPrime),
      one: inside(1n),
      b: inside(kB),
      zero: number(0n),
      plain: number(1n),
    };
    this.temporary = Array.from({ length: 12 }, () => this.take(kSize));
    this.tables = [this.take(tables / 2), this.take(tables / 2)];
    this.pool = this.next;
  }

  /** Forgets everything but the two tables. */
  reset(): void {
    this.next = this.pool;
  }

  /** The element of these 33 bytes, affine; null when it is none, and for the identity. */
  decode(bytes: Bytes): number | null {
    if (bytes.length !== 33 || (bytes[0] !== 2 && bytes[0] !== 3)) return null;
    const x = bigOf(bytes.subarray(1));
    if (x >= kPrime) return null;
    const [u, v, w] = this.temporary as [number, number, number];
    const at = this.put(x, 0n);
    // y^2 = x^3 - 3x + b
    this.f.sqr(u, at);
    this.f.mul(u, u, at);
    this.f.add(v, at, at);
    this.f.add(v, v, at);
    this.f.sub(u, u, v);
    this.f.add(u, u, this.constants.b);
    this.root(v, u);
    this.f.sqr(w, v);
    this.f.sub(w, w, u);
    if (!this.isZero(w)) return null;
    const odd = this.plainLimbs(v)[0]! & 1;
    if (odd === (bytes[0]! & 1)) this.copy(at + kSize, v, kSize);
    else this.f.sub(at + kSize, this.constants.zero, v);
    return at;
  }

  /** As `decode`, and the identity as "identity". */
  decodeAny(bytes: Bytes): number | "identity" | null {
    if (bytes.length === 33 && bytes.every((byte) => byte === 0xff)) return "identity";
    return this.decode(bytes);
  }

  /** The odd powers of some elements, together: one inversion. */
  odds(elements: number[]): Odd[] {
    const all: Sum[] = [];
    for (const element of elements) {
      const twice = this.lift(element);
      this.double(twice);
      const [square] = this.affine([twice]);
      let sum = this.lift(element);
      all.push(sum);
      for (let i = 1; i < kOdd; ++i) {
        sum = this.duplicate(sum);
        this.multiply(sum, square!);
        all.push(sum);
      }
    }
    const affine = this.affine(all);
    return elements.map((_, i) => ({ at: affine[i * kOdd]! }));
  }

  /** g^x · a^y, or K^x · a^y. */
  powers(base: 0 | 1, x: bigint, a: Odd, y: bigint): Sum {
    const sum = this.power(a, y);
    this.fixed(sum, base, x);
    return sum;
  }

  fixedPower(base: 0 | 1, x: bigint): Sum {
    const sum = this.empty();
    this.fixed(sum, base, x);
    return sum;
  }

  power(a: Odd, y: bigint): Sum {
    return this.powerProduct([[a, y]]);
  }

  /** The product of some powers. */
  powerProduct(factors: [Odd, bigint][]): Sum {
    const sum = this.empty();
    const digits = factors.map(([, y]) => nafOf(y));
    const negative = this.temporary[8]!; // two numbers
    for (let i = 257; i >= 0; --i) {
      if (!sum.identity) this.double(sum);
      for (let k = 0; k < factors.length; ++k) {
        const digit = digits[k]![i]!;
        if (digit === 0) continue;
        const at = factors[k]![0].at + ((Math.abs(digit) - 1) / 2) * kAffine;
        if (digit > 0) {
          this.multiply(sum, at);
          continue;
        }
        this.copy(negative, at, kSize);
        this.f.sub(negative + kSize, this.constants.zero, at + kSize);
        this.multiply(sum, negative);
      }
    }
    return sum;
  }

  /** The product of elements. */
  product(elements: number[]): Sum {
    const sum = this.empty();
    for (const element of elements) this.multiply(sum, element);
    return sum;
  }

  /** a times `element`, in place. */
  multiply(a: Sum, element: number): void {
    if (a.identity) {
      this.copy(a.at, element, kAffine);
      this.copy(a.at + kAffine, this.constants.one, kSize);
      a.identity = false;
      return;
    }
    this.f.addFirst(a.at, element);
    if (this.isZero(kSize)) {
      // the same x: the same element, or its inverse
      if (this.isZero(2 * kSize)) this.double(a);
      else a.identity = true;
      return;
    }
    this.f.addSecond(a.at);
  }

  /** The inverse of an element. */
  invert(element: number): number {
    const at = this.take(kAffine);
    this.copy(at, element, kSize);
    this.f.sub(at + kSize, this.constants.zero, element + kSize);
    return at;
  }

  /** All as bytes: one inversion. The sums keep their values, in affine form. */
  encode(sums: Sum[]): Bytes[] {
    const affine = this.affine(sums);
    return sums.map((sum, i) => {
      if (sum.identity) return kIdentity;
      const out = new Uint8Array(33);
      out[0] = 2 + (this.plainLimbs(affine[i]! + kSize)[0]! & 1);
      const limbs = this.plainLimbs(affine[i]!);
      for (let byte = 0; byte < 32; ++byte) {
        const bit = 8 * byte;
        const limb = Math.floor(bit / kBits);
        const shift = bit % kBits;
        let value = limbs[limb]! >>> shift;
        if (shift > kBits - 8) value |= limbs[limb + 1]! << (kBits - shift);
        out[32 - byte] = value & 0xff;
      }
      return out;
    });
  }

  /** The points of some sums in affine form (of the identity: nothing useful). */
  affine(sums: Sum[]): number[] {
    const real = sums.filter((sum) => !sum.identity);
    const products = this.take((real.length + 1) * kSize);
    const [inverse, square] = this.temporary as [number, number];
    this.copy(products, this.constants.one, kSize);
    real.forEach((sum, i) =>
      this.f.mul(products + (i + 1) * kSize, products + i * kSize, sum.at + kAffine),
    );
    this.inverse(inverse, products + real.length * kSize);
    const start = this.take(sums.length * kAffine);
    const places = new Map(real.map((sum, i) => [sum, i]));
    const out = sums.map((_, i) => start + i * kAffine);
    for (let s = sums.length - 1; s >= 0; --s) {
      const sum = sums[s]!;
      const i = places.get(sum);
      if (i === undefined) continue;
      const own = this.temporary[2]!;
      this.f.mul(own, inverse, products + i * kSize); // 1 / Z
      this.f.mul(inverse, inverse, sum.at + kAffine);
      this.f.sqr(square, own);
      this.f.mul(out[s]!, sum.at, square);
      this.f.mul(square, square, own);
      this.f.mul(out[s]! + kSize, sum.at + kSize, square);
    }
    return out;
  }

  sumOf(element: number | "identity"): Sum {
    return element === "identity" ? this.empty() : this.lift(element);
  }

  // ---- inside ----

  private take(size: number): number {
    const at = this.next;
    this.next += size;
    if (this.f !== undefined && this.next > this.f.memory.byteLength) throw new Error("memory");
    return at;
  }

  private copy(to: number, from: number, size: number): void {
    this.f.memory.copyWithin(to / 4, from / 4, (from + size) / 4);
  }

  private put(x: bigint, y: bigint): number {
    const at = this.take(kAffine);
    this.f.memory.set([...limbsOf(x), ...limbsOf(y)], at / 4);
    this.f.mul(at, at, this.constants.r2);
    this.f.mul(at + kSize, at + kSize, this.constants.r2);
    return at;
  }

  private empty(): Sum {
    return { at: this.take(kJacobian), identity: true };
  }
  private lift(element: number): Sum {
    const sum = this.empty();
    this.multiply(sum, element);
    return sum;
  }
  /** A sum that `reset` leaves alone. */
  keepSum(): Sum {
    this.reset();
    const sum = this.empty();
    this.pool = this.next;
    return sum;
  }

  duplicate(sum: Sum): Sum {
    const out = this.empty();
    this.copy(out.at, sum.at, kJacobian);
    out.identity = sum.identity;
    return out;
  }
  private double(sum: Sum): void {
    this.f.double(sum.at);
  }

  /** Out of Montgomery form, below p. */
  private plainLimbs(at: number): number[] {
    const to = this.temporary[11]!;
    this.f.mul(to, at, this.constants.plain);
    const limbs = Array.from(this.f.memory.subarray(to / 4, to / 4 + kLimbs));
    const prime = kPrimeLimbs;
    for (let i = kLimbs - 1; i >= 0; --i) {
      if (limbs[i]! < prime[i]!) return limbs;
      if (limbs[i]! > prime[i]!) break;
    }
    let borrow = 0;
    for (let i = 0; i < kLimbs; ++i) {
      const value = limbs[i]! - prime[i]! - borrow;
      borrow = value < 0 ? 1 : 0;
      limbs[i] = value + borrow * 2 ** kBits;
    }
    return limbs;
  }

  private isZero(at: number): boolean {
    const first = this.f.memory[at / 4]!;
    if (first !== 0 && first !== kPrimeLimbs[0]) return false;
    return this.plainLimbs(at).every((limb) => limb === 0);
  }

  private squares(d: number, a: number, count: number): void {
    this.f.sqr(d, a);
    for (let i = 1; i < count; ++i) this.f.sqr(d, d);
  }

  /** a^((p+1)/4), (p+1)/4 = ((2^32 - 1) 2^32 + 1) 2^96 + 1) 2^94. */
  private root(d: number, a: number): void {
    const [u, v] = [this.temporary[6]!, this.temporary[7]!];
    this.copy(u, a, kSize);
    for (let bits = 1; bits < 32; bits *= 2) {
      this.squares(v, u, bits);
      this.f.mul(u, u, v);
    }
    this.squares(u, u, 32);
    this.f.mul(u, u, a);
    this.squares(u, u, 96);
    this.f.mul(u, u, a);
    this.squares(d, u, 94);
  }

  /** 1/a = a^(p-2). */
  private inverse(d: number, a: number): void {
    const u = this.temporary[6]!;
    this.copy(u, this.constants.one, kSize);
    for (const bit of (kPrime - 2n).toString(2)) {
      this.f.sqr(u, u);
      if (bit === "1") this.f.mul(u, u, a);
    }
    this.copy(d, u, kSize);
  }

  /** sum · base^x from the table of the base. */
  private fixed(sum: Sum, base: 0 | 1, x: bigint): void {
    const bytes = scalarBytes(x);
    for (let window = 0; window < kWindows; ++window) {
      const digit = bytes[31 - window]!;
      if (digit === 0) continue;
      this.multiply(sum, this.tables[base] + (window * 255 + digit - 1) * kAffine);
    }
  }

  /** digit · 2^(8 window) times the element, for all digits and windows. */
  private fill(table: number, element: number): void {
    let start = element;
    for (let window = 0; window < kWindows; ++window) {
      const sums = [this.lift(start)];
      for (let digit = 2; digit <= 256; ++digit) {
        const sum = this.duplicate(sums[digit - 2]!);
        this.multiply(sum, start);
        sums.push(sum);
      }
      const affine = this.affine(sums);
      this.copy(table + window * 255 * kAffine, affine[0]!, 255 * kAffine);
      this.next = this.pool;
      const moved = this.take(kAffine);
      this.copy(moved, affine[255]!, kAffine);
      start = moved;
    }
    this.reset();
  }
}

const kPrimeLimbs = limbsOf(kPrime);
