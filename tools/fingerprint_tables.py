#!/usr/bin/env python3
"""Writes src/biometrics/tables.cpp: the constant tables of docs/spec/fingerprints.md, part 4.1, each checked against its hash.

Run once; libm never runs in the product. `fingerprint_tables.py > src/biometrics/tables.cpp`."""
import hashlib
import math
import struct
import sys

TURN = 2 * math.pi


def half_away(value):
    return math.floor(value + 0.5) if value >= 0 else -math.floor(-value + 0.5)


def sigmoid(v):
    return 1 / (1 + math.exp(v)) if v < 700 else 0.0


def wrap(t):
    return (t + math.pi) % TURN - math.pi


def direction(d, k):
    q = math.sqrt(2) * TURN / 9
    t = wrap(-math.pi + (k + 0.5) * math.pi / 3 - TURN * d / 256)
    return (math.erf((t + math.pi / 6) / q) - math.erf((t - math.pi / 6) / q)) / 2


S = 28 / 3
TABLES = [  # name, type, values, what, SHA-256 of the entries as big-endian 32-bit two's complement
    ("kCos", "std::int16_t", [half_away(2**14 * math.cos(TURN * i / 4096)) for i in range(4096)],
     "41e82f6ef0cae290ae7a179d66f5e9e46c2bc21262e86d591ec15de069f31e27"),
    ("kSin", "std::int16_t", [half_away(2**14 * math.sin(TURN * i / 4096)) for i in range(4096)],
     "3ca6c7e683d6f7cc2595bc3144fb6f346425a07f766e812e2635dde7fa9de16d"),
    ("kAtan", "std::uint16_t", [half_away(4096 * math.atan(i / 4096) / TURN) for i in range(4097)],
     "0511d47dfccbe91533917c23de101b13c9dc8a8a2a534ab19b43cbf3312b636e"),
    ("kRoot", "std::uint32_t", [half_away(2**16 * math.sqrt(n)) for n in range(625)],
     "c1a692ea27a8f12d132690cddb5b1360d3ecddc81afc85ac7f101ee246567b2a"),
    ("kSpatial", "std::uint16_t",
     [half_away(2**20 * math.exp(-(k + 0.5) / (2 * S * S)) / (S * math.sqrt(TURN))) for k in range(785)],
     "6a32be637894d8b2b52ee3abfdf5180a2116bc22c0365bae944e9240a2d9f5eb"),
    ("kDirection", "std::uint16_t", [half_away(2**12 * direction(d, k)) for k in range(6) for d in range(256)],
     "29268c1fd289595ece834fc40467ce04d82b2326f1d725c8df60609fdedd7f06"),
    ("kSigmoid1", "std::uint16_t", [half_away(2**15 * sigmoid(1.6 * (i / 4 - 5))) for i in range(49)],
     "d13d742ec841efce210a3e242c4b96f10636e461f889a0e819ca4901449f64a1"),
    ("kSigmoid8", "std::uint16_t", [half_away(2**15 * sigmoid(30 * (TURN * i / 256 - math.pi / 12))) for i in range(129)],
     "4eacc210be0d53ec0f5a75db98af4026afe51d027ac64f2d54feef9865f4709a"),
    ("kSigmoid12", "std::uint16_t",
     [half_away(2**15 * sigmoid(30 * (TURN * i / 4096 - math.pi / 12))) for i in range(2049)],
     "5c6756ef9523202b4ddb1f78dd0ef946320e56548a85781beb713ed9f58ff6b6"),
    ("kTurnFit", "std::uint16_t", [max(0, half_away(2**15 * (1 - 8 * (TURN * i / 256) ** 2))) for i in range(129)],
     "7bb69b257cc5be2ac88f1519805dbf589d531f598626aa6248212bc30dfb6de4"),
]

print("""// Made by tools/fingerprint_tables.py: docs/spec/fingerprints.md, part 4.1. Not to be edited.
#include "biometrics/tables.h"

// clang-format off
namespace sufragio::biometrics {
""")
for name, kind, values, want in TABLES:
    got = hashlib.sha256(b"".join(struct.pack(">i", v) for v in values)).hexdigest()
    if got != want:
        sys.exit(f"{name}: {got} is not {want}")
    print(f"const {kind} {name}[{len(values)}] = {{")
    line = ""
    for value in values:
        item = f"{value},"
        if len(line) + len(item) > 98:
            print(line)
            line = ""
        line += item
    print(line + "};\n")
print("""}  // namespace sufragio::biometrics
// clang-format on""")
