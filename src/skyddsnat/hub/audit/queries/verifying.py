"""The whole log, looked through: each row against its leaf, the leaves against every root that the hub has signed.

Reads once from the first entry to the last, in the order of the tree, and holds no more than an edge of hashes in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from skyddsnat.hub.audit import keys
from skyddsnat.hub.audit.leaves import is_ours, leaf_of
from skyddsnat.hub.audit.models import Checkpoint, Entry, LogState, Node
from skyddsnat.hub.audit.queries.paging import in_pages
from skyddsnat.hub.audit.queries.tree import newest, tree
from skyddsnat.protocols import log as merkle

MOST_FAULTS: Final = 20
EVERY: Final = 10_000
"""Entries between two words of progress."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit.  index: place in the tree; entry: id of the row; either may be unknown."""

    code: str
    index: int | None
    entry: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.  faults: in the order of the tree, the first ones of possibly more."""

    size: int
    root: str
    checkpoints: int
    waiting: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(progress: Callable[[int, int], None] = lambda _done, _all: None) -> Verdict:
    """Look through everything.  progress: called with how many entries are done, of how many."""
    last = newest()
    size = last.size if last else 0
    look = _Look(size, progress)
    faults = []
    for fault in look.faults():
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    waiting = Entry.objects.filter(leaf_index=None).count()
    return Verdict(size, bytes(last.root).hex() if last else "", Checkpoint.objects.count(), waiting, tuple(faults))


class _Look:
    """One look through the log, on the state of its newest checkpoint."""

    def __init__(self, size: int, progress: Callable[[int, int], None]) -> None:
        self._size = size
        self._progress = progress
        self._key = keys.signer().key
        self._frontier = merkle.Frontier()
        self._checkpoints = in_pages(Checkpoint.objects.filter(size__lte=size), "size")
        self._next = next(self._checkpoints, None)
        self._good_until = 0
        self._broken = False

    def faults(self) -> Iterator[Fault]:
        yield from self._memory()
        yield from self._sequenced()
        yield from self._inner_nodes()
        yield from self._waiting()
        yield from _erasures()

    def _memory(self) -> Iterator[Fault]:
        try:
            kept = keys.remembered(self._key)
        except merkle.BadLog as bad:
            yield Fault("memory", None, None, bad.message)
            return
        if kept is not None and kept.size > max(self._size, _size_now()):
            detail = f"the log has {self._size} entries, expected at least the {kept.size} that were signed"
            yield Fault("shorter", self._size, None, detail)
        elif kept is not None:
            row = Checkpoint.objects.filter(pk=kept.size).first()
            if row is None or bytes(row.root) != kept.root:
                yield Fault(
                    "checkpoint", kept.size, None, "the checkpoint that was signed is not the one in the database"
                )

    def _sequenced(self) -> Iterator[Fault]:
        rows = in_pages(Entry.objects.exclude(leaf_index=None), "leaf_index")
        row = next(rows, None)
        for index, node in enumerate(self._leaves()):
            while row is not None and (row.leaf_index or 0) < index:  # -1, say
                yield Fault("inserted", row.leaf_index, row.pk, "the row has a place that is not in the tree")
                row = next(rows, None)
            if row is None or row.leaf_index != index:
                yield Fault("removed", index, None, f"entry {index} is missing{_around(index)}")
            else:
                yield from self._compare(row, index, node)
                row = next(rows, None)
            if node is not None:
                self._frontier.append(node)
                yield from self._roots()
            if index % EVERY == EVERY - 1:
                self._progress(index + 1, self._size)
        while row is not None:
            if not _came_meanwhile(row):
                yield Fault("inserted", row.leaf_index, row.pk, "the row has a place behind the end of the tree")
            row = next(rows, None)
        self._progress(self._size, self._size)

    def _leaves(self) -> Iterator[bytes | None]:
        """The leaf at each place; None where the tree itself lacks it."""
        index = 0
        for node in in_pages(Node.objects.filter(level=0, position__lt=self._size), "position"):
            while index < node.position:
                yield None
                index += 1
            yield bytes(node.hash)
            index += 1
        yield from [None] * (self._size - index)

    def _compare(self, row: Entry, index: int, node: bytes | None) -> Iterator[Fault]:
        if node is None:
            self._broken = True
            yield Fault("tree", index, row.pk, f"the tree lacks entry {index}")
        elif (leaf := leaf_of(row)) != node:
            place = Node.objects.filter(level=0, hash=leaf).values_list("position", flat=True).first()
            if place is not None:
                yield Fault("reordered", index, row.pk, f"entry {place} stands in the place of entry {index}")
            else:
                yield Fault("changed", index, row.pk, f"the row of entry {index} was changed after it was written")
        elif not row.salt and row.erased_by_id is None:
            yield Fault("changed", index, row.pk, "personal details are gone and no erasure was logged for it")

    def _roots(self) -> Iterator[Fault]:
        while self._next is not None and self._next.size <= self._frontier.size:
            signed, self._next = self._next, next(self._checkpoints, None)
            try:
                read = merkle.read_checkpoint(signed.note, self._key)
            except merkle.BadLog as bad:
                yield Fault("checkpoint", signed.size, None, f"checkpoint {signed.size}: {bad.message}")
                continue
            if self._broken:
                continue
            if (read.size, read.root) != (self._frontier.size, self._frontier.root):
                self._broken = True
                between = f"between entries {self._good_until} and {signed.size - 1}"
                yield Fault(
                    "tree", self._good_until, None, f"{between} the tree does not give the root that was signed"
                )
            elif bytes(signed.root) != read.root:
                yield Fault(
                    "checkpoint", signed.size, None, f"checkpoint {signed.size} has another root than its signed text"
                )
            else:
                self._good_until = signed.size

    def _inner_nodes(self) -> Iterator[Fault]:
        """What proofs are made of."""
        if self._broken or not self._size:
            return
        try:
            fits = tree().root(self._size) == self._frontier.root
        except merkle.BadLog as bad:
            yield Fault("tree", None, None, bad.message)
        else:
            if not fits:
                yield Fault("tree", None, None, "a node above the entries was changed; the entries themselves fit")

    def _waiting(self) -> Iterator[Fault]:
        old = LogState.objects.filter(pk=1).values_list("old_until", flat=True).first() or 0
        for row in in_pages(Entry.objects.filter(leaf_index=None), "pk"):
            if row.pk > old and not is_ours(row):
                yield Fault("inserted", None, row.pk, "the row was not written by the hub, or was changed since")


def _came_meanwhile(row: Entry) -> bool:
    """Whether the tree has grown over the row's place since the look began; the next look compares it."""
    return row.leaf_index is not None and row.leaf_index < _size_now()


def _size_now() -> int:
    last = newest()
    return last.size if last else 0


def _around(index: int) -> str:
    """The row before the gap, so that a person finds the place."""
    before = Entry.objects.filter(leaf_index__lt=index).order_by("-leaf_index").first()
    return f"; the row before it has id {before.pk}" if before else ""


def _erasures() -> Iterator[Fault]:
    """Each erasure names by a digest what it erased."""
    from skyddsnat.hub.audit.services.erasure import ERASED, erasure_digest

    rows = Entry.objects.exclude(erased_by=None).order_by("erased_by_id", "pk")
    for told_id, group in groupby(rows, key=lambda row: row.erased_by_id):
        erased = list(group)
        told = Entry.objects.filter(pk=told_id).first()
        digest = erasure_digest(row.personal for row in erased)
        if (
            told is None
            or told.action != ERASED
            or told.facts.get("entries") != len(erased)
            or told.facts.get("sha256") != digest
        ):
            first = erased[0]
            detail = "details were erased beyond what the log says of it"
            yield Fault("changed", first.leaf_index, first.pk, detail)
