#!/usr/bin/env python3
"""Writes a C++ file that holds text files, so that one binary needs nothing beside it: embed.py OUT ROOT FILE..."""
import pathlib
import sys

out, root, *paths = sys.argv[1:]
lines = ['#include "resources.h"', "", "namespace sufragio::app {", "", "std::span<const Resource> resources() {"]
rows = []
for number, path in enumerate(sorted(paths)):
    data = pathlib.Path(root, path).read_bytes()
    body = ",".join(str(b) for b in data) or "0"
    lines.append(f"  static constexpr unsigned char kFile{number}[] = {{{body}}};")
    rows.append(f'      {{"{path}", kFile{number}, {len(data)}}},')
lines += ["  static constexpr Resource kAll[] = {", *rows, "  };", "  return kAll;", "}", "", "}  // namespace sufragio::app", ""]
text = "\n".join(lines)
target = pathlib.Path(out)
if not target.exists() or target.read_text() != text:
    target.write_text(text)
