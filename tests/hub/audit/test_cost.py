"""What an entry costs whoever writes it, and the clerk: measured, never judged by."""

from __future__ import annotations

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.queries.verifying import verify
from skyddsnat.hub.audit.services import record, sequence
from skyddsnat.hub.members.actor import HUB
from tests.effort import tries
from tests.figures import figure

COUNT = tries(short=1_000, long=20_000)


def test_writing_an_entry_is_one_insert_and_waits_for_no_tree(cast, log_key):
    with CaptureQueriesContext(connection) as asked:
        record(HUB, "signal.expired", kind="signal", object_id="x")
    assert [query["sql"].split()[0] for query in asked] == ["INSERT"]


def test_the_costs_are_stated(cast, log_key):
    began = time.perf_counter()
    for number in range(COUNT):
        record(HUB, "signal.expired", kind="signal", object_id=number, was="verified")
    written = time.perf_counter()
    entry = Entry(at=Entry.objects.first().at, action="x.y", kind="signal", object_id="1", facts={"was": "verified"})
    for _ in range(COUNT):
        entry.seal()
    sealed = time.perf_counter()
    while sequence():
        pass
    sequenced = time.perf_counter()
    assert verify().whole
    looked = time.perf_counter()
    figure(
        "audit.append",
        entries=COUNT,
        write_us=round((written - began) / COUNT * 1e6),
        of_which_seal_us=round((sealed - written) / COUNT * 1e6),
        sequenced_per_s=round(COUNT / (sequenced - sealed)),
        verified_per_s=round(COUNT / (looked - sequenced)),
    )
