"""Find texts that are not in Swedish, or not up to date: `python -m tools.check_messages`.  Changes nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.messages import CATALOGUE, collect, compiled, nouns, texts_of

CODE = shutil.ignore_patterns("__pycache__", "static", "migrations")
COUNTS = re.compile(r"(\d+) (fuzzy|untranslated)")


def faults_of(noun: Path) -> Iterator[str]:
    """What is wrong with one noun's catalogue, in a line each."""
    source = noun / CATALOGUE
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / noun.name
        shutil.copytree(noun, copy, ignore=CODE)
        collect(copy)
        fresh = (copy / CATALOGUE).read_text(encoding="utf-8") if (copy / CATALOGUE).exists() else ""
    if fresh != (source.read_text(encoding="utf-8") if source.exists() else ""):
        yield "the catalogue differs from what the code says; run: make messages"
    if not source.exists():
        return
    command = ["env", "LC_ALL=C", "msgfmt", "--statistics", "-o", "/dev/null", source]
    statistics = subprocess.run(command, check=False, capture_output=True)
    for count, what in COUNTS.findall(statistics.stderr.decode()):
        yield f"{count} {what}, expected none; translate them in {CATALOGUE}"
    try:
        machine = texts_of(compiled(source))
    except subprocess.CalledProcessError as broken:
        yield broken.stderr.strip()
        return
    target = source.with_suffix(".mo")
    if not target.exists() or texts_of(target.read_bytes()) != machine:
        yield f"{target.name} is not compiled from {source.name}; run: make messages"


def main() -> int:
    """0 when every noun is complete, else 1 with a line a fault."""
    found = [f"{noun.name}: {fault}" for noun in nouns() for fault in faults_of(noun)]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
