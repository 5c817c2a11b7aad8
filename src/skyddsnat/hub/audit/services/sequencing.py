"""Entries get their place in the tree, and the hub signs what came of it.

A place is given behind the commit, under one lock: a row whose transaction began earlier and commits later simply gets a later
place.  Nothing is ever looked for behind a position, so nothing can be skipped; writers of entries never wait here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.utils import timezone

from skyddsnat.hub.adding import add_rows, new_row
from skyddsnat.hub.audit import keys
from skyddsnat.hub.audit.leaves import our_leaf
from skyddsnat.hub.audit.models import Checkpoint, Entry, LogState, Node
from skyddsnat.hub.audit.queries.paging import in_pages
from skyddsnat.hub.audit.queries.tree import newest, tree
from skyddsnat.protocols import log as merkle

if TYPE_CHECKING:
    from skyddsnat.hub.members.actor import Actor

log = logging.getLogger(__name__)

BATCH: Final = 5_000
"""Entries in one go: bounds how long the lock and, on SQLite, the write lock are held."""


class LogRefusal(Exception):
    """The hub does not sign.  The message says what it found, what it expected and what to do."""


def sequence(*, limit: int = BATCH) -> int:
    """Give the entries that wait their place and sign a checkpoint.  Returns how many did.

    Raises LogRefusal where a new checkpoint would contradict one that was signed before.
    """
    if not Entry.objects.filter(leaf_index=None).exists():
        return 0
    keys.origin()
    with transaction.atomic():
        LogState.objects.select_for_update().get(pk=1)
        entries = _waiting(limit)
        if not entries:
            return 0
        frontier = _checked_edge()
        places = []
        made: list[tuple[merkle.Place, bytes]] = []
        for pk, leaf in entries:
            places.append((frontier.size, pk))
            made += frontier.append(leaf)
        add_rows([new_row(Node, level=place.level, position=place.position, hash=value) for place, value in made])
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE audit_entry SET leaf_index = %s WHERE id = %s", places)
        note = _sign(frontier)
    keys.remember(note)
    return len(entries)


def _waiting(limit: int) -> list[tuple[int, bytes]]:
    """Id and leaf of entries without a place, in the order of their writing.  What the hub did not write stays outside."""
    found = []
    for entry in in_pages(Entry.objects.filter(leaf_index=None), "id"):
        if (leaf := our_leaf(entry)) is not None:
            found.append((entry.pk, leaf))
            if len(found) == limit:
                break
        elif entry.stamp or not _is_old(entry):
            log.error("entry with id %d was not made by the hub and stays outside the log", entry.pk)
    return found


def _is_old(entry: Entry) -> bool:
    return LogState.objects.filter(pk=1, old_until__gte=entry.pk).exists()


def fault_of_log() -> str:
    """Why the hub would not sign now, "" if it would: a look at the tree's edge, not at every row."""
    try:
        _checked_edge()
    except LogRefusal as refusal:
        return str(refusal)
    return ""


def _checked_edge() -> merkle.Frontier:
    """The tree's right edge, if the nodes still give the root that was signed last.  Raises LogRefusal."""
    signed, kept = newest(), _remembered()
    size = signed.size if signed else 0
    if kept is not None and kept.size > size:
        raise LogRefusal(
            f"the database holds {size} entries of the log, expected at least the {kept.size} that were signed: it was put "
            "back to an earlier day; docs/security/log.md tells what to do (skyddsnat hub audit adopt-restored)"
        )
    try:
        frontier = merkle.Frontier.of(tree(), size)
        same = kept is None or tree().root(kept.size) == kept.root
    except merkle.BadLog as bad:
        raise LogRefusal(f"the tree is damaged ({bad.message}); run: skyddsnat hub audit verify") from bad
    if (signed is not None and frontier.root != bytes(signed.root)) or not same:
        raise LogRefusal(
            f"the first {size} entries do not give the root that was signed for them; run: skyddsnat hub audit verify"
        )
    return frontier


def _remembered() -> merkle.Checkpoint | None:
    try:
        return keys.remembered(keys.signer().key)
    except merkle.BadLog as bad:
        raise LogRefusal(bad.message) from bad


def _sign(frontier: merkle.Frontier) -> str:
    signer = keys.signer()
    note = merkle.sign_checkpoint(merkle.Checkpoint(signer.name, frontier.size, frontier.root), signer)
    Checkpoint.objects.create(size=frontier.size, root=frontier.root, at=timezone.now(), note=note)
    return note


def adopt_restored(actor: Actor) -> tuple[int, int]:
    """Go on from a database that was put back to an earlier day.  Returns the sizes lost and kept.

    Every agent that has seen the lost entries will refuse the log and shout until a person there has been told why: that is
    what witnesses are for, and it cannot be avoided from here.
    """
    from skyddsnat.hub.audit.services.entries import record

    signed, lost = newest(), _remembered()
    size = signed.size if signed else 0
    if lost is None or lost.size <= size:
        raise LogRefusal(f"the database holds all {size} signed entries, expected fewer; there is nothing to adopt")
    keys.forget()
    if signed is not None:
        keys.remember(signed.note)
    with transaction.atomic():
        record(
            actor, "log.restored", kind="coalition", object_id="log", lost=lost.size, root=lost.root.hex(), kept=size
        )
    return lost.size, size
