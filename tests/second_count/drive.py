"""The second count as a person drives it. Says each step and how long it took; stops at the first surprise.

drive.py SUFRAGIO [FOLDER]             a small country with every fault: what CI runs
drive.py SUFRAGIO FOLDER mesa [N]      one mesa of N electors (650: some 400 ballots) with the 38 cards of a president: times by hand
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SUFRAGIO = sys.argv[1]
NODE = ["node", "web/verify/dist/cli.js"]
MPIRUN = shutil.which("mpirun")
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", LANG="es")


def run(*command, code=0, says="", typed=None):
    """Runs it; the exit code and a piece of what it says must be these."""
    started = time.time()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=ENVIRONMENT, input=typed)
    words = " ".join(str(part) for part in command if "/" not in str(part))
    print(f"{time.time() - started:6.1f} s  {words}", flush=True)
    if done.returncode != code or says not in done.stdout + done.stderr:
        sys.exit(f"exit {done.returncode} instead of {code}, or not {says!r}:\n{done.stdout}{done.stderr}")
    return done.stdout


def sufragio(*arguments, **expected):
    return run(SUFRAGIO, *arguments, **expected)


def altered(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def verification(top, centre, site):
    verify = ("verify-ballots", centre, "--root", centre / "package/roots.key", "--format", "csv")
    alone = sufragio(*verify, says="concuerda")
    if MPIRUN:
        shared = run(MPIRUN, "--oversubscribe", "--quiet", "-n", "2", SUFRAGIO, *verify)
        if shared != alone:
            sys.exit(f"two processes differ:\n{shared}\n{alone}")
    else:
        print("not here: mpirun")
    kept = top / "kept"
    sufragio(*verify, "--progress", kept)
    sufragio(*verify, "--progress", kept, says="Grupos ya verificados")
    mesa = alone.splitlines()[1].split(",")[0].split(" ")[0]
    sufragio(*verify, "--territory", mesa)
    sufragio(*verify, "--territory", "99", code=1, says="E509")
    if sufragio("verify-ballots", site, "--format", "csv", says="--root") != alone:
        sys.exit("the site gives another verdict than the centre")
    sufragio("verify", site, "--root", centre / "package/roots.key")
    run(*NODE, "ballots", centre / "ballots", "--site", site, says="concuerda")
    run(*NODE, "ballots", "--site", site, "--territory", mesa, says="concuerda")
    return mesa


def faults(centre, mesa):
    """What a stranger could do to the public files; each is named by its code."""
    verify = ("verify-ballots", centre, "--territory", mesa)
    for name, at, code in ((f"{mesa}.tally", -1, "E109"), (f"{mesa}.bundle", -20, "E503")):
        path = centre / "ballots" / name
        altered(path, at)
        sufragio(*verify, code=1, says=code)
        altered(path, at)
        moved = path.with_suffix(".away")
        path.rename(moved)
        sufragio(*verify, code=1, says="E504" if name.endswith(".tally") else "E502")
        moved.rename(path)


def main(top):
    definition, guardians, exchange = top / "definition", top / "guardians", top / "exchange"
    centre, site, keys = top / "centre", top / "site", top / "keys"
    sufragio("define", "example", definition, "--mesas", 2, "--seed", 7)
    sufragio("ceremony", "drill", exchange, "--own", guardians, "--definition", definition, says="Ensayo 2")
    sufragio("ceremony", "prepare", exchange, "--definition", definition, "--quorum", 5, code=1, says="J115")
    sufragio("package", definition, "--out", top / "package", "--keys", keys, "--ceremony", exchange)
    sufragio("day", top / "package", "--keys", keys, "--out", centre, "--seed", 7)
    sufragio("verify-ballots", centre, code=1, says="E504")
    drill = ("ceremony", "drill", exchange, "--own", guardians, "--centre", centre)
    sufragio(*drill, "--with", "1,2,4,5,7", code=1, says="E406")
    sufragio(*drill, "--with", "1,2,4,5,7,12", code=1, says="J116")
    sufragio("ceremony", "tally", exchange, "--centre", centre, "--with", "1,2,4,5,7,9", code=1, says="J109")
    sufragio(*drill, "--with", "1,2,4,5,7,9")
    sufragio(*drill, "--with", "1,2,3,4,5,6", code=1, says="J111")
    sufragio("publish", centre, "--out", site, "--key", keys / "publisher.key", "--verify-page", "web/verify/dist/page")
    mesa = verification(top, centre, site)
    faults(centre, mesa)
    print("the second count holds, and every fault was named")


def one_mesa(top, electors):
    """Only the presidential contest, and as many electors as asked for."""
    definition, guardians, exchange, centre = top / "definition", top / "guardians", top / "exchange", top / "centre"
    sufragio("define", "example", definition, "--mesas", 1, "--seed", 7)
    for name in ("contests", "cards", "options", "styles"):
        path = definition / f"{name}.csv"
        head, *lines = path.read_text().splitlines()
        kept = [line for line in lines if "presidencia" in line.split(",")[0 if name != "styles" else 2]]
        path.write_text("\n".join([head, *kept]) + "\n")
    mesas = definition / "mesas.csv"
    head, line = mesas.read_text().splitlines()
    fields = line.split(",")
    mesas.write_text(f"{head}\n{fields[0]},{fields[1]},{electors},{fields[3]}\n")
    sufragio("ceremony", "drill", exchange, "--own", guardians, "--definition", definition)
    sufragio("package", definition, "--out", top / "package", "--keys", top / "keys", "--ceremony", exchange)
    sufragio("day", top / "package", "--keys", top / "keys", "--out", centre, "--seed", 7)
    sufragio("ceremony", "drill", exchange, "--own", guardians, "--centre", centre, "--with", "1,2,4,5,7,9")
    print(sufragio("verify-ballots", centre, says="concuerda"))
    sufragio("publish", centre, "--out", top / "site", "--key", top / "keys/publisher.key",
             "--verify-page", "web/verify/dist/page")
    print(run(*NODE, "ballots", "--site", top / "site", says="concuerda"))


if sys.argv[3:4] == ["mesa"]:
    one_mesa(pathlib.Path(sys.argv[2]), sys.argv[4] if len(sys.argv) > 4 else "650")
elif len(sys.argv) > 2:
    main(pathlib.Path(sys.argv[2]))
else:
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(folder))
