"""Lines in parts: a digest over a million of them follows one line more for the price of that line's part.

The part of a line is worked out of the line alone, so whoever has the same lines has the same parts.  The digest is the SHA-256
of one row a part, `<part> <lines in it> <SHA-256 of its lines>`: why it binds exactly the lines stands in
docs/adr/0049-digests-of-parts.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

Form = Callable[[str], str]


class Parts:
    """Lines without a line break, by part.  Never changes.

    of: the part of a line.  forms: how a line is written into each digest.
    """

    __slots__ = ("_forms", "_of", "_read", "_rows", "_texts")

    def __init__(self, lines: Iterable[str] = (), *, of: Form, forms: tuple[Form, ...] = (str,)) -> None:
        self._of, self._forms = of, forms
        self._read: Callable[[str, str], str] | None = None
        self._texts: dict[str, str] = {}
        self._rows: tuple[dict[str, str], ...] = tuple({} for _ in forms)
        grouped: dict[str, list[str]] = {}
        for line in lines:
            grouped.setdefault(of(line), []).append(line)
        for part in sorted(grouped):
            self._write(part, grouped[part])

    @classmethod
    def kept(cls, rows: str, *, of: Form, read: Callable[[str, str], str]) -> Parts:
        """What lies somewhere else, in one form: the text of a part is read when it is asked for.

        rows: as `rows` gives them, known to be right.  read: the text of a part that fits a row; what it raises, a question does.
        """
        parts = cls(of=of)
        parts._rows, parts._read = ({one.rsplit(" ", 2)[0]: one for one in rows.splitlines(keepends=True)},), read
        return parts

    def __iter__(self) -> Iterator[str]:
        """The lines, part by part."""
        return chain.from_iterable(map(self.lines, self.names))

    def __len__(self) -> int:
        return sum(int(one.rsplit(" ", 2)[1]) for one in self._rows[0].values())

    def __contains__(self, line: str) -> bool:
        part = self._of(line)
        return part in self._rows[0] and f"\n{line}\n" in f"\n{self.text(part)}\n"

    def __sub__(self, other: Parts) -> list[str]:
        """The lines that the other, cut in the same way, has not.  Only parts whose rows differ are looked into."""
        return [
            line
            for part, one in self._rows[0].items()
            if other._rows[0].get(part) != one
            for theirs in [frozenset(other.lines(part))]
            for line in self.lines(part)
            if line not in theirs
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that have lines, in order."""
        return tuple(self._rows[0])

    def text(self, part: str) -> str:
        """The lines of one of these parts, in order, with a line break between two."""
        text = self._texts.get(part)
        if text is None and self._read is not None:
            text = self._texts[part] = self._read(part, self._rows[0][part])
        return text or ""

    def lines(self, part: str) -> list[str]:
        """The lines of a part, in order."""
        return self.text(part).split("\n") if part in self._rows[0] else []

    def rows(self, form: int = 0) -> str:
        """The rows of a form, in order: what the digest is over."""
        return "".join(self._rows[form].values())

    def digest(self, form: int = 0, *, head: str = "") -> str:
        """Hexadecimal SHA-256 of the rows of a form.  head: whole lines that stand before them, "" for none."""
        return hashlib.sha256((head + self.rows(form)).encode()).hexdigest()

    def changed(self, *, drop: Iterable[str] = (), add: Iterable[str] = ()) -> Parts:
        """The same without some lines and with others, which are not among these."""
        touched: dict[str, tuple[set[str], list[str]]] = {}
        for line in drop:
            touched.setdefault(self._of(line), (set(), []))[0].add(line)
        for line in add:
            touched.setdefault(self._of(line), (set(), []))[1].append(line)
        after = Parts(of=self._of, forms=self._forms)
        after._read, after._texts, after._rows = self._read, self._texts.copy(), tuple(map(dict.copy, self._rows))
        for part, (gone, new) in touched.items():
            after._write(part, [line for line in self.lines(part) if line not in gone] + new)
        if not touched.keys() <= self._rows[0].keys():
            after._rows = tuple(dict(sorted(rows.items())) for rows in after._rows)
        return after

    def _write(self, part: str, lines: list[str]) -> None:
        if not lines:
            for held in (self._texts, *self._rows):
                held.pop(part, None)
            return
        lines.sort()
        self._texts[part] = "\n".join(lines)
        for rows, form in zip(self._rows, self._forms, strict=True):
            rows[part] = row(part, [*map(form, lines)])


def row(part: str, lines: list[str]) -> str:
    """A part's row, with its line feed."""
    return f"{part} {len(lines)} {_digest('\n'.join(sorted(lines)).encode())}\n"


def fits(text: bytes, row: str) -> bool:
    """Whether a part's text is the one that its row tells of."""
    _, count, digest = row.rstrip("\n").rsplit(" ", 2)
    return int(count) == text.count(b"\n") + 1 and digest == _digest(text)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
