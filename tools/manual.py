#!/usr/bin/env python3
"""The Spanish manual's pages of faults, made from the table in src/machine/faults.* and the words in i18n/es.json.

`manual.py` writes docs/manual/es/fallas.md; `manual.py --check` compares, and fails when a fault of the table has no words in
some language, when words stand for a fault that the table does not have, or when the enum and the table differ.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/manual/es/fallas.md"
VOTING = {"continues": "La votación sigue.", "suspended": "La votación se suspende.", "not_begun": "La votación no ha empezado.",
          "over": "La votación ya terminó."}
HEAD = """# Manual de la mesa: fallas

Cada falla tiene cuatro dígitos y una palabra que se puede leer por teléfono. El número es la página. Esta página se hace con
`tools/manual.py` a partir de la tabla del programa ([faults.cpp](../../../src/machine/faults.cpp)); no la escriba a mano.
"""


def table():
    codes = dict(re.findall(r"(\w+) = (\d{4})", (ROOT / "src/machine/faults.h").read_text(encoding="utf-8")))
    rows = re.findall(r'FaultRow\{Fault::(\w+), "(\w+)", (\w+)\}', (ROOT / "src/machine/faults.cpp").read_text(encoding="utf-8"))
    return codes, rows


def main():
    codes, rows = table()
    problems = []
    if [codes.get(name) for name, _, _ in rows] != sorted(codes.values()):
        problems.append("the enum and the table of faults differ, or are not in order")
    words = {lang: json.loads((ROOT / f"i18n/{lang}.json").read_text(encoding="utf-8")) for lang in ("es", "en")}
    keys = {f"fault.{code}.{part}" for code in codes.values() for part in ("what", "do")}
    for lang, catalogue in words.items():
        for key in sorted(keys ^ {k for k in catalogue if re.match(r"fault\.\d", k)}):
            problems.append(f"{lang}: {key} is missing, or belongs to no fault")
    spoken = [word for _, word, _ in rows]
    if len(set(spoken)) != len(spoken):
        problems.append("two faults share a word")
    page = HEAD
    for name, word, voting in rows if not problems else []:
        code = codes[name]
        page += (f"\n## {code} {word}\n\n{words['es'][f'fault.{code}.what']} {VOTING[voting]} "
                 f"**Qué hacer.** {words['es'][f'fault.{code}.do']}\n")
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            problems.append("docs/manual/es/fallas.md is not what the table says: run tools/manual.py")
    elif not problems:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
