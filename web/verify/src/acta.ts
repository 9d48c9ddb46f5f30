/** The signed tally sheet (docs/spec/acta.md). */
import { text as decodeText, type Bytes } from "./bytes";
import { decode, Shape, type Cbor } from "./cbor";
import { parseSign1, type Record1 } from "./cose";
import type { Engine } from "./crypto";
import { fail } from "./failure";
import { centreCode, mesaKey } from "./package";
import { fromBase45, toBase45, verificationCode } from "./text_codes";

export const kActaLimit = 4096;
export const kActaAad = "sufragio/acta/1";
export const kZeroActa = 0;
const kMaxCount = 1_000_000_000;
const kMaxTomo = 2 ** 32 - 1;

export interface Acta {
  bytes: Bytes;
  record: Record1;
  /** SHA-256 of all bytes. */
  id: Bytes;
  code: string;
  election: Bytes;
  ballot: Bytes;
  centre: string;
  mesa: number;
  key: string;
  tomo: number;
  time: number;
  registered: number;
  voters: number;
  ballots: number;
  contests: { votes: number[]; nulls: number; invalid: number }[];
  ballotsRoot: Bytes;
  softwareRoot: Bytes;
  machine: Bytes;
  type: number;
  /** match, no match, no prints stored, no hands. */
  fingerprints: number[];
  opening: number;
  /**
   * valid receipts, void prints, spoiled, abandoned, challenged, assisted, unblocks, queue tokens,
   * minutes suspended.
   */
  events: number[];
  formerMachines: Bytes[];
}

function counts(shape: Shape, value: Cbor | undefined, field: string, size?: number): number[] {
  return shape.array(value, field, size).map((item) => shape.uint(item, field, kMaxCount));
}

function readContests(shape: Shape, value: Cbor | undefined): Acta["contests"] {
  const contests = shape.array(value, "11").map((item) => {
    const figures = counts(shape, item, "11");
    if (figures.length < 3) shape.bad("11");
    const [nulls, invalid] = figures.slice(-2) as [number, number];
    return { votes: figures.slice(0, -2), nulls, invalid };
  });
  if (contests.length === 0) shape.bad("11");
  return contests;
}

/** Unix seconds in whole minutes. */
function minute(shape: Shape, value: Cbor | undefined, field: string): number {
  const time = shape.uint(value, field);
  if (time % 60 !== 0) shape.bad(field);
  return time;
}

/** Form only: signature, certificate and figures are judged elsewhere. */
export function readActa(engine: Engine, bytes: Bytes): Acta {
  const shape: Shape = new Shape("acta");
  const record = parseSign1(bytes, kActaLimit);
  if (record.alg !== -7) fail("cose.form", { what: "alg" });
  const map = shape.map(decode(record.payload), 1, 20);
  if (map.get(1) !== 1) shape.bad("1");
  const id = engine.sha256(bytes);
  const centre = centreCode(shape.uint(map.get(4), "4", 999999999));
  const mesa = shape.uint(map.get(5), "5", 99);
  if (mesa < 1) shape.bad("5");
  const type = shape.uint(map.get(15), "15", 2);
  const opening = minute(shape, map.get(17), "17");
  if (type === kZeroActa && opening !== 0) shape.bad("17");
  shape.bytes(map.get(20), "20", 32);
  return {
    bytes,
    record,
    id,
    code: verificationCode(id),
    election: shape.bytes(map.get(2), "2", 8),
    ballot: shape.bytes(map.get(3), "3", 8),
    centre,
    mesa,
    key: mesaKey(centre, mesa),
    tomo: shape.uint(map.get(6), "6", kMaxTomo),
    time: minute(shape, map.get(7), "7"),
    registered: shape.uint(map.get(8), "8", kMaxCount),
    voters: shape.uint(map.get(9), "9", kMaxCount),
    ballots: shape.uint(map.get(10), "10", kMaxCount),
    contests: readContests(shape, map.get(11)),
    ballotsRoot: shape.bytes(map.get(12), "12", 32),
    softwareRoot: shape.bytes(map.get(13), "13", 32),
    machine: shape.bytes(map.get(14), "14", 16),
    type,
    fingerprints: counts(shape, map.get(16), "16", 4),
    opening,
    events: counts(shape, map.get(18), "18", 9),
    formerMachines: shape.array(map.get(19), "19").map((item) => shape.bytes(item, "19", 16)),
  };
}

const kQrB = "VE1:";

export function toQrB(bytes: Bytes): string {
  return kQrB + toBase45(bytes);
}

/**
 * The bytes in the text of a signed code. Line ends around it are dropped; a blank is part of
 * base45.
 */
export function fromQrB(scanned: string): Bytes {
  const line = scanned.replace(/^[\r\n\ufeff]+|[\r\n]+$/g, "");
  if (!line.startsWith(kQrB)) fail("qr.prefix");
  return fromBase45(line.slice(kQrB.length)) ?? fail("qr.base45");
}

/** Bytes of a file or a pasted text: the COSE record itself, or the text of its code. */
export function actaBytes(data: Bytes): Bytes {
  if (data[0] === 0xd2) return data;
  return fromQrB(decodeText(data));
}
