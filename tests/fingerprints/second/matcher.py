#!/usr/bin/env python3
"""Second implementation of the fingerprint matcher, from docs/spec/fingerprints.md (2.1, 3, 4) alone.

    python3 tests/fingerprints/second/matcher.py [SUFRAGIO]    in the checkout; the records are those of ../shared

It was written without sight of the C++ code. It checks the hashes of the tables of 4.1 and every golden value of
4.9, as they stand there, in both orders of the two prints; then what the program SUFRAGIO says of pairs from
all banks. It exits with 1 if any number differs.
"""
import hashlib
import os
import re
import struct
import subprocess
import sys
from functools import cmp_to_key
from math import atan, cos, erf, exp, floor, isqrt, pi, sin, sqrt
from pathlib import Path
from typing import NamedTuple


# ---- 4.1 Tables ----

def half_away(v: float) -> int:
    return floor(v + 0.5) if v >= 0 else -floor(-v + 0.5)


def td_entry(k: int, d: int) -> int:
    q = sqrt(2) * 2 * pi / 9
    t = -pi + (k + 0.5) * pi / 3 - 2 * pi * d / 256
    t = (t + pi) % (2 * pi) - pi
    return half_away(2**12 * (erf((t + pi / 6) / q) - erf((t - pi / 6) / q)) / 2)


def sigmoid(slope: float, v: float) -> int:
    return half_away(2**15 / (1 + exp(slope * v)))


SIGMA_S = 28 / 3
COS = [half_away(2**14 * cos(2 * pi * i / 4096)) for i in range(4096)]
SIN = [half_away(2**14 * sin(2 * pi * i / 4096)) for i in range(4096)]
ATAN = [half_away(4096 * atan(i / 4096) / (2 * pi)) for i in range(4097)]
R = [half_away(2**16 * sqrt(i)) for i in range(625)]
TS = [half_away(2**20 * exp(-(k + 0.5) / (2 * SIGMA_S**2)) / (SIGMA_S * sqrt(2 * pi))) for k in range(785)]
TD = [[td_entry(k, d) for d in range(256)] for k in range(6)]
SIG1 = [sigmoid(1.6, i / 4 - 5) for i in range(49)]
SIG8 = [sigmoid(30, 2 * pi * i / 256 - pi / 12) for i in range(129)]
SIG12 = [sigmoid(30, 2 * pi * i / 4096 - pi / 12) for i in range(2049)]
TA = [max(0, half_away(2**15 * (1 - 8 * (2 * pi * i / 256)**2))) for i in range(129)]
NP = [min(k, 4 + half_away(8 / (1 + exp(-0.4 * (k - 20))))) for k in range(121)]
NP_GIVEN = [0, 1, 2, 3] + [4] * 10 + [5, 5, 5, 6, 6, 7, 8, 9, 10, 10, 11, 11, 11] + [12] * 94
HASHED = {"COS": COS, "SIN": SIN, "ATAN": ATAN, "R": R, "TS": TS, "TD": sum(TD, []), "SIG1": SIG1, "SIG8": SIG8,
          "SIG12": SIG12, "TA": TA}


# ---- 3 Geometry ----

class Point(NamedTuple):
    x: int
    y: int


class Minutia(NamedTuple):
    x: int  # Q4, y up
    y: int
    a: int  # A8


def int8(v: int) -> int:
    return ((v + 128) & 255) - 128

def w12(v: int) -> int:
    return ((v + 2048) & 4095) - 2048


def add(p, q) -> Point:
    return Point(p.x + q.x, p.y + q.y)

def sub(p, q) -> Point:
    return Point(p.x - q.x, p.y - q.y)

def dot(p, q) -> int:
    return p.x * q.x + p.y * q.y

def cross(p, q) -> int:
    return p.x * q.y - p.y * q.x

def square(p) -> int:
    return dot(p, p)


