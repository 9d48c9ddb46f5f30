"""count.py PROBE: runs the probe under valgrind and compares the instructions of all choices of each ballot."""
import pathlib
import re
import subprocess
import sys
import tempfile

# (what, fixture, at most so many choices): compact choices are counted for every option of each ballot.
RUNS = [("choices", name, 100_000) for name in
        ["president-2024", "assembly-2020", "governors-2017", "municipal-2013", "referendum"]]
RUNS += [("encrypted", "referendum", 100_000), ("encrypted", "president-2024", 12)]


def instructions(probe, run, folder):
    """{choice: instructions between the marks}"""
    command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=/dev/null",
               f"--log-file={folder}/%p.log", probe, *map(str, run)]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    counts = {}
    for choice, process in (line.split() for line in lines):
        log = pathlib.Path(folder, f"{process}.log").read_text()
        counts[choice] = int(re.search(r"Collected : (\d+)", log).group(1))
    return counts


failed = False
for run in RUNS:
    with tempfile.TemporaryDirectory() as folder:
        counts = instructions(sys.argv[1], run, folder)
    low, high = min(counts, key=counts.get), max(counts, key=counts.get)
    print(*run[:2], f"{len(counts)} choices: {counts[low]} ({low}) to {counts[high]} ({high})", flush=True)
    failed = failed or len(counts) < 2 or counts[low] == 0 or counts[low] != counts[high]
sys.exit(1 if failed else 0)
