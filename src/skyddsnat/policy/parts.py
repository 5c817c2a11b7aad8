"""Lines in parts: a digest over a million of them follows one line more for the price of that line's part.

The part of a line is worked out of the line alone, so whoever has the same lines has the same parts.  The digest is the SHA-256
of one row a part, `<part> <lines in it> <SHA-256 of its lines>`: why it binds exactly the lines stands in
docs/adr/0049-digests-of-parts.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

Form = Callable[[str], str]


class Parts:
    """Lines without a line break, by part.  Never changes.

    of: the part of a line.  forms: how a line is written into each digest.
    """

    __slots__ = ("_forms", "_of", "_rows", "_texts")

    def __init__(self, lines: Iterable[str] = (), *, of: Form, forms: tuple[Form, ...] = (str,)) -> None:
        self._of, self._forms = of, forms
        self._texts: dict[str, str] = {}
        self._rows: tuple[dict[str, str], ...] = tuple({} for _ in forms)
        grouped: dict[str, list[str]] = {}
        for line in lines:
            grouped.setdefault(of(line), []).append(line)
        for part in sorted(grouped):
            self._write(part, grouped[part])

    def lines(self, part: str) -> list[str]:
        """The lines of a part, in order."""
        text = self._texts.get(part)
        return [] if text is None else text.split("\n")

    def digest(self, form: int = 0, *, head: str = "") -> str:
        """Hexadecimal SHA-256 of the rows of a form, in order.  head: whole lines that stand before them, "" for none."""
        return hashlib.sha256((head + "".join(self._rows[form].values())).encode()).hexdigest()

    def changed(self, *, drop: Iterable[str] = (), add: Iterable[str] = ()) -> Parts:
        """The same without some lines and with others, which are not among these."""
        touched: dict[str, tuple[set[str], list[str]]] = {}
        for line in drop:
            touched.setdefault(self._of(line), (set(), []))[0].add(line)
        for line in add:
            touched.setdefault(self._of(line), (set(), []))[1].append(line)
        after = Parts(of=self._of, forms=self._forms)
        after._texts, after._rows = self._texts.copy(), tuple(rows.copy() for rows in self._rows)
        for part, (gone, new) in touched.items():
            after._write(part, [line for line in self.lines(part) if line not in gone] + new)
        if not touched.keys() <= self._texts.keys():
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
    said = "\n".join(sorted(lines)).encode()
    return f"{part} {len(lines)} {hashlib.sha256(said).hexdigest()}\n"
