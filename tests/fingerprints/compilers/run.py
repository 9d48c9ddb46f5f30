#!/usr/bin/env python3
"""The matcher gives the same scores from every compiler: corpus.cpp built by each that is here, at
each optimisation, on each path of registers; all hashes must be the published one.

run.py OUT LIBRARY...: a folder for the programs, and the libraries of the rooms below."""
import pathlib
import shutil
import subprocess
import sys

# docs/spec/fingerprints.md, part 6.
EXPECTED = "471845f245ab8d9025b994e351bf179dbb172a1f8bf97e6fcdd8ceb4ceffcc73"
BUILDS = [("g++", "-O0"), ("g++", "-O2"), ("g++", "-O3 -march=native"), ("clang++-14", "-O0"), ("clang++-14", "-O3")]


def main() -> int:
    out, libraries = pathlib.Path(sys.argv[1]), sys.argv[2:]
    out.mkdir(parents=True, exist_ok=True)
    here = pathlib.Path(__file__).parent
    failed = False
    for compiler, level in BUILDS:
        if not shutil.which(compiler):
            print(f"not here: {compiler}")
            continue
        program = out / f"corpus_{compiler}{level.replace(' ', '')}"
        subprocess.run([compiler, "-std=c++20", *level.split(), "-w", "-Isrc", str(here / "corpus.cpp"), "-o", str(program),
                        *libraries, "-lcrypto", "-lsodium", "-lfmt"], check=True)
        for line in subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout.splitlines():
            path, value = line.split()
            print(f"{compiler} {level} {path}: {value}")
            failed = failed or value != EXPECTED
    return 1 if failed else 0


sys.exit(main())
