"""Every command that a document shows is there, with the options that it is shown with."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import typer

from skyddsnat.cli.main import PROGRAMS

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(rf"skyddsnat +((?:{'|'.join(PROGRAMS)})\b[^`|#\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
LEAST = 100
"""Commands that are shown: should the expression above find none any more, nothing would be compared."""


def shown() -> Iterator[tuple[str, list[str], list[str]]]:
    """File, words and options of each command; a line that ends in a backslash goes on in the next."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*")]
    for path in pages:
        if path.is_file() and path.name != "CHANGELOG.md":  # which tells of commands that were
            for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
                for said in SHOWN.findall(line):
                    yield str(path.relative_to(ROOT)), said.split(), OPTION.findall(said)


@cache
def program(name: str) -> Any:
    return typer.main.get_group(importlib.import_module(f"skyddsnat.cli.{name.replace('-', '_')}").app)


def command(words: list[str]) -> Any:
    """What the words lead to, or None; words that are no commands any more end it."""
    found = program(words[0])
    for word in words[1:]:
        if not hasattr(found, "get_command") or not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        found = found.get_command(click.Context(found), word)
        if found is None:
            return None
    return found


def test_every_command_in_the_documents_is_there_with_its_options() -> None:
    wrong, count = [], 0
    for place, words, options in shown():
        count += 1
        found = command(words)
        known = (
            {"--help"} | {name for each in found.params for name in (*each.opts, *each.secondary_opts)} if found else ()
        )
        wrong += [f"{place}: {' '.join(words[:3])} {option}" for option in options if option not in known]
        wrong += [f"{place}: {' '.join(words[:3])}"] * (found is None)
    assert wrong == []
    assert count > LEAST
