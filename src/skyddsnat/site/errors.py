"""What can go wrong at a command on somebody's machine, with its exit code.  Messages: what was got, expected, and what to do."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every `skyddsnat agent` and `skyddsnat party` command (DESIGN § 9)."""

    FINE = 0
    FINDING = 1
    WRONG_USE = 2
    HELD = 3


class SiteError(Exception):
    """Root of both programs' errors."""

    exit_code = Exit.FINDING

    @property
    def lines(self) -> list[str]:
        """What the command prints, a fault a line."""
        return [str(self)]


class BadConfig(SiteError):
    """A configuration that cannot be used.  problems: one line each."""

    exit_code = Exit.WRONG_USE

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems

    @property
    def lines(self) -> list[str]:
        """The problems."""
        return self.problems


def why(error: Exception) -> str:
    """Why a file cannot be used, as the machine says it: `No such file or directory`."""
    return getattr(error, "strerror", None) or (
        "no text in UTF-8" if isinstance(error, UnicodeError) else type(error).__name__
    )


def to_do(error: Exception, usual: str) -> str:
    """What to do about a file that cannot be used: the usual, or another account where only that is wrong."""
    if isinstance(error, PermissionError):
        return "run it as the account of the service, such as with sudo -u, or let that account have it"
    return usual
