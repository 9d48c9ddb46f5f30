"""split.py PROBE: the same units alone, under mpirun with two and three processes, and after a kill."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROBE, UNITS = sys.argv[1], "40"
MPIRUN = shutil.which("mpirun")
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")


def run(processes, folder, *more):
    command = [PROBE, UNITS, folder, *more]
    if processes > 1:
        command = [MPIRUN, "--oversubscribe", "--quiet", "-n", str(processes), *command]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)


def kept(result):  # units that were not calculated again
    return int(re.search(r"again (\d+) of", result.stderr).group(1))


def check(condition, what):
    if not condition:
        sys.exit(f"split: {what}")


with tempfile.TemporaryDirectory() as top:
    alone = run(1, f"{top}/alone")
    check(alone.returncode == 0 and len(alone.stdout.split()) == int(UNITS), alone.stderr)
    check(kept(alone) == 0, "nothing was kept before the first run")
    check(run(1, f"{top}/alone").stdout == alone.stdout, "a second run differs")
    check(run(1, f"{top}/killed", "7").returncode != 0, "the killed run ended well")
    resumed = run(1, f"{top}/killed")
    check(resumed.stdout == alone.stdout, "the run after a kill differs")
    check(7 <= kept(resumed) < int(UNITS), f"after a kill: {resumed.stderr}")
    if MPIRUN is None:
        print("not here: mpirun; one process only")
        sys.exit(0)
    for processes in (2, 3):
        shared = run(processes, f"{top}/{processes}")
        check(shared.stdout == alone.stdout, f"{processes} processes differ: {shared.stderr}")
        check(f"{processes} processes" in shared.stderr, shared.stderr)
    check(run(2, f"{top}/two", "11").returncode != 0, "the killed run of two ended well")
    resumed = run(3, f"{top}/two")
    check(resumed.stdout == alone.stdout, "three processes after a kill of two differ")
    check(11 <= kept(resumed) < int(UNITS), f"after a kill of two: {resumed.stderr}")
print(f"{UNITS} units: alone, two and three processes, killed and resumed: the same bytes")
