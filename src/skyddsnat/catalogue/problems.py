"""What can be wrong with a catalogue, said so that the person who wrote the file can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


def printable(words: str) -> str:
    """The words without control characters: a file from elsewhere must not steer the terminal of the one who checks it."""
    return "".join(character if character.isprintable() else "\ufffd" for character in words)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: where it stands, what was got and what was expected.

    line is 0 where the fault belongs to no single line (a whole file, a missing link).
    """

    file: str
    line: int
    id: str
    field: str
    got: str
    expected: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def subject(self) -> str:
        """The record and the field in it."""
        return printable(" ".join(part for part in (self.id, self.field) if part))

    def __str__(self) -> str:
        subject = f"{self.subject}: " if self.subject else ""
        return f"{self.place}: {subject}got {printable(self.got)}, expected {printable(self.expected)}"

    def as_dict(self) -> dict[str, str | int]:
        """For `skyddsnat catalogue check --json`."""
        return asdict(self)


class CatalogueError(Exception):
    """The catalogue cannot be used.  `problems` holds every fault, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = f"; the first: {self.problems[0]}" if self.problems else ""
        super().__init__(
            f"got {len(self.problems)} problems in the catalogue, expected none{first}; "
            'run "skyddsnat catalogue check" to see all'
        )


class Findings:
    """Collects problems while a catalogue is read, so that one run shows them all."""

    __slots__ = ("_lines", "_problems")

    def __init__(self) -> None:
        self._problems: set[Problem] = set()
        self._lines: dict[tuple[str, str], int] = {}

    def seen(self, file: str, subject: str, *, line: int) -> None:
        """Remember where a record stands."""
        self._lines.setdefault((file, subject), line)

    def broken_link(self, file: str, subject: str, field: str, *, got: str, expected: str) -> None:
        """Note a fault between records, at the line of the record that makes it."""
        self.add(Problem(file, self._lines.get((file, subject), 0), subject, field, got, expected))

    def add(self, problem: Problem) -> None:
        """Note a fault; the same fault noted twice counts once."""
        self._problems.add(problem)

    def sorted(self) -> tuple[Problem, ...]:
        """All faults, by file and line."""
        return tuple(sorted(self._problems))
