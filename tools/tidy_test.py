#!/usr/bin/env python3
"""tools/tidy.py, tested: in a small tree each rule fires on a bad sample and stays silent on a good one."""
import contextlib
import io
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile

TIDY = pathlib.Path(__file__).resolve().parent / "tidy.py"

GOOD = {
    "ARCHITECTURE.md": "| room | holds | may use |\n|---|---|---|\n| `base` | x | – |\n| `codec` | x | base |\n"
                       "| `election` | x | codec |\n| `adapters` | x | codec |\n| `apps` | x | adapters |\n"
                       "[limits](docs/limits.md)\n",
    "docs/limits.md": "# Limits\n",
    "i18n/es.json": '{\n  "a.b": "hola {name}",\n  "code.B101.remedy": "x",\n  "code.B101.what": "x"\n}\n',
    "i18n/en.json": '{\n  "a.b": "hello {name}",\n  "code.B101.remedy": "x",\n  "code.B101.what": "x"\n}\n',
    "src/base/codes.h": "#pragma once\ninline constexpr Code kOdd{\n    'B', 101};\n",
    "src/base/a.h": "#pragma once\n#include <string>\n",
    "src/base/a.cpp": '#include "base/a.h"\n#include "base/codes.h"\n#include <fmt/format.h>\nCode a = kOdd;\n',
    "apps/tool/console.h": "#pragma once\n",
    "apps/tool/main.cpp": '#include "console.h"\n#include "base/a.h"\n',
}

SILENT = [  # what a rule may not mistake for an offence
    ("three forms of TRY", {"src/base/b.cpp": "void f() {\n  const int a = TRY(g());\n  for (int i : all) TRY(g(i));\n"
                            "  if (x) return TRY(g());\n  while (TRY_ME(x)) {\n  }\n  TRY(g());\n}\n"}),
    ("an oracle in a test", {"src/base/b_test.cpp": "#include <cbor.h>\n#define CBOR_X 1\nint a = rand();\n"}),
    ("a library's switch in crypto", {"src/crypto/b.cpp": "#define OPENSSL_API_COMPAT 1\n"}),
    ("keys that are there or made", {"apps/tool/b.cpp": 'console.say("a.b", {});\nconsole.say("x." + kind);\n'}),
    ("a costly header in a source", {"src/base/b.cpp": "#include <functional>\n"}),
    ("the precompiled header", {"cmake/pch.h": "#pragma once\n#include <fmt/format.h>\n"}),
    ("slugs and formats", {"src/base/b.cpp": 'auto a = "too-large"; auto b = "{}/{}.json"; auto c = "a b";\n'}),
    ("a sentence in a comment", {"src/base/b.cpp": "// select from here, system_clock::now, TRY(TRY(x))\n"}),
    ("documents that are there", {"src/base/b.cpp": "// limits.md, docs/limits.md 2\n"}),
    ("a web address", {"docs/limits.md": "[x](https://example.org/home/page) https://example.org/work/a\n"}),
    ("a class of many lines", {"src/base/b.cpp": "class A {\n" + "  int a;\n" * 80 + "};\n"}),
    ("70 lines", {"src/base/b.cpp": "void f() {\n" + "  a();\n" * 69 + "}\n"}),
    ("an exception that is used", {"src/base/b.h": "#pragma once\n#include <functional>\n",
                                   "src/base/b.cpp": '#include "base/b.h"\n',
                                   "tools/tidy_exceptions.txt": "# why\ncostly src/base/b.h:functional\n"}),
]

