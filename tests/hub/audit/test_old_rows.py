"""Entries from before there was a tree are taken in once, as they are."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry, LogState
from skyddsnat.hub.audit.queries.verifying import verify
from skyddsnat.hub.audit.services import record, sequence, take_in_old_rows
from skyddsnat.hub.members.actor import HUB


def old_rows(count: int) -> None:
    with connection.cursor() as cursor:
        for number in range(count):
            cursor.execute(
                "INSERT INTO audit_entry(at, member_id, token, action, kind, object_id, facts, salt, personal, stamp)"
                " VALUES (%s, 'alfa', '', 'signal.approved', 'signal', %s, %s, %s, '', %s)",
                [timezone.now(), str(number), '{"step": 1, "reasons": ["\\u00e5"]}', b"", b""],
            )


def note_old_rows() -> None:
    LogState.objects.all().delete()
    import_module("skyddsnat.hub.audit.migrations.0003_earlier_entries").note(apps, None)


def test_rows_of_an_earlier_release_are_taken_in(cast, log_key):
    before = Entry.objects.filter(stamp=b"").count()
    old_rows(5)
    note_old_rows()
    assert take_in_old_rows() == before + 5
    record(HUB, "member.joined", kind="member", object_id="new")
    sequence()
    assert not Entry.objects.filter(leaf_index=None).exists()
    assert verify().whole
    assert take_in_old_rows() == 0


def test_once_something_is_signed_no_row_passes_for_an_old_one(cast, log_key, behind):
    record(HUB, "member.joined", kind="member", object_id="new")
    sequence()
    old_rows(1)
    behind("UPDATE audit_logstate SET old_until = 1000000")
    assert take_in_old_rows() == 0
    assert sequence() == 0


@pytest.mark.django_db(transaction=True)
def test_the_migration_counts_what_is_there_and_goes_back():
    executor = MigrationExecutor(connection)
    executor.migrate([("audit", "0001_initial")])
    old = executor.loader.project_state([("audit", "0001_initial")]).apps.get_model("audit", "Entry")
    rows = [old.objects.create(at=timezone.now(), action="a.b", kind="k", object_id=str(n)) for n in range(3)]
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert LogState.objects.get().old_until == rows[-1].pk
    assert [(row.action, row.leaf_index) for row in Entry.objects.order_by("pk")] == [("a.b", None)] * 3
