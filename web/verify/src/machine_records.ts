/** Certificates, assignments and revocations of machines (docs/spec/machine-records.md). */
import type { Bytes } from "./bytes";
import { decode, Shape } from "./cbor";
import { centreCode, mesaKey } from "./package";
import { validKey } from "./crypto";

export const kCertificateAad = "sufragio/machine-cert/1";
export const kAssignmentAad = "sufragio/assignment/1";
export const kStatementAad = "sufragio/statement/1";

export interface Certificate {
  election: Bytes;
  machine: Bytes;
  key: Bytes;
  serial: string;
}

export function readCertificate(payload: Bytes): Certificate {
  const shape = new Shape("machine certificate");
  const map = shape.map(decode(payload), 1, 5);
  if (map.get(1) !== 1) shape.bad("1");
  const key = shape.bytes(map.get(4), "4", 33);
  if (!validKey(-7, key)) shape.bad("4");
  return {
    election: shape.bytes(map.get(2), "2", 8),
    machine: shape.bytes(map.get(3), "3", 16),
    key,
    serial: shape.text(map.get(5), "5"),
  };
}

export interface Assignment {
  election: Bytes;
  mesa: string;
  machine: Bytes;
  replacement: boolean;
}

export function readAssignment(payload: Bytes): Assignment {
  const shape = new Shape("assignment");
  const map = shape.map(decode(payload), 1, 7);
  if (map.get(1) !== 1) shape.bad("1");
  shape.uint(map.get(7), "7");
  const mesa = shape.uint(map.get(4), "4", 99);
  if (mesa < 1) shape.bad("4");
  return {
    election: shape.bytes(map.get(2), "2", 8),
    mesa: mesaKey(centreCode(shape.uint(map.get(3), "3", 999999999)), mesa),
    machine: shape.bytes(map.get(5), "5", 16),
    replacement: shape.uint(map.get(6), "6", 1) === 1,
  };
}

export interface Revocation {
  election: Bytes;
  machines: Bytes[];
  reason: string;
}

export function readRevocation(payload: Bytes): Revocation {
  const shape = new Shape("revocation");
  const map = shape.map(decode(payload), 0, 5);
  if (map.get(0) !== 14) shape.bad("0");
  if (map.get(1) !== 1) shape.bad("1");
  shape.uint(map.get(4), "4");
  return {
    election: shape.bytes(map.get(2), "2", 8),
    machines: shape.array(map.get(3), "3").map((item) => shape.bytes(item, "3", 16)),
    reason: shape.text(map.get(5), "5"),
  };
}

export interface ExpectedMesas {
  election: Bytes;
  count: number;
  hash: Bytes;
}

export function readExpectedMesas(payload: Bytes): ExpectedMesas {
  const shape = new Shape("list of expected mesas");
  const map = shape.map(decode(payload), 0, 4);
  if (map.get(0) !== 15) shape.bad("0");
  if (map.get(1) !== 1) shape.bad("1");
  return {
    election: shape.bytes(map.get(2), "2", 8),
    count: shape.uint(map.get(3), "3"),
    hash: shape.bytes(map.get(4), "4", 32),
  };
}

export interface Decision {
  election: Bytes;
  acta: Bytes;
  counts: boolean;
  reason: string;
}

export function readDecision(payload: Bytes): Decision {
  const shape = new Shape("decision");
  const map = shape.map(decode(payload), 0, 5);
  if (map.get(0) !== 8) shape.bad("0");
  if (map.get(1) !== 1) shape.bad("1");
  return {
    election: shape.bytes(map.get(2), "2", 8),
    acta: shape.bytes(map.get(3), "3", 32),
    counts: shape.uint(map.get(4), "4", 1) === 1,
    reason: shape.text(map.get(5), "5"),
  };
}
