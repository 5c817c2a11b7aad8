"""A complaint comes in: it holds and lifts nothing, and the same name is one case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.complaints.models import Case, CaseBlock, Complaint
from skyddsnat.hub.members.models import CircleMembership
from skyddsnat.policy.complaints import Outcome
from skyddsnat.policy.vocabulary import Marking, Scope
from tests.hub.complaints.conftest import Desk, Stage, refused
from tests.hub.signals.conftest import pattern_of


def test_a_complaint_holds_the_block_and_lifts_nothing(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    complaint = desk.complain("fel.test")
    signal = stage.again(signal)
    assert (signal.state, signal.lifted, signal.ceiling) == ("disputed", False, "block")
    assert stage.live("verified") == {pattern_of(signal): "block"}
    assert desk.block(complaint).signal == signal
    assert desk.case(complaint).decided_at is None


def test_the_same_name_from_several_operators_is_one_case(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test", scope=Scope.SUBDOMAINS)
    first = desk.complain("fel.test")
    below = desk.complain("www.fel.test", member="beta")
    other = desk.complain("annat.test", member="beta")
    assert first.case_id == below.case_id != other.case_id
    assert CaseBlock.objects.count() == 1


def test_a_complaint_by_reference_finds_the_same_case(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test")
    first, second = desk.complain("fel.test"), desk.complain(entry=signal.reference, member="gamma")
    assert first.case_id == second.case_id
    assert (first.by, second.by) == ("name", "entry")


def test_a_host_entry_does_not_stand_behind_what_lies_below_it(desk: Desk, stage: Stage) -> None:
    signal = stage.verified("fel.test", scope=Scope.EXACT)
    complaint = desk.complain("www.fel.test")
    assert desk.case(complaint).outcome == "not_listed"
    assert stage.again(signal).state == "verified"


def test_a_case_that_goes_by_a_name_of_another_circle_is_not_joined(desk: Desk, stage: Stage) -> None:
    """Its page would show the name, masked, to a member that does not have it."""
    CircleMembership.objects.create(circle=stage.cast.leads, member=stage.cast.vakten, joined_at=stage.now)
    tree = stage.verified("fel.test", scope=Scope.SUBDOMAINS, circle=stage.cast.leads)
    host = stage.verified("sida.fel.test")
    CircleMembership.objects.filter(circle=stage.cast.circle, member="beta").update(left_at=stage.now)
    first = desk.complain("sida.fel.test", member="alfa")
    assert {block.signal for block in desk.case(first).blocks.all()} == {host, tree}
    second = desk.complain("annan.fel.test", member="beta")
    assert desk.case(second).value == "fel.test"
    assert second.case_id != first.case_id
    beta = stage.cast.person("beta", "analyst")
    assert [case.value for case in Case.objects.visible_to(beta)] == ["fel.test"]


@pytest.mark.parametrize("how", ["unknown", "not verified", "red", "another circle"])
def test_what_the_members_agents_do_not_block_is_nothing_to_lift(desk: Desk, stage: Stage, how: str) -> None:
    member = "alfa"
    if how == "not verified":
        stage.signal("beta", "fel.test")
    elif how == "red":
        named = [stage.cast.person("vakten", "reviewer"), stage.cast.person("solros", "reviewer")]
        stage.verified("fel.test", marking=Marking.RED, named=[stage.cast.person("alfa", "analyst"), *named])
    elif how == "another circle":
        stage.verified("fel.test")
        member = "omega"
    case = desk.case(desk.complain("fel.test", member=member))
    assert (case.outcome, case.decided_at, case.blocks.count()) == ("not_listed", stage.now, 0)


def test_the_same_complaint_again_is_one(desk: Desk, stage: Stage) -> None:
    key = uuid4()
    first = desk.complain("fel.test", key=key)
    assert desk.complain("fel.test", key=key) == first
    assert desk.complain("fel.test", key=key, member="beta") != first, "another member's page makes its own ids"
    assert Complaint.objects.count() == 2


def test_more_than_an_hour_takes_wait_at_the_stop_page(desk: Desk, stage: Stage, settings: object) -> None:
    settings.COMPLAINTS_PER_HOUR = 2  # type: ignore[attr-defined]
    desk.complain("a.test")
    desk.complain("b.test")
    with refused("too_many_complaints"):
        desk.complain("c.test")
    desk.complain("c.test", member="beta")
    stage.later(minutes=61)
    desk.complain("c.test")


def test_a_stop_pages_clock_cannot_date_a_complaint_ahead_or_far_back(desk: Desk, stage: Stage) -> None:
    assert desk.complain("a.test", at=stage.now + timedelta(days=3)).sent_at == stage.now
    assert desk.complain("b.test", at=stage.now - timedelta(days=400)).sent_at == stage.now - timedelta(days=30)
    assert desk.complain("c.test", at=stage.now - timedelta(hours=5)).sent_at == stage.now - timedelta(hours=5)


def test_a_decided_case_is_not_opened_again_by_a_later_complaint(desk: Desk, stage: Stage) -> None:
    stage.verified("fel.test")
    first = desk.complain("fel.test")
    desk.decide(first, Outcome.UPHELD)
    assert desk.complain("fel.test").case_id != first.case_id


def test_name_and_contact_are_sealed_and_the_log_has_neither(desk: Desk, stage: Stage) -> None:
    desk.complain("hemligt-namn.test", contact="klagande@post.test")
    with connection.cursor() as cursor:
        for table in ("complaints_case", "complaints_complaint"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - one of ours
            cells = [_bytes(cell) for row in cursor.fetchall() for cell in row]
            assert cells
            assert not [cell for cell in cells if b"hemligt" in cell or b"klagande" in cell]
    assert Case.objects.get().value == "hemligt-namn.test"
    entry = Entry.objects.get(action="complaint.received")
    assert entry.facts == {"reason": "not_illegal", "by": "name", "count": 0}


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
