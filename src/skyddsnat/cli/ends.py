"""How the commands of a program on somebody's machine end: a code, and one line for each fault."""

from __future__ import annotations

import getpass
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from skyddsnat.protocols.shown import shown
from skyddsnat.site.errors import Exit, SiteError


@contextmanager
def told(program: str, *, advice: str = "look at disk and rights") -> Iterator[None]:
    """Faults become one line each and an exit code.  program: `agent` or `party`."""
    try:
        yield
    except SiteError as error:
        for line in error.lines:
            _complain(program, line)
        raise typer.Exit(error.exit_code) from None
    except (OSError, sqlite3.Error) as error:
        _complain(program, f"{_refused_by(error)}; {advice}")
        raise typer.Exit(Exit.FINDING) from None


def _refused_by(error: OSError | sqlite3.Error) -> str:
    """Which file, where it is known, and why."""
    if isinstance(error, sqlite3.Error):
        return f"its memory cannot be used ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
    why = error.strerror or type(error).__name__
    return f"{error.filename} cannot be used ({why})" if error.filename else f"this machine does not do it ({why})"


def leave(code: Exit) -> NoReturn:
    """End the command with a code."""
    raise typer.Exit(code)


def account() -> str:
    """The account behind the command, also through sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def _complain(program: str, line: str) -> None:
    print(f"skyddsnat {program}: {shown(line)}", file=sys.stderr)  # a hub's words may stand in it, or a file's
