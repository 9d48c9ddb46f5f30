#!/usr/bin/env python3
"""mutate.py FILE [--limit N] [--seed N] [--build DIR] [--filter F]

Mutation of one file of src/machine (a pure step function): one operator, constant or condition changed at a time, and
the tests of the room against each. All mutants are compiled into one file, each in a namespace of its own, and the
environment names the one that runs: so a mutant costs a run of the tests and no build. What every test survives is
printed with its line: either the tests have a hole, or the change changes nothing (an equivalent mutant)."""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

SWAPS = [  # (pattern, replacement); each match of each pattern is one mutant
    (r"==", "!="), (r"!=", "=="), (r"(?<![<>=-])>=", "<"), (r"(?<![<>=])<=", ">"),
    (r"(?<= )<(?= )", "<="), (r"(?<= )>(?= )", ">="), (r"&&", "||"), (r"\|\|", "&&"),
    (r"(?<= )\+(?= )", "-"), (r"(?<= )-(?= )", "+"), (r"\+\+(?=[a-z_])", "--"),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"(?<=[(, =])!(?=[a-z_])", ""),
    (r"\bif \((?!const |auto |!)", "if (!"), (r"(?<= )\|=(?= )", "="), (r"(?<![\w.'])(\d+)(?![\w.'])", None),
    (r"^\s+(put|go|block|raise_share|clear_choices|count)\(.*\);$", ""), (r"^\s+s\(\)\.\w+(\.\w+)* = .*;$", ""),
    (r"^\s+\+\+.*;$", ""), (r"\bFault::(?!message\b)\w+", "Fault::message"),
]
DISPATCH = {  # what the rest of the program calls, by file
    "gate": ["Step<GateState, GateEffect> step(const GateState& a, const GateEvent& b, const Policy& c)",
             "GateState resumed(RollState a, std::uint16_t b, std::uint16_t c)",
             "GateCounts counts(const RollState& a)", "std::string_view name(GateState::At a)"],
    "life": ["Step<LifeState, LifeEffect> step(const LifeState& a, const LifeEvent& b, const Policy& c)",
             "LifeState resumed(Phase a, bool b, const Tokens& c)", "std::string_view phase_name(Phase a)",
             "const std::vector<Phase>& all_phases()"],
    "booth": ["Step<BoothState, BoothEffect> step(const BoothState& a, const BoothEvent& b, const Policy& c, "
              "const std::vector<BallotShape>& d)", "BoothState resumed(std::uint8_t a, bool b)",
              "std::uint32_t unselected(const BoothState& a)", "std::string_view name(BoothState::At a)"],
}


def mutants(body):
    lines = body.split("\n")
    for number, line in enumerate(lines):
        code = line.split("//")[0].rstrip()
        if not code.strip() or re.search(r"\bCHECK\(|constexpr|static_assert|^\s*(class|struct|using|case) ", code):
            continue
        for pattern, swap in SWAPS:
            for match in re.finditer(pattern, code):
                new = swap if swap is not None else "1" if match.group(0) == "0" else str(int(match.group(0)) + 1)
                changed = code[:match.start()] + new + code[match.end():]
                yield number, line.strip(), changed.strip(), "\n".join(lines[:number] + [changed] + lines[number + 1:])


