"""The entries of a list: a set of which each version shares nearly all with the one before.

A list of a million names that gains one is told as a whole set, its core, and the few entries by which it differs from that.
Comparing it with the list in force, or with the zone that has the same core, then costs those few, and so does keeping it.
What comes out is what plain sets would give, whatever the way that led to it (docs/adr/0047-lists-share-a-core.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import chain
from zlib import crc32

from skyddsnat.policy.coverage import Coverage, Listed, urls_of
from skyddsnat.policy.parts import Parts
from skyddsnat.policy.vocabulary import Scope

NOTHING: frozenset[Listed] = frozenset()

FEW, SHARE = 1_000, 8
"""A list differs from its core by so many entries and that part of the core; beyond, it becomes a core of its own."""


class Core:
    """A whole set, told by its entries or by the parts of its digest; the other is worked out once, for all lists that share it.

    Of parts that lie on a disk only those are read that a question needs.
    """

    def __init__(
        self,
        entries: frozenset[Listed] | None = None,
        *,
        domains: Core | None = None,
        parts: Parts | None = None,
        urls: frozenset[Listed] | None = None,
    ) -> None:
        self._entries, self._parts = entries, parts
        self._domains, self._urls = domains, urls
        self._size: int | None = None

    def __contains__(self, entry: object) -> bool:
        if self._entries is not None:
            return entry in self._entries
        return isinstance(entry, tuple) and as_line(entry) in self.parts

    def __len__(self) -> int:
        if self._size is None:
            self._size = len(self.parts if self._entries is None else self._entries)
        return self._size

    def __iter__(self) -> Iterator[Listed]:
        return map(entry_of, self.parts) if self._entries is None else iter(self._entries)

    @property
    def entries(self) -> frozenset[Listed]:
        """The set."""
        if self._entries is None:
            self._entries = frozenset(self)
        return self._entries

    @property
    def lines(self) -> set[str]:
        """Its entries as lines."""
        return set(self.parts) if self._parts is not None else set(map(as_line, self))

    @property
    def urls(self) -> frozenset[Listed]:
        """Its URLs."""
        if self._urls is None:
            self._urls = _urls_in(self._parts) if self._parts is not None else urls_of(self)
        return self._urls

    @property
    def domains(self) -> Core:
        """The core of its domains alone: itself where it has no URLs."""
        if self._domains is None and self.urls:
            parts = self._parts and self._parts.changed(drop=map(as_line, self.urls))
            self._domains = Core(parts=parts, urls=NOTHING) if parts else Core(self.entries - self.urls, urls=NOTHING)
        return self if self._domains is None else self._domains

    @property
    def parts(self) -> Parts:
        """Its entries as the parts of a list's digest."""
        if self._parts is None:
            self._parts = Parts(map(as_line, self.entries), of=part_of)
        return self._parts

    @property
    def is_in_parts(self) -> bool:
        """Whether its parts are at hand."""
        return self._parts is not None

    @property
    def most(self) -> int:
        """Entries by which a list may differ from it."""
        return FEW + len(self) // SHARE


