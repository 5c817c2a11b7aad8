"""Typed reading of one YAML mapping: every fault is noted with its place, and reading goes on.

A method that finds a fault notes it and gives a harmless stand-in, so that one run collects all faults.  Records built from
stand-ins never leave the loader: `load_catalogue` raises when anything was noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from skyddsnat.catalogue.problems import Findings, Problem
from skyddsnat.catalogue.table import Table, Value
from skyddsnat.catalogue.text import EMPTY, LANGUAGES, Text

_SHOWN = 60


def show(value: object) -> str:
    """A value for an error line: short, on one line, quoted when it is text."""
    if value is None:
        return "nothing"
    if isinstance(value, Table):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    flat = " ".join(value.split())
    return f'"{flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"}"'


class Reader:
    """One mapping of a file, with its place.  Use it as a context manager: leaving notes the keys that nobody asked for."""

    __slots__ = ("_asked", "_field", "_file", "_findings", "_id", "_table")

    def __init__(self, table: Table, *, file: str, findings: Findings, subject: str = "", field: str = "") -> None:
        self._table, self._file, self._findings = table, file, findings
        self._id, self._field = subject, field
        self._asked: set[str | int] = set()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *failure: object) -> None:
        for key in self._table.keys() - self._asked:
            self.fault(str(key), got="an unknown key", expected="one of " + ", ".join(sorted(map(str, self._asked))))

    @property
    def subject(self) -> str:
        """The id of the record that is read, or "" before `identify`."""
        return self._id

    def fault(self, field: str, *, got: str, expected: str) -> None:
        """Note a fault in a field of this mapping."""
        path = ".".join(part for part in (self._field, field) if part)
        self._findings.add(Problem(self._file, self._table.line, self._id, path, got, expected))

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        self._asked.add(key)
        return self._table.get(key) is not None

    def _take(self, key: str | int, expected: str) -> Value:
        self._asked.add(key)
        if key not in self._table:
            self.fault(str(key), got="nothing", expected=expected)
        return self._table.get(key)

    def identify(self, pattern: str, *, example: str, key: str = "id") -> str:
        """The record's own id; from here on it names the faults."""
        expected = f"an id such as {example}"
        value = self._take(key, expected)
        if isinstance(value, str):
            self._id = value
            self._findings.seen(self._file, value, line=self._table.line)
            if re.fullmatch(pattern, value):
                return value
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return ""

    def word(self, key: str, *, pattern: str = r"\S(?:.*\S)?", expected: str = "a word or a sentence") -> str:
        """One string that is the same in every language (a code, a name of a work)."""
        value = self._take(key, expected)
        if isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL):
            return value
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return ""

    def optional_word(self, key: str, *, pattern: str = r"\S(?:.*\S)?", expected: str = "a word or a sentence") -> str:
        """As `word`, or "" where the key is not there."""
        return self.word(key, pattern=pattern, expected=expected) if self.has(key) else ""

    def text(self, key: str | int) -> Text:
        """A text that must stand in both languages."""
        expected = "a text in Swedish and in English: {sv: …, en: …}"
        value = self._take(key, expected)
        if isinstance(value, Table):
            return self._languages(value, key)
        if key in self._table:
            self.fault(str(key), got=show(value), expected=expected)
        return EMPTY

    def optional_text(self, key: str) -> Text | None:
        """As `text`, or None where the key is not there."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts in both languages."""
        return tuple(
            self._languages(item, f"{key}[{place}]") for place, item in enumerate(self._tables(key)) if item is not None
        )

    def _languages(self, value: Table, key: str | int) -> Text:
        with self.inside(value, str(key)) as both:
            words = {code: both.word(code, expected=f'a text in language "{code}"') for code in LANGUAGES}
        return Text(**words)

    def inside(self, table: Table, field: str) -> Reader:
        """A reader for a mapping that stands in this one."""
        path = ".".join(part for part in (self._field, field) if part)
        return Reader(table, file=self._file, findings=self._findings, subject=self._id, field=path)

    def part(self, key: str | int) -> Reader:
        """A reader for the mapping under a key; an empty one where there is none."""
        value = self._take(key, "a mapping")
        if not isinstance(value, Table):
            if key in self._table:
                self.fault(str(key), got=show(value), expected="a mapping")
            value = Table(self._table.line)
            return Reader(value, file=self._file, findings=Findings(), subject=self._id, field=str(key))
        return self.inside(value, str(key))

    def own_keys(self) -> tuple[str | int, ...]:
        """The keys of a mapping whose keys are data."""
        return tuple(self._table)

    def number(self, key: str, *, low: int | None = None, high: int | None = None) -> int:
        """A whole number within bounds (both included)."""
        expected = _bounds("a whole number", low, high)
        value = self._take(key, expected)
        if isinstance(value, int) and not isinstance(value, bool) and _within(value, low, high):
            return value
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return low if low is not None else 0

    def decimal(self, key: str, *, low: int | None = None, high: int | None = None) -> Decimal:
        """A number, whole or with a fraction, within bounds (both included)."""
        expected = _bounds("a number", low, high)
        value = self._take(key, expected)
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and _within(value, low, high):
            return Decimal(value)
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return Decimal(low if low is not None else 0)

    def decimals(self, key: str | int) -> tuple[Decimal, ...]:
        """A strictly rising list of numbers above zero (a ladder of band edges)."""
        expected = "a strictly rising list of numbers above 0"
        value = self._take(key, expected)
        steps = value if isinstance(value, list) else []
        numbers = [Decimal(step) for step in steps if isinstance(step, int | Decimal) and not isinstance(step, bool)]
        rising = all(a < b for a, b in pairwise(numbers))
        if not numbers or len(numbers) != len(steps) or numbers[0] <= 0 or not rising:
            self.fault(str(key), got=show(value), expected=expected)
            return (Decimal(1),)
        return tuple(numbers)

    def span(self, key: str) -> tuple[int, int | None]:
        """Two whole numbers, first and last; null as the last means "and more"."""
        expected = "two whole numbers such as [5, 7], or [12, null]"
        value = self._take(key, expected)
        match value:
            case [int() as first, int() | None as last] if not isinstance(first, bool) and not isinstance(last, bool):
                return first, last
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return 0, None

    def truth(self, key: str) -> bool:
        """true or false."""
        value = self._take(key, "true or false")
        if isinstance(value, bool):
            return value
        if key in self._table:
            self.fault(key, got=show(value), expected="true or false")
        return False

    def one_of[Choice: StrEnum](self, key: str, choices: type[Choice]) -> Choice:
        """A word of a closed list."""
        expected = "one of " + ", ".join(choices)
        value = self._take(key, expected)
        if isinstance(value, str) and value in set(choices):
            return choices(value)
        if key in self._table:
            self.fault(key, got=show(value), expected=expected)
        return next(iter(choices))

    def words(self, key: str | int, *, empty_allowed: bool = False) -> tuple[str, ...]:
        """A list of words, each once (ids, codes)."""
        expected = "a list of words" + ("" if empty_allowed else ", at least one")
        value = self._take(key, expected)
        if not isinstance(value, list) or not (value or empty_allowed):
            if key in self._table:
                self.fault(str(key), got="an empty list" if value == [] else show(value), expected=expected)
            return ()
        wrong = [item for item in value if not isinstance(item, str) or not item.strip()]
        if wrong:
            self.fault(str(key), got=f"a list with {show(wrong[0])} in it", expected="a list of words")
        found = [item for item in value if isinstance(item, str) and item.strip()]
        for twice in sorted({item for item in found if found.count(item) > 1}):
            self.fault(str(key), got=f"{show(twice)} more than once", expected="each word once")
        return tuple(dict.fromkeys(found))

    def scalars(self, key: str) -> tuple[str | int, ...]:
        """A list of words and whole numbers (the values of a field)."""
        expected = "a list of words and whole numbers, at least one"
        value = self._take(key, expected)
        items = value if isinstance(value, list) else []
        found = tuple(item for item in items if isinstance(item, str | int) and not isinstance(item, bool))
        if key in self._table and (not found or len(found) != len(items)):
            self.fault(key, got="a list with something else in it" if found else show(value), expected=expected)
        return found

    def optional_words(self, key: str) -> tuple[str, ...]:
        """As `words`, or () where the key is not there."""
        return self.words(key) if self.has(key) else ()

    def records(self, key: str) -> Iterator[Reader]:
        """A reader for each mapping of a list."""
        for place, item in enumerate(self._tables(key)):
            if item is not None:
                field = key if self._id else ""
                yield Reader(
                    item,
                    file=self._file,
                    findings=self._findings,
                    subject=self._id,
                    field=f"{field}[{place}]" if field else "",
                )

    def _tables(self, key: str) -> list[Table | None]:
        expected = "a list of mappings, at least one"
        value = self._take(key, expected)
        if not isinstance(value, list) or not value:
            if key in self._table:
                self.fault(key, got="an empty list" if value == [] else show(value), expected=expected)
            return []
        tables = [item if isinstance(item, Table) else None for item in value]
        for place, item in enumerate(value):
            if tables[place] is None:
                self.fault(f"{key}[{place}]", got=show(item), expected="a mapping")
        return tables


def collect[Record](reader: Reader, key: str, parse: Callable[[Reader], Record]) -> Mapping[str, Record]:
    """The records of a list as an ordered, read-only table by id.  `parse` must call `identify`."""
    table: dict[str, Record] = {}
    for each in reader.records(key):
        with each:
            record = parse(each)
        if each.subject in table:
            each.fault("id", got=f"{show(each.subject)} a second time", expected="each id once")
        elif each.subject:
            table[each.subject] = record
    return MappingProxyType(table)


def names(reader: Reader, key: str) -> Mapping[str, Text]:
    """A table of words with their names: `key: [{id: …, name: {sv: …, en: …}}]`."""
    return collect(reader, key, _name)


def _name(reader: Reader) -> Text:
    reader.identify(r"[A-Za-z][A-Za-z0-9_]*", example="hosting")
    return reader.text("name")


def text_table(reader: Reader, key: str) -> Mapping[str, Text]:
    """A table of texts by word: `key: {word: {sv: …, en: …}}`."""
    with reader.part(key) as table:
        return MappingProxyType({str(word): table.text(word) for word in table.own_keys()})


def _bounds(kind: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    if low is not None:
        return f"{kind} from {low}"
    return kind


def _within(value: int | Decimal, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
