"""Entries get their place in the tree, in commit order, and the hub never signs two histories."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from skyddsnat.hub.audit import keys
from skyddsnat.hub.audit.leaves import leaf_of, stamp_of, text_of
from skyddsnat.hub.audit.models import Checkpoint, Entry, Node
from skyddsnat.hub.audit.queries.tree import newest, tree
from skyddsnat.hub.audit.queries.verifying import verify
from skyddsnat.hub.audit.services import LogRefusal, adopt_restored, record, sequence
from skyddsnat.hub.audit.services.clerk import Clerk
from skyddsnat.hub.members.actor import HUB
from skyddsnat.protocols.log import Checkpoint as Said
from skyddsnat.protocols.log import check_consistency, check_inclusion, read_checkpoint, sign_checkpoint


def said(row: Checkpoint | None, key) -> Said:
    assert row is not None
    return read_checkpoint(row.note, key)


def test_every_entry_is_proved_by_the_signed_checkpoint(fill, log_key):
    fill(21)
    signed = said(newest(), log_key)
    assert signed.size == Entry.objects.exclude(leaf_index=None).count()
    for entry in Entry.objects.all():
        proof = tree().inclusion(entry.leaf_index, signed.size)
        check_inclusion(leaf_of(entry), index=entry.leaf_index, size=signed.size, proof=proof, root=signed.root)


def test_each_checkpoint_goes_on_from_all_before(fill, log_key):
    fill(40, goes=5)
    signed = [said(row, log_key) for row in Checkpoint.objects.order_by("size")]
    assert len(signed) == 5
    for number, old in enumerate(signed):
        for new in signed[number:]:
            proof = tree().consistency(old.size, new.size)
            check_consistency(old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=proof)


def test_a_proof_costs_one_question_to_the_database(fill, log_key):
    fill(200)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        tree().inclusion(77, 200)
    assert len(asked) == 1


def test_nothing_new_makes_no_checkpoint(fill, log_key):
    fill(3)
    assert sequence() == 0
    assert Checkpoint.objects.count() == 1


def test_entries_of_every_way_of_adding_are_sealed(cast, log_key):
    person = cast.person("alfa", "reviewer")
    rows = [Entry(at=timezone.now(), action="x.y", kind="signal", object_id=str(number)) for number in range(3)]
    Entry.objects.bulk_create(rows)
    Entry.objects.create(at=timezone.now(), action="x.y", kind="person", object_id=str(person.pk), person=person)
    waiting = Entry.objects.filter(leaf_index=None).count()
    assert sequence() == waiting
    assert verify().whole


def test_a_fact_that_databases_write_differently_is_refused(cast, log_key):
    with pytest.raises(TypeError, match=r"got the fact 1\.5"):
        record(HUB, "x.y", kind="signal", object_id="1", share=1.5)


def test_a_row_that_the_hub_did_not_write_stays_outside(fill, behind, log_key):
    fill(4)
    behind(
        "INSERT INTO audit_entry(at, token, action, kind, object_id, facts, salt, personal, stamp)"
        " VALUES (%s, '', 'signal.approved', 'signal', '9', '{}', %s, '', %s)",
        timezone.now(),
        b"",
        b"",
    )
    assert sequence() == 0
    found = verify()
    assert [fault.code for fault in found.faults] == ["inserted"]


def test_the_hub_refuses_to_go_on_from_a_changed_tree(fill, behind, log_key):
    fill(6)
    behind("UPDATE audit_node SET hash = %s WHERE level = 2 AND position = 0", bytes(32))
    record(HUB, "member.joined", kind="member", object_id="x")
    with pytest.raises(LogRefusal, match="do not give the root"):
        sequence()
    assert Checkpoint.objects.count() == 1


def test_the_hub_refuses_a_checkpoint_that_another_key_has_signed_into_its_place(fill, behind, log_key, settings):
    fill(6)
    keys.remember(sign_checkpoint(Said(log_key.name, 6, bytes(32)), keys.signer()))
    record(HUB, "member.joined", kind="member", object_id="x")
    with pytest.raises(LogRefusal, match="do not give the root"):
        sequence()


def test_the_memory_of_what_was_signed_never_goes_back_by_itself(fill, log_key, settings):
    """Two processes sign one after the other, and may come to the file the other way round."""
    fill(3)
    older = newest()
    fill(5)
    keys.remember(older.note)
    assert keys.remembered(log_key).size == newest().size > older.size
    settings.LOG_KEY_FILE.with_suffix(".signed").write_bytes(b"\xff no checkpoint")
    keys.remember(older.note)
    assert keys.remembered(log_key).size == older.size, "what is none is in nobody's way"


def restore_to(size: int) -> None:
    """What a database looks like that was put back to an earlier day."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_checkpoint WHERE size > %s", [size])
        cursor.execute("DELETE FROM audit_entry WHERE leaf_index >= %s", [size])
    frontier_nodes = [node.pk for node in Node.objects.all() if (node.position + 1) << node.level > size]
    Node.objects.filter(pk__in=frontier_nodes).delete()