FIRES = [  # rule, what is wrong, files laid over the good tree
    ("arrow", "base uses codec", {"src/codec/c.h": "", "src/base/b.cpp": '#include "codec/c.h"\n'}),
    ("arrow", "one adapter uses another", {"src/adapters/x/x.h": "",
                                           "src/adapters/y/y.cpp": '#include "adapters/x/x.h"\n'}),
    ("include", "a file by its bare name", {"src/base/b.cpp": '#include "a.h"\n'}),
    ("include", "a bare name that is not beside", {"apps/tool/b.cpp": '#include "elsewhere.h"\n'}),
    ("costly", "<functional> in a header", {"src/base/a.h": "#pragma once\n#include <functional>\n"}),
    ("costly", "CLI11 in a header", {"apps/tool/console.h": "#include <CLI/CLI.hpp>\n"}),
    ("foreign", "OpenSSL outside crypto", {"src/base/b.cpp": "#include <openssl/evp.h>\n"}),
    ("token", "a clock", {"src/base/b.cpp": "auto now = std::chrono::system_clock::now();\n"}),
    ("token", "randomness", {"src/base/b.cpp": "std::random_device device;\n"}),
    ("token", "the environment", {"src/base/b.cpp": 'auto a = getenv("A");\n'}),
    ("token", "a thread", {"src/base/b.cpp": "std::thread worker;\n"}),
    ("try", "two on a line", {"src/base/b.cpp": "  f(TRY(a()), TRY(b()));\n"}),
    ("try", "inside braces", {"src/base/b.cpp": "  return A{TRY(a())};\n"}),
    ("sql", "SQL in C++", {"src/base/b.cpp": 'auto a = "SELECT x FROM y";\n'}),
    ("macro", "a macro", {"src/base/b.cpp": "#define TWICE(x) x, x\n"}),
    ("words", "a sentence", {"src/base/b.cpp": 'auto a = "file not found";\n'}),
    ("words", "a Spanish sentence", {"apps/tool/b.cpp": 'auto a = "está vacía";\n'}),
    ("long", "71 lines", {"src/base/b.cpp": "void f() {\n" + "  a();\n" * 70 + "}\n"}),
    ("width", "101 columns", {"src/base/b.cpp": "//" + "x" * 99 + "\n"}),
    ("unfinished", "a mark", {"src/base/b.cpp": "// TO" "DO\n"}),
    # [R180]
    ("neutral", "a word of one side", {"i18n/es.json": GOOD["i18n/es.json"].replace("hola", "frau" "de")}),
    ("path", "a home folder", {"docs/limits.md": "/ho" "me/somebody/x\n"}),
    ("escape", "raw HTML", {"templates/a.html": "{{{x}}}", "src/base/b.cpp": 'auto a = "a.html";\n'}),
    ("link", "a comment that names no document", {"src/base/b.cpp": "// docs/gone.md\n"}),
    ("link", "a dead link", {"docs/limits.md": "[x](nowhere.md)\n"}),
    ("i18n", "keys not in order", {"i18n/en.json": '{\n  "code.B101.what": "x",\n  "code.B101.remedy": "x",\n'
                                   '  "a.b": "hello {name}"\n}\n'}),
    # [R147]
    ("i18n", "a key in one language", {"i18n/en.json": '{\n  "code.B101.remedy": "x",\n  "code.B101.what": "x"\n}\n'}),
    ("i18n", "a key that C++ asks for", {"src/base/b.cpp": 'auto a = words.text("no.such");\n'}),
    ("i18n", "a key that a template asks for", {"templates/a.html": "[[no.such]]", "src/base/b.cpp": 'auto a = "a";\n'}),
    ("i18n", "other facts", {"i18n/en.json": GOOD["i18n/en.json"].replace("{name}", "{file}")}),
    ("i18n", "no words", {"i18n/en.json": GOOD["i18n/en.json"].replace("hello {name}", " ")}),
    # [R82] every code has what and remedy, in every language
    ("code", "a code without words", {"src/base/codes.h": GOOD["src/base/codes.h"] + "Code kNew{'B', 102};\n",
                                       "src/base/b.cpp": "Code a = kNew;\n"}),
    ("code", "one number, two names", {"src/base/codes.h": GOOD["src/base/codes.h"] + "Code kSame{'B', 101};\n",
                                        "src/base/b.cpp": "Code a = kSame;\n"}),
    ("dead", "a code nobody raises", {"src/base/a.cpp": '#include "base/a.h"\n#include "base/codes.h"\n'}),
    ("dead", "a header nobody includes", {"src/base/b.h": "#pragma once\n"}),
    ("dead", "a template nobody renders", {"templates/alone.html": "x"}),
    ("dead", "a document nobody links", {"docs/alone.md": "x"}),
    ("stale", "an exception nobody needs", {"tools/tidy_exceptions.txt": "# why\ncostly src/base/a.h:functional\n"}),
    ("stale", "an exception without a reason",
     {"src/base/a.h": "#include <functional>\n", "tools/tidy_exceptions.txt": "costly src/base/a.h:functional\n"}),
]


def tidy(folder, files):
    for old in [p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts]:
        old.unlink()
    for name, text in {**GOOD, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    module = runpy.run_path(str(TIDY), run_name="tidy")  # a fresh state each time
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = module["main"]()
    return status, out.getvalue()


def check(folder):
    failures = []
    for name, files in [("the good tree", {}), *SILENT]:
        status, out = tidy(folder, files)
        if status != 0:
            failures.append(f"not silent: {name}\n{out}")
    for rule, name, files in FIRES:
        status, out = tidy(folder, files)
        found = [line for line in out.splitlines() if ": [" in line]
        if status != 1 or not found or any(f"[{rule}]" not in line for line in found):
            failures.append(f"expected only [{rule}]: {name}\n{out}")
    rules = set(re.findall(r'problem\("(\w+)"', TIDY.read_text(encoding="utf-8")))
    for rule in sorted(rules - {rule for rule, _, _ in FIRES}):
        failures.append(f"no sample for [{rule}]")
    return failures


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        sys.argv = [str(TIDY), folder]
        failures = check(pathlib.Path(folder).resolve())
    print("\n".join(failures))
    print(f"tidy_test: {len(SILENT) + 1} silent, {len(FIRES)} firing, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