class Entries(Set[Listed]):
    """Entries of a list.  Never changes.  Operators give plain sets, `changed` another list on the same core.

    more, less: what it has beside its core, and what of the core it has not.
    """

    __slots__ = ("_parts", "core", "less", "more")

    def __init__(self, entries: Iterable[Listed] = ()) -> None:
        self._set(Core(frozenset(entries)), NOTHING, NOTHING)

    def _set(self, core: Core, more: frozenset[Listed], less: frozenset[Listed], parts: Parts | None = None) -> Entries:
        self.core, self.more, self.less, self._parts = core, more, less, parts
        return self

    @classmethod
    def of(cls, entries: Iterable[Listed]) -> Entries:
        """A list of these; itself if it is one."""
        return entries if isinstance(entries, Entries) else cls(entries)

    @classmethod
    def beside(cls, core: Core, *, more: frozenset[Listed] = NOTHING, less: frozenset[Listed] = NOTHING) -> Entries:
        """The core with some entries that it has not, and without some that it has."""
        return cls.__new__(cls)._set(core, more, less)

    def __contains__(self, entry: object) -> bool:
        return entry in self.more or (entry in self.core and entry not in self.less)

    def __iter__(self) -> Iterator[Listed]:
        if not self.less:
            return chain(self.core, self.more)
        less = self.less
        return chain((entry for entry in self.core if entry not in less), self.more)

    def __len__(self) -> int:
        return len(self.core) + len(self.more) - len(self.less)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Entries) and other.core is self.core:
            return (self.more, self.less) == (other.more, other.less)
        return isinstance(other, Set) and len(self) == len(other) and not self - other

    def __le__(self, other: Set[object]) -> bool:
        return len(self) <= len(other) and not self - other

    def __sub__(self, other: Set[object]) -> frozenset[Listed]:
        if isinstance(other, Entries) and other.core is self.core:
            return frozenset(
                [entry for entry in self.more if entry not in other] + [entry for entry in other.less if entry in self]
            )
        if isinstance(other, Entries) and self.core.is_in_parts and other.core.is_in_parts:
            return frozenset(map(entry_of, self.parts - other.parts))
        return self.plain.difference(_plain(other))

    def __rsub__(self, other: Set[Listed]) -> frozenset[Listed]:
        return frozenset(entry for entry in other if entry not in self)

    def __and__(self, other: Set[object]) -> frozenset[Listed]:
        if len(other) > len(self):
            return frozenset(entry for entry in self if entry in other)
        return frozenset(entry for entry in other if isinstance(entry, Listed) and entry in self)

    __rand__ = __and__

    @classmethod
    def _from_iterable(cls, it: Iterable[Listed]) -> frozenset[Listed]:  # type: ignore[override]
        return frozenset(it)

    @property
    def plain(self) -> frozenset[Listed]:
        """The same as a plain set."""
        return (self.core.entries - self.less) | self.more if self.less or self.more else self.core.entries

    @property
    def whole(self) -> Entries:
        """The same as a core of its own."""
        return Entries.beside(Core(parts=self.parts)) if self.less or self.more else self

    @property
    def parts(self) -> Parts:
        """The entries as the parts of a list's digest."""
        if self._parts is None:
            changed = self.more or self.less
            core = self.core.parts
            self._parts = core.changed(drop=map(as_line, self.less), add=map(as_line, self.more)) if changed else core
        return self._parts

    @property
    def urls(self) -> frozenset[Listed]:
        """Those that are URLs."""
        return (self.core.urls - self.less) | urls_of(self.more)

    @property
    def url_count(self) -> int:
        """How many of them are."""
        return len(self.urls)

    @property
    def domains(self) -> Entries:
        """Those that are domains: all that DNS can carry."""
        core, urls = self.core.domains, urls_of(self.more)
        if core is self.core and not urls:
            return self
        return Entries.beside(core, more=self.more - urls, less=self.less - self.core.urls)

    def changed(self, *, add: Iterable[Listed] = (), drop: Iterable[Listed] = ()) -> Entries:
        """The list without some entries and with others."""
        come = frozenset(add)
        gone = frozenset(entry for entry in drop if entry in self and entry not in come)
        come = frozenset(entry for entry in come if entry not in self)
        if not come and not gone:
            return self
        core = self.core
        after = Entries.__new__(Entries)._set(
            core,
            (self.more - gone) | {entry for entry in come if entry not in core},
            (self.less | {entry for entry in gone if entry in core}) - come,
            None if self._parts is None else self._parts.changed(drop=map(as_line, gone), add=map(as_line, come)),
        )
        return after if len(after.more) + len(after.less) <= core.most else after.whole

    def near(self, other: Entries) -> Entries:
        """The same on the other's core, where it differs from that by few domains.  The other is a list of domains alone."""
        core = other.core
        if self.core.domains is core or abs(len(self) - self.url_count - len(core)) > core.most:
            return self
        domains, base = self.domains, Entries.beside(core)
        if self.core.is_in_parts:
            more, less = domains - base, base - domains
        else:  # what has just been compiled: lines are compared sooner than they are cut into parts
            mine, theirs = domains.lines, core.lines
            more, less = frozenset(map(entry_of, mine - theirs)), frozenset(map(entry_of, theirs - mine))
        if len(more) + len(less) > core.most:
            return self
        if urls := self.urls:
            core = Core(parts=core.parts.changed(add=map(as_line, urls)), domains=core, urls=urls)
        return Entries.__new__(Entries)._set(core, more, less, self._parts)

    @property
    def lines(self) -> set[str]:
        """The entries as lines."""
        lines = self.core.lines
        lines.difference_update(map(as_line, self.less))
        lines.update(map(as_line, self.more))
        return lines


def as_line(entry: tuple[str, ...]) -> str:
    """`name scope`: how an entry stands in a list's digest and in the agent's memory."""
    return " ".join(entry)


_SCOPES = {scope.value: scope for scope in Scope}


def entry_of(line: str) -> Listed:
    """The entry again."""
    name, _, scope = line.partition(" ")
    return Listed(name, _SCOPES[scope])


_PARTS = tuple(f"{number:03x}" for number in range(4096))


def part_of(line: str) -> str:
    """The part of a list's digest in which a line stands: the last three digits of its CRC-32, which spreads names evenly.

    What keeps a list from being mistaken for another one is the SHA-256 of its parts, not where they are cut.
    """
    return _PARTS[crc32(line.encode()) & 0xFFF]


def _urls_in(parts: Parts) -> frozenset[Listed]:
    """The URLs of such parts, most of which have none."""
    some = (part for part in parts.names if "/" in parts.text(part))
    return frozenset(entry_of(line) for part in some for line in parts.lines(part) if "/" in line)


def still_covered(entries: Set[Listed], wanted: Set[Listed]) -> Entries:
    """The entries that the other list would also block.

    A whole domain that has been narrowed to its own name is narrowed here too: that takes away and adds nothing.
    """
    by = Coverage(wanted)
    ended = [entry for entry in entries - wanted if not by.covers(entry)]
    narrowed = [Listed(entry.name, Scope.EXACT) for entry in ended if by.blocks(entry.name)]
    return Entries.of(entries).changed(drop=ended, add=narrowed)


def _plain(entries: Set[object]) -> Set[object]:
    return entries.plain if isinstance(entries, Entries) else entries
