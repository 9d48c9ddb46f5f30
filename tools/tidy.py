#!/usr/bin/env python3
"""The shape of the code, as a test (`./x tidy`): every rule of STYLE.md that a program can hold.

`tidy.py [ROOT]`. Exceptions stand in tools/tidy_exceptions.txt, one per line: `rule path[:detail]`, below a comment that
gives the reason. An exception that nothing needs fails too, so the list can only shrink. tools/tidy_test.py shows that each
rule fires.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
MAX_COLUMNS = 100
MAX_FUNCTION = 70
COSTLY = {"iostream", "regex", "filesystem", "ranges", "functional", "thread", "nlohmann/json.hpp", "fmt/format.h",
          "fmt/core.h"}
COSTLY_PREFIX = ("CLI/", "toml++/", "soci/")
FOREIGN = {  # header prefix -> folders that may include it (tests may include any as an oracle)
    "openssl/": ["src/crypto/"], "sodium": ["src/crypto/"], "toml++/": ["src/adapters/toml/"],
    "nlohmann/": ["src/adapters/json/"], "cairo": ["src/adapters/cairo/"], "pango/": ["src/adapters/cairo/"],
    "qrencode": ["src/adapters/qrencode/"], "ZXing/": ["src/adapters/zxing/"], "zbar": ["src/adapters/zbar/"],
    "soci/": ["src/adapters/soci/"], "sqlite3": ["src/adapters/soci/"], "httplib": ["src/adapters/httplib/"],
    "kainjow/": ["src/adapters/mustache/"], "mustache": ["src/adapters/mustache/"], "lzma": ["src/adapters/xz/"],
    "png.h": ["src/adapters/images/", "src/adapters/cairo/"], "jpeglib": ["src/adapters/images/"],
    "fprint.h": ["src/adapters/libfprint/"], "glib": ["src/adapters/libfprint/"], "seccomp": ["src/adapters/sandbox/"], "tss2/": ["src/adapters/tpm/"],
    "CLI/": ["apps/"], "cbor.h": [], "botan/": [], "brotli/": [],
}
BANNED = [  # pattern, folders where it is allowed
    (r"system_clock::now|steady_clock::now|\btime\(\s*(NULL|nullptr|0)\s*\)",
     ("src/adapters/", "apps/", "bench/", "tests/")),
    (r"\brandom_device\b|\bmt19937|\bs?rand\(|_distribution\b", ()),
    (r"\bgetenv\b", ("src/adapters/", "apps/", "tests/", "bench/")),
    (r"\bstd::j?thread\b|\bstd::async\b|#include <thread>", ("src/adapters/", "apps/", "bench/")),
    (r"\bsetlocale\b|std::locale", ()),
    (r"\bsystem\(|\bpopen\(", ("tests/",)),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
# R180: the product knows no side. Names stand in data that is read from outside, never in code, words or pages.
UNNEUTRAL = re.compile(r"\b(chavis|madurismo|opositor|r[eé]gimen|dictadura|fraude|ama[ñn]ad|rigged|stolen election)",
                       re.I)
MACROS = {"TRY", "CHECK", "LOG", "SKIP_WITHOUT_SHARED"}
LIBRARY_MACROS = {"src/crypto/": "OPENSSL_"}  # a switch that a library reads; adapters and tests may set any
WORD = "[A-Za-zÁÉÍÓÚÑáéíóúñ]{3,}"

problems = []
exceptions = {}
used = set()


def load_exceptions():
    path = ROOT / "tools/tidy_exceptions.txt"
    if not path.exists():
        return
    reason = False  # a comment stands for all lines below it, up to an empty line or the next comment
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            reason = False
        elif line.startswith("#"):
            reason = True
        else:
            rule, _, where = line.strip().partition(" ")
            exceptions[(rule, where)] = line
            if not reason:
                problems.append(f"tools/tidy_exceptions.txt:{number}: [stale] no reason above: {line}")


def problem(rule, path, line, text, detail=""):
    for key in ((rule, path), (rule, f"{path}:{detail}")):
        if key in exceptions:
            used.add(key)
            return
    problems.append(f"{path}:{line}: [{rule}] {text}")


def tracked():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True,
                         capture_output=True, check=True).stdout.split("\n")
    return sorted(p for p in out if p and (ROOT / p).is_file())


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def arrows():
    """The table of ARCHITECTURE.md, closed: a room may use what the rooms that it may use may use."""
    table = {}
    for line in read("ARCHITECTURE.md").splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 3 and re.fullmatch(r"`[a-z][a-z0-9]*`", cells[0]):
            table[cells[0].strip("`")] = [r for r in re.split(r"[,\s]+", cells[2]) if r and r != "–"]
    closed = {}

    def close(room):
        if room not in closed:
            closed[room] = {room}
            for use in table.get(room, []):
                closed[room] |= close(use)
        return closed[room]

    for room in table:
        close(room)
    return closed


def strip_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    return re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*', lambda m: m.group(1) or "", text)


def room_of(path):
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return "apps" if parts[0] == "apps" else None


def is_test(path):
    return path.endswith("_test.cpp") or path.split("/")[0] in ("tests", "fuzz", "bench")


def check_include(path, number, kind, name, allowed):
    room = room_of(path)
    if kind == '"' and room:
        target = name.split("/")[0]
        if room == "apps" and "/" not in name and (ROOT / path).with_name(name).is_file():
            return  # a process includes its own few files by name
        if target not in allowed:
            problem("include", path, number, f'"{name}" is not "room/file.h"', name)
        elif target not in allowed.get(room, set()):
            problem("arrow", path, number, f"{room} may not use {target} (ARCHITECTURE.md)", name)
        if target == room == "adapters" and name.split("/")[1] != path.split("/")[2]:
            problem("arrow", path, number, "one adapter uses another", name)
    if kind == "<":
        if path.endswith(".h") and (name in COSTLY or name.startswith(COSTLY_PREFIX)):
            problem("costly", path, number, f"<{name}> is too dear for a header", name)
        for prefix, folders in FOREIGN.items():
            if name.startswith(prefix) and not path.startswith(tuple(folders) or ("-",)):
                problem("foreign", path, number, f"<{name}> belongs into its own adapter", name)


def check_includes(path, text, allowed):
    if is_test(path) or path == "cmake/pch.h":  # what the precompiled header costs is paid once
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#include\s+([<"])([^>"]+)[>"]', line)
        if match:
            check_include(path, number, *match.groups(), allowed)


HEAD = r"\s*((if|for|while) \(.*\) |else |case .*: |default: )*"
TRY_FORMS = [re.compile(p) for p in (
    HEAD + r"(const |static )?[\w:<>,\s\*&]*\b[\w.\[\]>()*-]+ [+]?= TRY\(", HEAD + r"(return )?TRY\(")]


SQL = re.compile(r'"\s*(select|insert into|update|delete from|create table|drop table)\s', re.I)


def check_tokens(path, text):
    code = strip_comments(text)
    banned = [each for each in BANNED if re.search(each[0], code)]  # most files have none: asked once, not per line
    if not banned and "TRY(" not in code and "#define" not in code and not SQL.search(code):
        return
    for number, line in enumerate(code.splitlines(), 1):
        for pattern, folders in banned:
            if re.search(pattern, line) and not path.startswith(folders or ("-",)) and not is_test(path):
                problem("token", path, number, f"banned here: {line.strip()}")
        if "TRY(" in line and re.search(r"\bTRY\(", line) and not line.lstrip().startswith("#define"):
            if line.count("TRY(") > 1 or not any(form.match(line) for form in TRY_FORMS):
                problem("try", path, number, f"TRY stands alone: {line.strip()}")
        if SQL.search(line):
            problem("sql", path, number, "SQL stands under sql/")
        macro = re.match(r"\s*#define\s+(\w+)", line)
        if macro and macro.group(1) not in MACROS and not path.startswith("src/adapters/") and not is_test(path):
            if any(path.startswith(f) and macro.group(1).startswith(m) for f, m in LIBRARY_MACROS.items()):
                continue
            problem("macro", path, number, f"no macro but {', '.join(sorted(MACROS))}", macro.group(1))


def check_words(path, text):
    """Sentences for people live in i18n/: two words of three letters in a string are a sentence."""
    if is_test(path) or not path.startswith(("src/", "apps/")):
        return
    for number, line in enumerate(strip_comments(text).splitlines(), 1):
        if "#include" in line or "CHECK(" in line:
            continue
        for literal in re.findall(r'"((?:\\.|[^"\\])*)"', line):
            if re.search(f"{WORD} {WORD}", literal):
                problem("words", path, number, f'words for people belong into i18n/: "{literal}"', literal)


def check_functions(path, text):
    code = strip_comments(text)
    code = re.sub(r"'(\\.|[^'\\])'", "' '", re.sub(r'"(?:\\.|[^"\\\n])*"', '""', code))
    stack, statement = [], ""
    for number, line in enumerate(code.splitlines(), 1):
        for char in line:
            if char == "{":
                head = statement.strip()
                plain = re.search(r"\b(namespace|class|struct|enum|union|extern)\b[^()]*$", head)
                body = not plain and re.search(r"\)\s*(const|override|noexcept|final|->[^{]*|\s)*$", head)
                stack.append((bool(body) and not any(f for f, _ in stack), number))
                statement = ""
            elif char == "}":
                function, start = stack.pop() if stack else (False, number)
                if function and number - start > MAX_FUNCTION:
                    problem("long", path, start, f"a function of {number - start} lines (at most {MAX_FUNCTION})")
                statement = ""
            elif char == ";":
                statement = ""
            else:
                statement += char
        statement += " "


def check_text(path, text):
    width = MAX_COLUMNS if path.endswith((".h", ".cpp", ".ts", ".mjs")) else 0
    for number, line in enumerate(text.splitlines(), 1):
        if width and len(line) > width:
            problem("width", path, number, f"{len(line)} columns (at most {width})")
        if path == "tools/tidy.py":
            continue
        if UNFINISHED.search(line):
            problem("unfinished", path, number, line.strip())
        if path.startswith(("src/", "apps/", "templates/", "i18n/")) and UNNEUTRAL.search(line):
            problem("neutral", path, number, line.strip())
        if re.search(r"(?<![\w.])/(work|farm|home|root|Users)/[\w.]", line):
            problem("path", path, number, "a path of some machine")
        if path.endswith(".html") and "{{{" in line:
            problem("escape", path, number, "{{{ does not escape")


def links_of(path, text):
    folder = pathlib.PurePosixPath(path).parent
    for number, line in enumerate(text.splitlines(), 1):
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            if not re.match(r"[a-z]+:", target) and not target.startswith("#"):
                yield number, target, (ROOT / folder / target.split("#")[0]).resolve()


def check_named(path, text, documents, names):
    """A comment that sends its reader to a document that is not there."""
    for number, line in enumerate(text.splitlines(), 1):
        for name in re.findall(r"[\w./-]+\.md\b", line):
            if name not in documents and ("/" in name or name not in names):
                problem("link", path, number, f"no such document: {name}", name)


def check_links(path, text):
    for number, target, resolved in links_of(path, text):
        if not resolved.exists():
            problem("link", path, number, f"no such file: {target}", target)


def check_catalogues(files, texts):
    catalogues = {}
    for name in ("es", "en"):
        path = f"i18n/{name}.json"
        if path not in files:
            return
        pairs = json.loads(read(path), object_pairs_hook=list)
        keys = [k for k, _ in pairs]
        for before, after in zip(keys, keys[1:]):
            if before >= after:
                problem("i18n", path, 1, f"keys not ascending at {after}")
        for key, value in pairs:
            if not value.strip():
                problem("i18n", path, 1, f"{key} is empty")
        catalogues[name] = dict(pairs)
    spanish, english = catalogues["es"], catalogues["en"]
    for key in sorted(set(spanish) ^ set(english)):
        problem("i18n", "i18n", 1, f"{key} is missing in one language")
    for key in sorted(set(spanish) & set(english)):
        if set(re.findall(r"\{(\w+)\}", spanish[key])) != set(re.findall(r"\{(\w+)\}", english[key])):
            problem("i18n", "i18n", 1, f"{key} has other {{facts}} in es and en", key)
    for code in sorted(codes_of(files, texts)):
        for part in ("what", "remedy"):
            if f"code.{code}.{part}" not in spanish:
                problem("code", "i18n", 1, f"code.{code}.{part} has no words", code)


KEYS = {".cpp": r"""\b(?:words_?(?:\(\))?\.text|console_?\.(?:say|note|progress))\(\s*"([\w.-]+)"\s*[,)]""",
        ".html": r"\[\[([\w.-]+)\]\]"}


def check_keys(files, texts):
    """Words that the code or a template asks for by a whole key, and that no catalogue has."""
    if "i18n/es.json" not in files:
        return
    keys = set(json.loads(texts["i18n/es.json"]))
    for path, text in texts.items():
        pattern = KEYS.get(pathlib.PurePosixPath(path).suffix)
        if not pattern or not path.startswith(("src/", "apps/", "templates/")) or is_test(path):
            continue
        for key in sorted(set(re.findall(pattern, text)) - keys):
            problem("i18n", path, 1, f"no words for {key}", key)


def codes_of(files, texts):
    codes = {}
    for path in files:
        if path.startswith(("src/", "apps/")) and path.endswith("codes.h"):
            for name, room, number in re.findall(r"Code\s+(k\w+)\{\s*'(\w)',\s*(\d+)\}", read(path)):
                code = f"{room}{int(number):03}"
                if code in codes:
                    problem("code", path, 1, f"{code} names both {codes[code]} and {name}")
                codes[code] = name
    everything = "\n".join(text for path, text in texts.items()
                           if path.startswith(("src/", "apps/")) and not path.endswith("codes.h") and not is_test(path))
    words = set(re.findall(r"\bk\w+", everything))
    for code, name in sorted(codes.items()):
        if name not in words:
            problem("dead", "i18n", 1, f"nobody raises {code} ({name})", code)
    if "src/tally/rules.h" in files:
        for number in re.findall(r"= (\d{3})\b", read("src/tally/rules.h")):
            codes[f"V{number}"] = number
    return codes


def check_dead(files, texts):
    """Headers nobody includes, templates nobody names, documents nobody links."""
    everything = "\n".join(texts.values())
    included = set(re.findall(r'#include\s+"([^"]+)"', everything))
    linked = set()
    for path in (p for p in files if p.endswith(".md")):
        linked |= {str(r.relative_to(ROOT)) for _, _, r in links_of(path, texts[path]) if r.is_relative_to(ROOT)}
    for path in files:
        if path.endswith(".h") and path.startswith("src/") and path[4:] not in included:
            problem("dead", path, 1, "nobody includes this header")
        if path.startswith("templates/") and path.endswith(".html"):
            stem = pathlib.PurePosixPath(path).stem
            if not re.search(rf'["/]{stem}(\.html)?"|\{{\{{>\s*{stem}', everything):
                problem("dead", path, 1, "nobody renders this template")
        if path.startswith("docs/") and path.endswith(".md") and path not in linked:
            problem("dead", path, 1, "no document links this one")


def main():
    load_exceptions()
    files = tracked()
    suffixes = (".h", ".cpp", ".md", ".py", ".ts", ".mjs", ".html", ".css", ".toml", ".json", ".cmake", ".sql", ".txt")
    texts = {p: read(p) for p in files
             if (p.endswith(suffixes) or p in ("x", ".ci/run")) and "package-lock" not in p and "golden/" not in p}
    allowed = arrows()
    documents = {p for p in files if p.endswith(".md")}
    names = {pathlib.PurePosixPath(d).name for d in documents}
    for path, text in texts.items():
        check_text(path, text)
        if path.endswith((".h", ".cpp", ".ts", ".cmake", ".toml", ".sql", ".html", "CMakeLists.txt")):
            check_named(path, text, documents, names)
        if path.endswith((".h", ".cpp")):
            check_includes(path, text, allowed)
            check_tokens(path, text)
            check_words(path, text)
            check_functions(path, text)
        if path.endswith(".md"):
            check_links(path, text)
    check_catalogues(files, texts)
    check_keys(files, texts)
    check_dead(files, texts)
    for key in sorted(set(exceptions) - used):
        problems.append(f"tools/tidy_exceptions.txt: [stale] nothing needs: {exceptions[key]}")
    for text in problems:
        print(text)
    print(f"tidy: {len(texts)} files, {len(exceptions)} exceptions, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
