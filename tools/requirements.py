#!/usr/bin/env python3
"""What is shown for each requirement (`./x doc requirements`): docs/requirements.md against the ids in tests, benches and
golden files. `--check` prints nothing but faults: ids that do not exist, marks that nothing carries. `--brief` leaves out
what is not shown yet."""
import pathlib
import re
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = "docs/requirements.md"
ID = re.compile(r"\[(R\d{1,3})\]")
SHOWS = re.compile(r"_test\.(cpp|py)$|^tests/|^bench/|^fuzz/|^web/(verify/test|e2e)/|^tools/\w+_test\.py$|CMakeLists\.txt$")
TEST_NAME = re.compile(r'\b(?:TEST(?:_F|_P)?|TYPED_TEST|RC_GTEST_PROP)\((\w+),\s*(\w+)|\b(?:test|it)\(\s*["\'`](.+?)["\'`]'
                       r"|add_test\(NAME (\w+)")


def tracked():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True,
                         capture_output=True, check=True).stdout.split("\n")
    return sorted(p for p in out if p and SHOWS.search(p) and (ROOT / p).is_file())


def requirements():
    """id -> (line, kind of mark, text of mark)"""
    found = {}
    for line in (ROOT / LIST).read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"- (R\d+) (.*?)(?: \((partly|out): (.*)\))?", line)
        if match:
            found[match.group(1)] = match.groups()[1:]
    return found


def name_near(lines, number):
    """The test that a line belongs to: named on it, or on one of the next three lines, or none."""
    for line in lines[number:number + 4]:
        match = TEST_NAME.search(line)
        if match:
            suite, case, sentence, ctest = match.groups()
            return f"{suite}.{case}" if suite else sentence or ctest
        if line.startswith("}"):
            break
    return None


def shown():
    """id -> [where], in the order of the paths"""
    found = {}
    for path in tracked():
        text = (ROOT / path).read_bytes().decode("utf-8", "replace")
        if "[R" not in text:
            continue
        lines = text.splitlines()
        for number, line in enumerate(lines):
            for name in ID.findall(line):
                test = name_near(lines, number)
                where = f"{path}: {test}" if test else f"{path}:{number + 1}"
                if where not in found.setdefault(name, []):
                    found[name].append(where)
    return found


def faults(wanted, found):
    out = [f"{LIST}: R{n} is missing" for n in range(1, 181) if f"R{n}" not in wanted]
    out += [f"{where}: {name} is no requirement" for name in found if name not in wanted for where in found[name]]
    out += [f"{LIST}: {name} is marked as partly shown, and nothing shows it"
            for name, (_, mark, _) in wanted.items() if mark == "partly" and name not in found]
    out += [f"{LIST}: {name} is out of reach, and yet shown" for name, (_, mark, _) in wanted.items()
            if mark == "out" and name in found]
    return out


def status(mark, name, found):
    if mark == "out":
        return "out"
    return "not yet" if name not in found else "partly" if mark == "partly" else "shown"


def table(wanted, found, brief):
    counts = {"shown": 0, "partly": 0, "not yet": 0, "out": 0}
    for name, (text, mark, rest) in wanted.items():
        state = status(mark, name, found)
        counts[state] += 1
        if brief and state not in ("shown", "partly"):
            continue
        print(f"{name:<5} {state:<8} {text}")
        if rest:
            print(f"{'':15}{mark}: {rest}")
        for where in found.get(name, []):
            print(f"{'':15}- {where}")
    print(", ".join(f"{count} {state}" for state, count in counts.items()))


def main():
    wanted, found = requirements(), shown()
    wrong = faults(wanted, found)
    if "--check" not in sys.argv:
        table(wanted, found, "--brief" in sys.argv)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
    sys.exit(main())
