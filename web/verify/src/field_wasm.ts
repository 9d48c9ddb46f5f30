/**
 * Arithmetic modulo the prime of P-256, and the formulas of points, as WebAssembly that is written
 * here instruction by instruction: JavaScript's own big integers are ten times slower.
 *
 * A number is 9 limbs of 29 bits, little-endian, each in 32 bits of memory (36 bytes), in
 * Montgomery form with R = 2^261. Every function takes numbers below 1.1 p and returns such.
 */

export const kLimbs = 9;
export const kBits = 29;
export const kSize = 36;
const kMask = (1 << kBits) - 1;

export const kPrime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

export function limbsOf(value: bigint): number[] {
  return Array.from({ length: kLimbs }, (_, i) =>
    Number((value >> BigInt(kBits * i)) & BigInt(kMask)),
  );
}

// ---- WebAssembly, as little of it as is needed ----

const kI32 = 0x7f;
const kI64 = 0x7e;

function unsigned(value: number): number[] {
  const out: number[] = [];
  do {
    const rest = value >>> 7;
    out.push((value & 0x7f) | (rest !== 0 ? 0x80 : 0));
    value = rest;
  } while (value !== 0);
  return out;
}

function signed(value: bigint): number[] {
  const out: number[] = [];
  for (;;) {
    const byte = Number(value & 0x7fn);
    value >>= 7n;
    const done = (value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0);
    out.push(done ? byte : byte | 0x80);
    if (done) return out;
  }
}

/** The body of one function: pointers are its parameters, numbers its locals. */
class Body {
  readonly code: number[] = [];
  private locals = 0;

  constructor(readonly parameters: number) {}