def test_a_database_from_an_earlier_day_signs_nothing_before_a_person_says_so(fill, log_key):
    fill(4)
    record(HUB, "member.joined", kind="member", object_id="x")
    sequence()
    restore_to(4)
    record(HUB, "member.joined", kind="member", object_id="other")
    with pytest.raises(LogRefusal, match="put back to an earlier day"):
        sequence()
    assert verify().faults[0].code == "shorter"
    assert adopt_restored(HUB) == (5, 4)
    assert sequence() == 2
    told = Entry.objects.get(action="log.restored")
    assert (told.facts["lost"], told.facts["kept"]) == (5, 4)
    assert verify().whole
    with pytest.raises(LogRefusal, match="nothing to adopt"):
        adopt_restored(HUB)


def test_the_logs_name_stays_when_the_hub_moves(log_key, settings):
    before = log_key.name
    settings.BASE_URL = "https://elsewhere.example"
    assert keys.signer().key.name == before


@pytest.mark.django_db(transaction=True)
def test_the_clerk_sequences_what_is_written_meanwhile(log_key):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory belongs to one thread; the demo's journeys run the clerk on SQLite in files")
    clerk = Clerk()
    clerk.start(delay=0.05)
    for number in range(30):
        record(HUB, "member.joined", kind="member", object_id=number)
        clerk.wake()
    until = time.monotonic() + 120
    while Entry.objects.filter(leaf_index=None).exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert verify().whole
    assert newest().size == 30


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_later_with_a_lower_number_is_not_skipped(log_key):
    """On PostgreSQL numbers are given before the commit.  Sequencing behind a number would lose the slow one."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, so numbers are in commit order")
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(HUB, "member.joined", kind="member", object_id="slow")
                begun.set()
                go_on.wait(120)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(120)
    fast = record(HUB, "member.joined", kind="member", object_id="fast")
    assert sequence() == 1
    go_on.set()
    thread.join(120)
    assert sequence() == 1
    late = Entry.objects.get(object_id="slow")
    assert late.pk < fast.pk
    assert (late.leaf_index, Entry.objects.get(pk=fast.pk).leaf_index) == (1, 0)
    assert verify().whole


def test_the_stamp_is_the_one_that_older_entries_bear(db):
    """A key of another derivation would leave every entry outside the log that an older hub has written."""
    entry = record(HUB, "a.b", kind="k", object_id="1")
    text = text_of(entry)
    assert entry.stamp == salted_hmac("skyddsnat.audit.stamp", text, algorithm="sha256").digest()
    with override_settings(SECRET_KEY="another"):
        assert stamp_of(entry) == salted_hmac("skyddsnat.audit.stamp", text, algorithm="sha256").digest()