def rot(p, turn: int, way: int = 1) -> Point:
    """By turn; by -turn if way is -1."""
    c, s = COS[turn & 4095], way * SIN[turn & 4095]
    return Point((c * p.x - s * p.y + 8192) >> 14, (s * p.x + c * p.y + 8192) >> 14)


def atan2_12(y: int, x: int) -> int:
    ax, ay = abs(x), abs(y)
    if ax == 0 and ay == 0:
        return 0
    t = ATAN[((ay << 12) + ax // 2) // ax] if ax >= ay else 1024 - ATAN[((ax << 12) + ay // 2) // ay]
    if x < 0:
        t = 2048 - t
    if y < 0:
        t = -t
    return t & 4095


def cut(v: int, by: int) -> int:
    """Quotient cut towards zero; by > 0."""
    return v // by if v >= 0 else -(-v // by)


# ---- 2.1 Records ----

def read_record(path: Path) -> list[Minutia]:
    """Minutiae of the first view, stably sorted by quality, the first 120 (step 1 of 4.2)."""
    data = path.read_bytes()
    if data[:8] != b"FMR\0 20\0" or int.from_bytes(data[8:12], "big") != len(data) or data[22] < 1:
        raise ValueError(f"{path}: not an ISO 19794-2:2005 record")
    height, ppcm_x, ppcm_y = struct.unpack_from(">HHH", data, 16)
    found = []
    for k in range(data[27]):
        x, y, angle, quality = struct.unpack_from(">HHBB", data, 28 + 6 * k)
        y_up = height - 1 - (y & 0x3FFF)
        found.append((quality, Minutia(to_q4(x & 0x3FFF, ppcm_x), to_q4(y_up, ppcm_y), angle)))
    return [m for _, m in sorted(found, key=lambda f: -f[0])[:120]]


def to_q4(v: int, ppcm: int) -> int:
    return (2 * 16 * 197 * v + ppcm) // (2 * ppcm)


# ---- 4.2 Prepare ----

class Cylinder(NamedTuple):
    x: int
    y: int
    a: int
    mask: int
    words: list[int]


class Print(NamedTuple):
    minutiae: list[Minutia]
    hull: list[Point]
    cylinders: list[Cylinder]


def half_hull(points: list[Point]) -> list[Point]:
    chain: list[Point] = []
    for p in points:
        while len(chain) >= 2 and cross(sub(chain[-1], chain[-2]), sub(p, chain[-2])) <= 0:
            chain.pop()
        chain.append(p)
    return chain[:-1]


def convex_hull(minutiae: list[Minutia]) -> list[Point]:
    points = sorted(Point(m.x, m.y) for m in minutiae)
    return points if len(points) < 3 else half_hull(points) + half_hull(points[::-1])


def near_edge(p: Point, a: Point, b: Point, m2: int) -> bool:
    e, v = sub(b, a), sub(p, a)
    along, length2 = dot(e, v), square(e)
    if along <= 0:
        return square(v) <= m2
    if along >= length2:
        return square(sub(v, e)) <= m2
    return cross(e, v)**2 <= m2 * length2


def near_hull(hull: list[Point], p: Point, m: int) -> bool:
    edges = list(zip(hull, hull[1:] + hull[:1]))
    if len(hull) >= 3 and all(cross(sub(b, a), sub(p, a)) >= 0 for a, b in edges):
        return True
    return any(near_edge(p, a, b, m * m) for a, b in edges)


CELLS = [(i, j) for j in range(8) for i in range(8) if (2 * i - 7)**2 + (2 * j - 7)**2 <= 64]


def section_sums(m: Minutia, others: list[Minutia], centre: Point) -> list[int]:
    sums = [0] * 6
    for r in others:
        d2 = square(sub(r, centre))
        if d2 <= 448**2:
            for k in range(6):
                sums[k] += TS[d2 >> 8] * TD[k][(m.a - r.a) & 255]
    return sums


def make_cylinder(m: Minutia, others: list[Minutia], hull: list[Point]) -> Cylinder | None:
    if sum(square(sub(r, m)) <= 1568**2 for r in others) < 2:
        return None
    mask, words = 0, [0] * 6
    for i, j in CELLS:
        centre = add(m, rot(Point(140 * (2 * i - 7), 140 * (2 * j - 7)), 16 * m.a))
        if not near_hull(hull, centre, 800):
            continue
        bit = 1 << (8 * j + i)
        mask |= bit
        for k, total in enumerate(section_sums(m, others, centre)):
            if total >= 42949673:
                words[k] |= bit
    return Cylinder(*m, mask, words) if mask.bit_count() >= 39 else None


def prepare(path: Path) -> Print:
    minutiae = read_record(path)
    hull = convex_hull(minutiae)
    made = [make_cylinder(m, minutiae[:i] + minutiae[i + 1:], hull) for i, m in enumerate(minutiae)]
    return Print(minutiae, hull, [c for c in made if c])


# ---- 4.3, 4.4 ----

def in_order(a: Print, b: Print) -> tuple[Print, Print]:
    swap = (len(b.cylinders), b.minutiae) < (len(a.cylinders), a.minutiae)
    return (b, a) if swap else (a, b)


def similarity(a: Cylinder, b: Cylinder) -> int:
    common = a.mask & b.mask
    if abs(int8(a.a - b.a)) > 64 or common.bit_count() < 32:
        return 0
    pa = sum((w & common).bit_count() for w in a.words)
    pb = sum((w & common).bit_count() for w in b.words)
    px = sum(((v ^ w) & common).bit_count() for v, w in zip(a.words, b.words))
    return 32768 - (R[px] << 15) // (R[pa] + R[pb]) if pa + pb else 0


# ---- 4.5 First stage ----

def agreement(t: tuple, k: tuple) -> int:
    (rm_t, at, bt), (rm_k, ak, bk) = t, k
    turn_t, turn_k = (bt.a - at.a) & 255, (bk.a - ak.a) & 255
    da = abs(int8(turn_k - turn_t))
    d = sub(ak, at)
    e2 = square(sub(sub(bk, bt), rot(d, 16 * turn_t)))
    tol = 16384 + square(d) // 25
    if e2 >= tol:
        return 0
    return (((rm_k * rm_t) >> 15) * (((32768 - (e2 << 15) // tol) * TA[da]) >> 15)) >> 15


def first_stage(a: Print, b: Print, sim: list[list[int]]) -> int:
    if min(len(a.cylinders), 16) < 3 or len(b.cylinders) < 3:
        return 0
    rows = [(max(row), c, b.cylinders[row.index(max(row))]) for row, c in zip(sim, a.cylinders)]
    best = sorted(rows, key=lambda r: -r[0])[:16]
    total = sum(agreement(t, k) for i, t in enumerate(best) for j, k in enumerate(best) if i != j)
    return total // len(best)


# ---- 4.6 Pairs, 4.7 Relaxation ----

class Pair(NamedTuple):
    s: int
    a: Cylinder
    b: Cylinder


def greedy_pairs(a: Print, b: Print, sim: list[list[int]]) -> list[Pair]:
    candidates = sorted((-s, i, j) for i, row in enumerate(sim) for j, s in enumerate(row) if s > 8192)
    pairs, rows, columns = [], set(), set()
    for s, i, j in candidates:
        if i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            pairs.append(Pair(-s, a.cylinders[i], b.cylinders[j]))
    return pairs


def compatibility(t: Pair, k: Pair) -> tuple[int, int]:
    """rho[t][k], rho[k][t]."""
    da, db = sub(k.a, t.a), sub(k.b, t.b)
    d1 = abs(isqrt(square(da)) - isqrt(square(db))) // 4
    d2 = abs(int8(((t.a.a - k.a.a) & 255) - ((t.b.a - k.b.a) & 255)))
    if d1 > 48 or d2 > 24:
        return 0, 0
    ra, rb = atan2_12(da.y, da.x), atan2_12(db.y, db.x)
    d3, d4 = (abs(w12(16 * p.a.a - ra - 16 * p.b.a + rb)) for p in (t, k))
    c = (SIG1[d1] * SIG8[d2]) >> 15
    return (c * SIG12[d3]) >> 15, (c * SIG12[d4]) >> 15


def compatibilities(pairs: list[Pair]) -> list[list[int]]:
    n = len(pairs)
    rho = [[0] * n for _ in pairs]
    for t in range(n):
        for k in range(t + 1, n):
            rho[t][k], rho[k][t] = compatibility(pairs[t], pairs[k])
    return rho


def relax(pairs: list[Pair], rho: list[list[int]], n_p: int) -> tuple[int, list[int]]:
    """rel, and the places of the pairs by efficiency."""
    n = len(pairs)
    l = [p.s << 9 for p in pairs]
    for _ in range(5):
        l = [(l[t] + (sum(r * v for r, v in zip(rho[t], l)) >> 15) // (n - 1)) >> 1 for t in range(n)]
    order = sorted(range(n), key=cmp_to_key(lambda p, q: l[q] * pairs[p].s - l[p] * pairs[q].s))
    return sum(l[t] for t in order[:n_p]) // n_p, order


# ---- 4.8 Verification ----

class Fit(NamedTuple):
    turn: int
    ca: Point
    cb: Point

    def forth(self, p) -> Point:
        return add(self.cb, rot(sub(p, self.ca), self.turn))

    def back(self, p) -> Point:
        return add(self.ca, rot(sub(p, self.cb), self.turn, -1))


class Match(NamedTuple):
    place: int  # of a among the minutiae of A
    a: Minutia
    b: Minutia
    off2: int   # |b - P|^2
    tol: int


def centroid(points: list, weights: list[int]) -> Point:
    total = sum(weights)
    return Point(*(cut(sum(w * p[c] for w, p in zip(weights, points)) + total // 2, total) for c in (0, 1)))


def fit_of(q: int, pairs: list[Pair], rho_q: list[int]) -> Fit:
    members = [(32768 if k == q else rho_q[k], p) for k, p in enumerate(pairs) if k == q or rho_q[k] >= 9830]
    weights = [w for w, _ in members]
    sx = sum(w * COS[16 * (p.b.a - p.a.a) & 4095] for w, p in members)
    sy = sum(w * SIN[16 * (p.b.a - p.a.a) & 4095] for w, p in members)
    return Fit(atan2_12(sy >> 15, sx >> 15), centroid([p.a for _, p in members], weights),
               centroid([p.b for _, p in members], weights))


def nearest(b: Print, used: list[bool], a: Minutia, p: Point, tol: int, turn: int, t: int) -> tuple[int, int] | None:
    """|b - P|^2 and the place of b."""
    near = [(square(sub(m, p)), j) for j, m in enumerate(b.minutiae)
            if not used[j] and abs(w12(16 * (m.a - a.a) - turn)) <= t]
    return min((found for found in near if found[0] <= tol * tol), default=None)


def lay(a: Print, b: Print, fit: Fit, moves: list[Point], slack: tuple[int, int, int]) -> tuple[list[Match], int]:
    """The matched pairs, and the number of minutiae of A that fall near the hull of B."""
    d, s, t = slack
    used, matches, inside = [False] * len(b.minutiae), [], 0
    for i, m in enumerate(a.minutiae):
        p = add(fit.forth(m), moves[i])
        if not near_hull(b.hull, p, 240):
            continue
        inside += 1
        tol = d + isqrt(square(sub(m, fit.ca))) // s
        best = nearest(b, used, m, p, tol, fit.turn, t)
        if best:
            used[best[1]] = True
            matches.append(Match(i, m, b.minutiae[best[1]], best[0], tol))
    return matches, inside


def displacement(place: int, p: Minutia, matches: list[Match], fit: Fit) -> Point:
    sum_w = sum_x = sum_y = 0
    for m in matches:
        left = 2**21 - square(sub(p, m.a))
        if m.place != place and left > 0:
            w = ((left >> 6)**2) >> 15
            r = sub(m.b, fit.forth(m.a))
            sum_w, sum_x, sum_y = sum_w + w, sum_x + w * r.x, sum_y + w * r.y
    return Point(cut(sum_x, 8192 + sum_w), cut(sum_y, 8192 + sum_w))


def match_value(m: Match, turn: int) -> int:
    near = 32768 - (isqrt(m.off2) << 15) // m.tol
    off = abs(w12(16 * (m.b.a - m.a.a) - turn))
    return (near * (32768 - ((3 * off) << 15) // (4 * 326))) >> 15


def verify(a: Print, b: Print, pairs: list[Pair], rho: list[list[int]], order: list[int]) -> int:
    still = [Point(0, 0)] * len(a.minutiae)
    fits = [fit_of(q, pairs, rho[q]) for q in order[:4]]
    layings = [lay(a, b, fit, still, (160, 20, 293))[0] for fit in fits]
    matches, fit = max(zip(layings, fits), key=lambda lf: len(lf[0]))
    if len(matches) < 3:
        return 0
    for _ in range(2):
        moves = [displacement(i, m, matches, fit) for i, m in enumerate(a.minutiae)]
        matches, oa = lay(a, b, fit, moves, (208, 32, 326))
    ob = sum(near_hull(a.hull, fit.back(m), 240) for m in b.minutiae)
    qs = sum(match_value(m, fit.turn) for m in matches)
    return qs * R[len(matches)] // isqrt((oa * ob) << 32) if oa and ob else 0


def compare(first: Print, second: Print) -> tuple[int, int, int, int]:
    """s1, rel, ver, F."""
    a, b = in_order(first, second)
    sim = [[similarity(c, d) for d in b.cylinders] for c in a.cylinders]
    s1 = first_stage(a, b, sim)
    pairs = greedy_pairs(a, b, sim)
    if len(pairs) < 3:
        return s1, 0, 0, 0
    rho = compatibilities(pairs)
    rel, order = relax(pairs, rho, NP[min(len(a.cylinders), len(b.cylinders))])
    ver = verify(a, b, pairs, rho, order)
    return s1, rel, ver, ((4 * rel) >> 9) + ver // 4


# ---- The checks ----

NAMES = ("n of the first", "n of the second", "s1", "rel", "ver", "F")


def section(spec: str, number: str) -> str:
    return re.split(r"^##", spec.split(f"### {number} ", 1)[1], maxsplit=1, flags=re.M)[0]


def check_tables(text: str) -> list[str]:
    given = dict(re.findall(r"^\| (\w+) \|.*\| ([0-9a-f]{64}) \|$", text, flags=re.M))
    faults = [] if NP == NP_GIVEN else ["table NP differs"]
    if given.keys() != HASHED.keys():
        faults.append(f"4.1 gives hashes of {sorted(given)}, expected {sorted(HASHED)}")
    for name, table in HASHED.items():
        digest = hashlib.sha256(b"".join(struct.pack(">i", v) for v in table)).hexdigest()
        if given.get(name) != digest:
            faults.append(f"table {name}: SHA-256 is {digest}, 4.1 has {given.get(name)}")
    return faults


def check_cylinder(text: str, root: Path) -> list[str]:
    found = re.search(r"First cylinder of SecuGen (\d+) (\w+) (\w+): \((\d+), (\d+)\) a (\d+), mask `(\w+)`, "
                      r"words 0\.\.5 `([^`]*)`", text.replace("\n", " "))
    if not found:
        return ["4.9: first cylinder not found"]
    year, db, name, x, y, a, mask, words = found.groups()
    given = Cylinder(int(x), int(y), int(a), int(mask, 16), [int(w, 16) for w in words.split()])
    got = prepare(root / f"templates-secugen/fvc{year}/{db}_B/{name}.iso").cylinders[0]
    return [f"first cylinder: {field} is {g}, 4.9 has {w}" for field, g, w in zip(got._fields, got, given) if g != w]


def check_row(cells: list[str], root: Path) -> list[str]:
    title = re.sub(r"\([^)]*\)", "", cells[0]).strip()
    parsed = re.fullmatch(r"(\d+) (\w+) (\w+)(?:, | )(\w+|with itself)", title)
    if not parsed or len(cells) != 3:
        return [f"4.9: row not understood: {' | '.join(cells)}"]
    year, db, first, second = parsed.groups()
    faults = []
    for extractor, cell in zip(("secugen", "fingerjet"), cells[1:]):
        given = [int(v) for v in re.findall(r"\d+", re.sub(r"\([^)]*\)", "", cell))]
        folder = root / f"templates-{extractor}/fvc{year}/{db}_B"
        p = prepare(folder / f"{first}.iso")
        q = p if second == "with itself" else prepare(folder / f"{second}.iso")
        n = (len(p.cylinders), len(q.cylinders))
        got, turned = n + compare(p, q), n + compare(q, p)
        where = f"{title}, {extractor}"
        print(f"{where}: {n[0]}/{n[1]}, {', '.join(map(str, got[2:]))}", flush=True)
        if len(given) != len(NAMES):
            faults.append(f"{where}: 4.9 has {len(given)} numbers, not {len(NAMES)}")
        faults += [f"{where}: {name} is {g}, 4.9 has {w}" for name, g, w in zip(NAMES, got, given) if g != w]
        faults += [f"{where}: {name} is {g}, turned round {t}" for name, g, t in zip(NAMES, got, turned) if g != t]
    return faults


PAIRS = (("101_1", "101_5"), ("104_2", "104_7"), ("109_3", "109_8"), ("103_2", "107_4"), ("110_6", "105_6"))


def said_by(sufragio: str, first: Path, second: Path) -> tuple[int, ...]:
    out = subprocess.run([sufragio, "biometrics", "compare", first, second, "--format", "csv"], check=True,
                         capture_output=True, text=True).stdout
    said = dict(re.findall(r"^(\w+),(\d+)\r?$", out, flags=re.M))
    return tuple(int(said[k]) for k in ("cylinders_a", "cylinders_b", "first_stage", "relaxation", "verification", "raw"))


def check_program(sufragio: str, root: Path) -> list[str]:
    faults, done = [], 0
    for bank in sorted(root.glob("templates-*/*/*")):
        for first, second in PAIRS:
            records = bank / f"{first}.iso", bank / f"{second}.iso"
            p, q = map(prepare, records)
            ours = (len(p.cylinders), len(q.cylinders)) + compare(p, q)
            said = said_by(sufragio, *records)
            done += 1
            faults += [f"{bank} {first}, {second}: {name} is {g}, the program says {w}"
                       for name, g, w in zip(NAMES, ours, said) if g != w]
    print(f"compared with the program: {done} pairs")
    return faults if done else ["no pair was compared with the program"]


def main(root: Path, spec: str, sufragio: str | None) -> int:
    golden = section(spec, "4.9")
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in re.findall(r"^\| *\d.*\|$", golden, flags=re.M)]
    faults = check_tables(section(spec, "4.1")) + check_cylinder(golden, root)
    if not rows:
        faults.append("4.9: no rows found")
    for cells in rows:
        faults += check_row(cells, root)
    if sufragio:
        faults += check_program(sufragio, root)
    for fault in faults:
        print(f"DIFFERS {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    records = Path(os.environ.get("SUFRAGIO_SHARED", "../shared")) / "vectors/fingerprints"
    if not records.exists():
        print("not here: shared/vectors/fingerprints")
        sys.exit(77)  # skipped
    text = Path("docs/spec/fingerprints.md").read_text(encoding="utf-8")
    sys.exit(main(records, text, sys.argv[1] if len(sys.argv) > 1 else None))