  local(): number {
    return this.parameters + this.locals++;
  }
  get(local: number): this {
    this.code.push(0x20, ...unsigned(local));
    return this;
  }
  set(local: number): this {
    this.code.push(0x21, ...unsigned(local));
    return this;
  }
  constant(value: bigint): this {
    this.code.push(0x42, ...signed(value));
    return this;
  }
  add(): this {
    this.code.push(0x7c);
    return this;
  }
  subtract(): this {
    this.code.push(0x7d);
    return this;
  }
  multiply(): this {
    this.code.push(0x7e);
    return this;
  }
  and(): this {
    this.code.push(0x83);
    return this;
  }
  left(bits: number): this {
    this.constant(BigInt(bits)).code.push(0x86);
    return this;
  }
  right(bits: number): this {
    this.constant(BigInt(bits)).code.push(0x87); // keeps the sign
    return this;
  }
  load(pointer: number, limb: number): this {
    this.get(pointer).code.push(0x35, 2, ...unsigned(4 * limb));
    return this;
  }
  store(pointer: number, limb: number, value: number): this {
    this.get(pointer).get(value).code.push(0x3e, 2, ...unsigned(4 * limb));
    return this;
  }
  /** local += what is on the stack */
  into(local: number): this {
    return this.get(local).add().set(local);
  }
  address(pointer: number | null, offset: number): this {
    this.code.push(...(pointer === null ? [] : [0x20, ...unsigned(pointer)]));
    this.code.push(0x41, ...signed(BigInt(offset)));
    if (pointer !== null) this.code.push(0x6a);
    return this;
  }
  call(name: number): this {
    this.code.push(0x10, ...unsigned(name));
    return this;
  }
  bytes(): number[] {
    const locals = this.locals === 0 ? [0] : [1, ...unsigned(this.locals), kI64];
    const body = [...locals, ...this.code, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

function loadAll(body: Body, pointer: number): number[] {
  return Array.from({ length: kLimbs }, (_, i) => {
    const local = body.local();
    body.load(pointer, i).set(local);
    return local;
  });
}

/** Carries from limb to limb, with sign; the last limb keeps the rest. */
function carry(body: Body, limbs: number[]): void {
  for (let i = 0; i + 1 < limbs.length; ++i) {
    body.get(limbs[i]!).right(kBits).into(limbs[i + 1]!);
    body.get(limbs[i]!).constant(BigInt(kMask)).and().set(limbs[i]!);
  }
}

/**
 * Products in 17 columns, then 9 steps that each add m p so that the lowest limb becomes 0. As
 * -1/p mod 2^29 is 1, m is that limb; and p = 2^256 - 2^224 + 2^192 + 2^96 - 1 is four shifts.
 */
function productBody(square: boolean): Body {
  const body = new Body(square ? 2 : 3);
  const a = loadAll(body, 1);
  const b = square ? a : loadAll(body, 2);
  const t = Array.from({ length: 2 * kLimbs }, () => body.local());
  for (let k = 0; k < 2 * kLimbs - 1; ++k) {
    let first = true;
    for (let i = Math.max(0, k - kLimbs + 1); i <= Math.min(k, kLimbs - 1); ++i) {
      const j = k - i;
      if (square && i > j) break;
      body.get(a[i]!).get(b[j]!).multiply();
      if (square && i < j) body.left(1);
      if (!first) body.add();
      first = false;
    }
    body.set(t[k]!);
  }
  const m = body.local();
  for (let k = 0; k < kLimbs; ++k) {
    body.get(t[k]!).constant(BigInt(kMask)).and().set(m);
    body.get(t[k]!).right(kBits).into(t[k + 1]!);
    body.get(m).left(9).into(t[k + 3]!);
    body.get(m).left(18).into(t[k + 6]!);
    body.get(t[k + 7]!).get(m).left(21).subtract().set(t[k + 7]!);
    body.get(m).left(24).into(t[k + 8]!);
  }
  const out = t.slice(kLimbs);
  carry(body, out);
  out.forEach((local, i) => body.store(0, i, local));
  return body;
}

/** a + b, or a - b + 2p; then 2^256 = 2^224 - 2^192 - 2^96 + 1 takes the top away. */
function sumBody(minus: boolean): Body {
  const body = new Body(3);
  const a = loadAll(body, 1);
  const b = loadAll(body, 2);
  const twice = limbsOf(2n * kPrime);
  a.forEach((local, i) => {
    body.get(local).get(b[i]!);
    if (minus) body.subtract().constant(BigInt(twice[i]!)).add();
    else body.add();
    body.set(local);
  });
  carry(body, a);
  const q = body.local();
  body.get(a[8]!).right(24).set(q);
  body.get(a[8]!).constant(0xffffffn).and().set(a[8]!);
  body.get(q).into(a[0]!);
  body.get(a[3]!).get(q).left(9).subtract().set(a[3]!);
  body.get(a[6]!).get(q).left(18).subtract().set(a[6]!);
  body.get(q).left(21).into(a[7]!);
  carry(body, a);
  a.forEach((local, i) => body.store(0, i, local));
  return body;
}

// Functions by number; scratch numbers stand at the start of the memory.
const kMul = 0;
const kSqr = 1;
const kAdd = 2;
const kSub = 3;
const scratch = (index: number): number => kSize * index;
export const kScratchSize = 16 * kSize;

type Operand = [pointer: number | null, offset: number];

function calls(parameters: number, steps: [number, Operand, Operand, Operand?][]): Body {
  const body = new Body(parameters);
  for (const [name, ...operands] of steps) {
    for (const operand of operands) if (operand !== undefined) body.address(...operand);
    body.call(name);
  }
  return body;
}

const s = (index: number): Operand => [null, scratch(index)];

/** dbl-2001-b of the Explicit-Formulas Database, a = -3; in place. */
function doubleBody(): Body {
  const x: Operand = [0, 0];
  const y: Operand = [0, kSize];
  const z: Operand = [0, 2 * kSize];
  const [delta, gamma, beta, alpha, u, v] = [s(0), s(1), s(2), s(3), s(4), s(5)];
  return calls(1, [
    [kSqr, delta!, z],
    [kSqr, gamma!, y],
    [kMul, beta!, x, gamma!],
    [kSub, u!, x, delta!],
    [kAdd, v!, x, delta!],
    [kMul, alpha!, u!, v!],
    [kAdd, u!, alpha!, alpha!],
    [kAdd, alpha!, alpha!, u!],
    [kAdd, u!, y, z],
    [kSqr, u!, u!],
    [kSub, u!, u!, gamma!],
    [kSub, z, u!, delta!],
    [kAdd, beta!, beta!, beta!],
    [kAdd, beta!, beta!, beta!], // 4 beta
    [kAdd, u!, beta!, beta!],
    [kSqr, x, alpha!],
    [kSub, x, x, u!],
    [kSub, u!, beta!, x],
    [kMul, y, alpha!, u!],
    [kSqr, gamma!, gamma!],
    [kAdd, gamma!, gamma!, gamma!],
    [kAdd, gamma!, gamma!, gamma!],
    [kAdd, gamma!, gamma!, gamma!],
    [kSub, y, y, gamma!],
  ]);
}

/** madd-2007-bl in two parts: after the first, scratch 1 is H and scratch 2 is S2 - Y1. */
function addFirstBody(): Body {
  const z: Operand = [0, 2 * kSize];
  return calls(2, [
    [kSqr, s(0), z],
    [kMul, s(1), [1, 0], s(0)],
    [kSub, s(1), s(1), [0, 0]],
    [kMul, s(2), [1, kSize], z],
    [kMul, s(2), s(2), s(0)],
    [kSub, s(2), s(2), [0, kSize]],
  ]);
}

function addSecondBody(): Body {
  const x: Operand = [0, 0];
  const y: Operand = [0, kSize];
  const z: Operand = [0, 2 * kSize];
  return calls(1, [
    [kSqr, s(3), s(1)], // HH
    [kAdd, s(4), s(3), s(3)],
    [kAdd, s(4), s(4), s(4)], // I
    [kMul, s(5), s(1), s(4)], // J
    [kAdd, s(2), s(2), s(2)], // r
    [kMul, s(6), x, s(4)], // V
    [kAdd, z, z, s(1)],
    [kSqr, z, z],
    [kSub, z, z, s(0)],
    [kSub, z, z, s(3)],
    [kSqr, x, s(2)],
    [kSub, x, x, s(5)],
    [kSub, x, x, s(6)],
    [kSub, x, x, s(6)],
    [kMul, s(7), y, s(5)],
    [kAdd, s(7), s(7), s(7)],
    [kSub, s(6), s(6), x],
    [kMul, y, s(2), s(6)],
    [kSub, y, y, s(7)],
  ]);
}

export interface Field {
  memory: Uint32Array;
  mul(d: number, a: number, b: number): void;
  sqr(d: number, a: number): void;
  add(d: number, a: number, b: number): void;
  sub(d: number, a: number, b: number): void;
  double(point: number): void;
  addFirst(point: number, affine: number): void;
  addSecond(point: number): void;
}

function moduleBytes(pages: number): Uint8Array<ArrayBuffer> {
  const bodies = [
    productBody(false),
    productBody(true),
    sumBody(false),
    sumBody(true),
    doubleBody(),
    addFirstBody(),
    addSecondBody(),
  ];
  const names = ["mul", "sqr", "add", "sub", "double", "addFirst", "addSecond"];
  const text = (value: string): number[] => [
    ...unsigned(value.length),
    ...[...value].map((c) => c.charCodeAt(0)),
  ];
  const vector = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, content: number[]): number[] => [
    id,
    ...unsigned(content.length),
    ...content,
  ];
  const types = [1, 2, 3].map((n) => [0x60, n, ...Array<number>(n).fill(kI32), 0]);
  const exports = names.map((name, i) => [...text(name), 0, i]);
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(bodies.map((body) => [body.parameters - 1]))),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([...exports, [...text("memory"), 2, 0]])),
    ...section(10, vector(bodies.map((body) => body.bytes()))),
  ]);
}

/** `bytes` of memory; the first kScratchSize are the module's own. */
export function makeField(bytes: number): Field {
  const module = new WebAssembly.Module(moduleBytes(Math.ceil(bytes / 65536)));
  const made = new WebAssembly.Instance(module).exports as unknown as Omit<Field, "memory"> & {
    memory: WebAssembly.Memory;
  };
  return {
    memory: new Uint32Array(made.memory.buffer),
    mul: made.mul,
    sqr: made.sqr,
    add: made.add,
    sub: made.sub,
    double: made.double,
    addFirst: made.addFirst,
    addSecond: made.addSecond,
  };
}
