#!/usr/bin/env python3
"""Everything about one code (`./x doc V203`): its words, its rule, where it is raised and what tests it."""
import json
import pathlib
import re
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The enum of the rules of rows gives each value its number: `cards_do_not_add_up = 203`.
DECLARED = r"\b(k\w+)\{{\s*'{room}',\s*{number}\}}"
RULE = r"\b(\w+) = {number}\b"


def tracked():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True,
                         capture_output=True, check=True).stdout.split("\n")
    return sorted(p for p in out if p.endswith((".h", ".cpp", ".ts")) and (ROOT / p).is_file())


def declaration(code, texts):
    """(file, name) of the constant of a code, or of the value of `enum class Rule`."""
    room, number = code[0], int(code[1:])
    for path, text in texts.items():
        pattern = DECLARED if path.endswith("codes.h") else RULE if room == "V" and path == "src/tally/rules.h" else None
        match = pattern and re.search(pattern.format(room=room, number=number), text)
        if match:
            return path, match.group(1)
    return None, None


def is_test(path):
    return bool(re.search(r"_test\.cpp$|^(tests|bench|fuzz)/|^web/verify/test/", path))


def scope(path, home):
    """May this file mean the constant of `home`? Names are only unique inside a room and those that include its codes.h."""
    text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
    return path == home or f'"{home.removeprefix("src/")}"' in text or pathlib.PurePath(path).parent == pathlib.PurePath(
        home).parent


def uses(code, home, name, texts):
    pattern = re.compile(rf"\b{code}\b" + (rf"|\b{name}\b" if name else ""))
    by_code = re.compile(rf"\b{code}\b")
    for path, text in texts.items():
        if path == home:
            continue
        mine = name and home and scope(path, home)
        for number, line in enumerate(text.splitlines(), 1):
            if (pattern if mine else by_code).search(line) and not line.lstrip().startswith("//"):
                yield path, number, line.strip()


def section(title, lines):
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}")


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"[A-Z]\d{3}", sys.argv[1]):
        print("code.py V203", file=sys.stderr)
        return 2
    code = sys.argv[1]
    texts = {p: (ROOT / p).read_text(encoding="utf-8", errors="replace") for p in tracked()}
    words = {name: json.loads((ROOT / f"i18n/{name}.json").read_text(encoding="utf-8")) for name in ("es", "en")}
    home, name = declaration(code, texts)
    rule = ROOT / f"docs/rules/{code}.md"
    if not home and not rule.exists() and f"code.{code}.what" not in words["es"]:
        print(f"{code}: no such code", file=sys.stderr)
        return 2
    print(code + (f"  {name} in {home}" if home else ""))
    for language, catalogue in words.items():
        for part in ("what", "remedy"):
            print(f"  {language} {part + ':':8}{catalogue.get(f'code.{code}.{part}', '–')}")
    if rule.exists():
        section(f"docs/rules/{code}.md", rule.read_text(encoding="utf-8").rstrip().split("\n"))
    found = list(uses(code, home, name, texts))
    section("raised or read", [f"{p}:{n}: {line}" for p, n, line in found if not is_test(p)])
    section("tested", [f"{p}:{n}: {line}" for p, n, line in found if is_test(p)] or ["nothing names it"])
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
    sys.exit(main())