def source_of(stem, head, body, chosen, alone):
    names = [re.search(r"(\w+)\(", d).group(1) for d in DISPATCH[stem]]
    renamed = lambda text: re.sub(r"(?<![\w.:>])(" + "|".join(names) + r")\(", r"\1_of(", text)
    out = [head, "#include <cstdlib>", "namespace sufragio::machine {"]
    declared = renamed("".join(f"{d};\n" for d in DISPATCH[stem]))
    for k, text in [(0, body)] + chosen:
        out.append(f"namespace m{k} {{\n{declared}#line 1 \"mutant{k}\"\n{renamed(text)}\n}}")
    out.append("#line 1 \"dispatch\"\nnamespace { int mutant() { static const int k = std::atoi(std::getenv(\"MUTANT\")); return k; } }")
    for declaration, name in zip(DISPATCH[stem], names):
        count = declaration[declaration.index(name + "("):].count(",") + 1 if "()" not in declaration else 0
        arguments = ", ".join("abcd"[:count])
        cases = "".join(f"case {k}: return m{k}::{name}_of({arguments});\n" for k, _ in chosen)
        out.append(f"{declaration} {{ switch (mutant()) {{\n{cases}default: return m0::{name}_of({arguments}); }} }}")
    return "\n".join(out + [alone, "}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", default="build/dev")
    parser.add_argument("--filter", default="*")
    parser.add_argument("--seconds", type=int, default=120, help="of one run of the tests; longer counts as killed")
    args = parser.parse_args()
    path, build = Path(args.file), Path(args.build)
    head, rest = path.read_text(encoding="utf-8").split("namespace sufragio::machine {", 1)
    body = rest.rsplit("}  // namespace sufragio::machine", 1)[0]
    alone = ""
    if path.stem == "booth":  # a member of a class of the header cannot live in another namespace
        member = re.search(r"BallotShape BallotShape::of\(.*?\n}\n", body, re.S).group(0)
        body, alone = body.replace(member, ""), member
    every = list(mutants(body))
    random.Random(args.seed).shuffle(every)
    chosen = list(enumerate(every[:args.limit], 1))

    entries = json.loads((build / "compile_commands.json").read_text())
    entry = next(e for e in entries if "sufragio_machine.dir" in e["command"] and "Unity" in e["file"])
    work = build / "mutation"
    work.mkdir(exist_ok=True)
    compile_line = entry["command"].split(" -o ")[0].replace("-Werror", "-w")
    compile_line = re.sub(r"^\S*ccached? ", "", compile_line)
    compile_line += " -ferror-limit=0" if "clang" in compile_line else " -fmax-errors=0"
    stillborn = set()
    for _ in range(6):
        alive = [(k, m[3]) for k, m in chosen if k not in stillborn]
        (work / "mutants.cpp").write_text(source_of(path.stem, head, body, alive, alone), encoding="utf-8")
        run = subprocess.run(f"{compile_line} -o {work}/mutants.o -c {work}/mutants.cpp", shell=True, cwd=Path.cwd(),
                             capture_output=True, text=True)
        if run.returncode == 0:
            break
        found = {int(k) for k in re.findall(r"mutant(\d+):\d+:\d+: error", run.stderr)}
        if not found - stillborn or 0 in found:
            sys.exit(run.stderr[-3000:])
        stillborn |= found
    ninja = subprocess.run(["ninja", "-C", args.build, "-t", "commands", "test_machine"], capture_output=True, text=True)
    link = next(line for line in reversed(ninja.stdout.split("\n")) if " -o src/machine/test_machine " in line)
    link = link.replace(" -o src/machine/test_machine ", " mutation/mutants.o -Wl,--allow-multiple-definition -o mutation/test ")
    subprocess.run(link.split("&&")[1] if "&&" in link else link, shell=True, cwd=build, check=True)

    counts = {"killed": 0, "stillborn": len(stillborn), "survived": 0}
    begun = time.monotonic()
    test = [str(work / "test"), f"--gtest_filter={args.filter}", "--gtest_brief=1", "--gtest_fail_fast"]

    def passes(k):
        try:
            run = subprocess.run(test, capture_output=True, timeout=args.seconds, env={**os.environ, "MUTANT": str(k)})
            return run.returncode == 0
        except subprocess.TimeoutExpired:
            return False

    if not passes(0):
        sys.exit("the tests fail without a mutation")
    for k, (number, old, new, _) in chosen:
        if k in stillborn:
            continue
        survived = passes(k)
        counts["survived" if survived else "killed"] += 1
        if survived:
            line = number + 1 + head.count("\n")
            print(f"survived {path}:{line}\n  - {old}\n  + {new}", flush=True)
    print(f"{path}: {len(every)} mutants, {len(chosen)} tried, {counts}, seed {args.seed}, "
          f"{time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
