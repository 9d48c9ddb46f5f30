"""count.py PROBE: runs the probe under valgrind for many choices and compares the instructions."""
import re
import subprocess
import sys

CHOICES = ["ab", "ac", "bc", "al", "kl", "fg", "az", "bz", "lz", "gz", "zz"]


def instructions(probe, choice):
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", probe, choice]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"I\s+refs:\s+([\d,]+)", run.stderr).group(1).replace(",", ""))


counts = {choice: instructions(sys.argv[1], choice) for choice in CHOICES}
for choice, count in counts.items():
    print(choice, count)
spread = max(counts.values()) - min(counts.values())
print(f"{len(counts)} choices, {spread} instructions between the most and the fewest")
sys.exit(0 if spread == 0 else 1)
