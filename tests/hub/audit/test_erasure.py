"""Who a person was can be forgotten, and the log still verifies; nothing else can be taken out under that pretext."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import ProtectedError

from skyddsnat.hub.audit.leaves import leaf_of
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.queries.verifying import verify
from skyddsnat.hub.audit.services import record, sequence
from skyddsnat.hub.audit.words import line_of
from skyddsnat.hub.members import services
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.policy.errors import PolicyRefusal
from tests.figures import figure


@pytest.fixture
def leaver(cast, fill) -> Person:
    """A person who has acted, was acted upon, and has left."""
    person = cast.person("beta", "analyst")
    record(HUB, "person.roles_changed", kind="person", object_id=person.pk, of="beta", added=["auditor"])
    record(HUB, "rule.confirmed", kind="rule", object_id=1, person=str(person.pk), type="domain")
    fill(12)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    return person


def traces(person: Person) -> list[str]:
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT * FROM audit_entry").fetchall()
    text = str(rows)
    return [word for word in (str(person.pk), person.pk.hex, person.email, person.name) if word in text]


def test_after_the_erasure_the_log_knows_the_person_no_more_and_still_verifies(leaver, fill, cast):
    before = {entry.pk: leaf_of(entry) for entry in Entry.objects.exclude(leaf_index=None)}
    assert verify().whole
    erased = services.erase_person(HUB, leaver)
    sequence()
    assert erased >= 6
    left = traces(leaver)
    assert left == []
    assert not Entry.objects.filter(person=leaver).exists()
    changed = [pk for pk, leaf in before.items() if leaf_of(Entry.objects.get(pk=pk)) != leaf]
    assert changed == []
    assert verify().whole
    again = Person.objects.get(pk=leaver.pk)
    assert (again.name, again.email.endswith("@erased.invalid")) == ("", True)
    told = Entry.objects.get(action="log.details_erased")
    assert told.facts["entries"] == erased
    assert services.erase_person(HUB, again) == 0
    figure("audit.erasure", erased=erased, traces=len(left), leaves=len(before), leaves_changed=len(changed))


def test_what_was_done_stays_by_a_person_of_the_member(leaver, cast):
    entry = Entry.objects.filter(person=leaver, member="beta").first()
    services.erase_person(HUB, leaver)
    line = line_of(Entry.objects.get(pk=entry.pk), reader=cast.person("vakten", "auditor"))
    assert (line.who, line.member) == ("en person", leaver.member.name)


def test_entries_that_wait_can_be_erased_too(leaver):
    waiting = record(Actor.of(leaver), "signal.approved", kind="signal", object_id=1)
    services.erase_person(HUB, leaver)
    sequence()
    assert Entry.objects.get(pk=waiting.pk).leaf_index is not None
    assert verify().whole


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET person_id = NULL, salt = %s WHERE leaf_index = 2",
        "UPDATE audit_entry SET person_id = NULL, salt = %s, erased_by_id = (SELECT MAX(id) FROM audit_entry"
        " WHERE action = 'log.details_erased') WHERE leaf_index = 2",
        "UPDATE audit_entry SET person_id = NULL, salt = %s, erased_by_id = (SELECT MIN(id) FROM audit_entry)"
        " WHERE leaf_index = 2",
    ],
)
def test_details_that_vanish_without_an_entry_that_says_so_are_found(leaver, behind, sql):
    services.erase_person(HUB, leaver)
    sequence()
    assert Entry.objects.get(leaf_index=2).person_id
    behind(sql, b"")
    faults = verify().faults
    assert [fault.code for fault in faults] == ["changed"]


def test_a_person_who_may_still_come_in_is_not_erased(cast, log_key):
    with pytest.raises(PolicyRefusal, match="still_active"):
        services.erase_person(HUB, cast.person("beta", "analyst"))
    with pytest.raises(PolicyRefusal, match="not_coordinator"):
        services.erase_person(Actor.of(cast.person("alfa", "analyst")), cast.person("beta", "analyst"))


def test_a_person_in_the_log_cannot_be_deleted_past_the_erasure(leaver):
    with pytest.raises(ProtectedError):
        leaver.delete()
