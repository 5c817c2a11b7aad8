"""Any row that was edited, removed, inserted or moved behind the hub's back is found, and the first one is named."""

from __future__ import annotations

import random

import pytest
from django.db import connection, transaction

from skyddsnat.hub.audit.models import Checkpoint, Entry
from skyddsnat.hub.audit.queries import verifying
from skyddsnat.hub.audit.queries.verifying import Fault, verify
from tests.effort import seed, tries
from tests.figures import figure

ROWS = 32


class Undo(Exception):
    """Rolls a trial back."""


def found_after(*statements: tuple[str, list[object]]) -> tuple[Fault, ...]:
    faults: tuple[Fault, ...] = ()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for sql, values in statements:
                    cursor.execute(sql, values)
            faults = verify().faults
            raise Undo
    except Undo:
        return faults


def test_a_whole_log_has_no_fault(fill, log_key):
    fill(ROWS, goes=4)
    verdict = verify()
    assert verdict.whole
    assert (verdict.size, verdict.checkpoints, verdict.waiting) == (Entry.objects.count(), 4, 0)


def test_what_the_hub_writes_while_it_is_looked_through_is_left_to_the_next_look(fill, log_key, monkeypatch):
    fill(ROWS, goes=4)
    before = Checkpoint.objects.order_by("-size").first()
    fill(3, goes=1)
    first = [before]  # what the look found when it began
    true_newest = verifying.newest
    monkeypatch.setattr(verifying, "newest", lambda: first.pop() if first else true_newest())
    verdict = verify()
    assert (verdict.size, verdict.faults) == (before.size, ())


def test_every_change_of_one_row_is_found_and_named(fill, log_key):
    fill(ROWS, goes=4)
    rng, found, tried = random.Random(seed()), 0, 0
    columns = {
        "at": "2020-01-01 00:00:00+00:00",
        "member_id": "gamma",
        "token": "another",
        "action": "signal.rejected",
        "kind": "rule",
        "object_id": "other",
        "circle": "0" * 32,
        "facts": '{"reason": "curious"}',
        "person_id": None,
        "salt": bytes(32),
        "leaf_index": 10_000,
    }
    for index in range(ROWS):
        for column in rng.sample(sorted(columns), tries(short=4, long=len(columns))):
            tried += 1
            faults = found_after(
                (f"UPDATE audit_entry SET {column} = %s WHERE leaf_index = %s", [columns[column], index])  # noqa: S608
            )
            found += bool(faults) and faults[0].index == index
    figure("audit.rows_changed", found=found, of=tried)
    assert found == tried


def test_every_row_that_is_removed_is_found_and_named(fill, log_key):
    fill(ROWS, goes=4)
    found = sum(
        found_after(("DELETE FROM audit_entry WHERE leaf_index = %s", [index]))[0].index == index
        for index in range(ROWS)
    )
    figure("audit.rows_removed", found=found, of=ROWS)
    assert found == ROWS


def test_every_two_rows_that_change_places_are_found(fill, log_key):
    fill(ROWS, goes=4)
    rng, found, tried = random.Random(seed()), 0, tries(short=40, long=400)
    for _ in range(tried):
        one, other = sorted(rng.sample(range(ROWS), 2))
        faults = found_after(
            ("UPDATE audit_entry SET leaf_index = -1 WHERE leaf_index = %s", [one]),
            ("UPDATE audit_entry SET leaf_index = %s WHERE leaf_index = %s", [one, other]),
            ("UPDATE audit_entry SET leaf_index = %s WHERE leaf_index = -1", [other]),
        )
        found += (faults[0].code, faults[0].index) == ("reordered", one)
    figure("audit.rows_swapped", found=found, of=tried)
    assert found == tried


COPY = (
    "INSERT INTO audit_entry(at, member_id, person_id, token, action, kind, object_id, circle, facts, salt, personal, stamp,"
    " leaf_index) SELECT at, member_id, person_id, token, {action}, kind, object_id, circle, facts, salt, personal, stamp,"
    " {index} FROM audit_entry WHERE leaf_index = %s"
)


def test_every_row_that_is_put_in_is_found(fill, log_key):
    """With a place behind the end, with the place of one that is pushed out, or without a place, as a new one would have."""
    fill(ROWS, goes=4)
    found = tried = 0
    for index in range(0, ROWS, tries(short=2, long=1)):
        tried += 3
        found += bool(found_after((COPY.format(action="action", index=10_000), [index])))
        found += bool(found_after((COPY.format(action="'signal.rejected'", index="NULL"), [index])))
        pushed = found_after(
            ("UPDATE audit_entry SET leaf_index = 10000 WHERE leaf_index = %s", [index]),
            (COPY.format(action="'signal.rejected'", index=index), [10_000]),
        )
        found += bool(pushed)
    figure("audit.rows_inserted", found=found, of=tried)
    assert found == tried


def test_a_row_that_is_changed_together_with_its_leaf_is_found_by_the_signed_root(fill, log_key):
    fill(ROWS, goes=4)
    faults = found_after(
        ("UPDATE audit_entry SET action = 'x' WHERE leaf_index = 17", []),
        ("UPDATE audit_node SET hash = %s WHERE level = 0 AND position = 17", [leaf_with("x", 17)]),
    )
    assert faults[0].code == "tree"
    assert faults[0].detail.startswith("between entries 16 and 23")


def leaf_with(action: str, index: int) -> bytes:
    from skyddsnat.hub.audit.leaves import leaf_of

    entry = Entry.objects.get(leaf_index=index)
    entry.action = action
    return leaf_of(entry)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_node SET hash = %s WHERE level = 0 AND position = 9",
        "DELETE FROM audit_node WHERE level = 0 AND position = 9 AND hash <> %s",
        "UPDATE audit_node SET hash = %s WHERE level = 5 AND position = 0",
        "UPDATE audit_checkpoint SET root = %s WHERE size = 16",
    ],
)
def test_a_changed_tree_is_found(fill, log_key, sql):
    fill(ROWS, goes=4)
    assert found_after((sql, [bytes(32)]))


def test_the_end_cut_off_with_its_checkpoints_is_found(fill, log_key):
    fill(ROWS, goes=4)
    last = Checkpoint.objects.order_by("-size")[1].size
    faults = found_after(
        ("DELETE FROM audit_entry WHERE leaf_index >= %s", [last]),
        ("DELETE FROM audit_checkpoint WHERE size > %s", [last]),
    )
    assert faults[0].code == "shorter"


def test_a_checkpoint_with_a_changed_note_is_found(fill, log_key):
    fill(ROWS, goes=4)
    faults = found_after(("UPDATE audit_checkpoint SET note = replace(note, 'log', 'lag') WHERE size = 16", []))
    assert [fault.code for fault in faults] == ["checkpoint"]


def test_progress_is_told(fill, log_key):
    fill(5)
    told = []
    verify(lambda done, of: told.append((done, of)))
    assert told == [(5, 5)]
