"""`skyddsnat agent hash`: whether digests, or files, are known to the coalition.  Says known or unknown, and the entry; repeats
neither a digest nor a file's name, so that its output may be kept where those may not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.agent.config import DEFAULT_PATH, load
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.hashes.lookup import Found, Lookup
from skyddsnat.cli import agent_screen as screen
from skyddsnat.cli.agent_open import ConfigOption
from skyddsnat.cli.ends import leave, told
from skyddsnat.site.errors import Exit


def look_up(
    digests: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIGEST]...", help="In hexadecimal; of 64 digits both kinds are tried, or say pdq:… or sha-256:…"
        ),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", help="A file whose MD5, SHA-1 and SHA-256 are worked out here.  Repeatable."),
    ] = None,
    config: ConfigOption = DEFAULT_PATH,
    *,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="A digest a line, answered line by line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text.")] = False,
) -> None:
    """Look up digests or files in the coalition's hash lists.  Nothing leaves this machine.  Exit code 1 if one is known."""
    with told("agent"):
        folder = load(config).hash_dir
        if folder is None:
            raise WrongUse(
                "no folder in [hashes], expected where the agent keeps its hash lists; see docs/operator/outputs.md"
            )
        if not (digests or files or from_stdin):
            raise WrongUse("nothing to look up, expected digests, --file or --stdin")
        known = 0
        for found in _answers(Lookup(folder), digests or [], files or [], from_stdin=from_stdin):
            known += bool(found)
            _say(found, as_json=as_json)
        leave(Exit.FINDING if known else Exit.FINE)


def _answers(lists: Lookup, digests: list[str], files: list[Path], *, from_stdin: bool) -> Iterator[list[Found]]:
    yield from map(lists.digest, digests)
    yield from map(lists.file, files)
    if from_stdin:
        # What is no text is no digest either, and is told as such.
        yield from (lists.digest(line.decode("utf-8", "replace")) for line in sys.stdin.buffer if line.strip())


def _say(found: list[Found], *, as_json: bool) -> None:
    if as_json:
        entries = [{"entry": one.entry, "distance": one.distance} for one in found]
        screen.print_json({"known": bool(found), "entries": entries})
    else:
        print("known", *(one.entry for one in found)) if found else print("unknown")
    sys.stdout.flush()
