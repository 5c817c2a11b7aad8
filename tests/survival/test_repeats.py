"""Deliveries that come twice or in another order, as retries and slow lines make them: one effect each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.models import Entry, Witness
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.signals.models import Event, Review, Signal, Submission
from skyddsnat.protocols.log import NoteSigner
from skyddsnat.protocols.log.note import COSIGNATURE_V1
from tests.cast import Cast
from tests.figures import figure
from tests.hub.agents.conftest import hand_in as hand_in
from tests.hub.agents.test_log_api import ask, grow
from tests.hub.agents.test_log_api import hand_in as cosign
from tests.hub.lists.conftest import again, brought, csv_of
from tests.hub.signals.conftest import Stage
from tests.hub.signals.pages.test_reporting import sealed
from tests.hub.taxii.conftest import Machine
from tests.hub.taxii.test_posting import report
from tests.survival.hub import Form

pytestmark = pytest.mark.django_db
COUNTED = (Entry, Event, ObjectVersion, Review, Signal, Submission)


def state() -> list[Any]:
    """Everything that a delivery can leave: how many rows of each, and what each signal is."""
    counts = [model.objects.count() for model in COUNTED]  # type: ignore[attr-defined]
    return [*counts, sorted(Signal.objects.values_list("pk", "state", "ceiling"))]


@pytest.fixture
def machine(cast: Cast) -> Machine:
    cast.alfa.default_circle = cast.circle
    cast.alfa.save()
    return Machine(cast.token("alfa", "taxii"), "alfa", Client())


def test_the_same_envelope_again_changes_nothing(machine: Machine) -> None:
    inbox, things = feeds.inbox("alfa").pk, [report(f"n{number}.example") for number in range(3)]
    assert machine.post(inbox, *things).status_code == 202
    once = state()
    for _ in range(3):
        assert machine.post(inbox, *things).status_code == 202
        assert state() == once
    figure("survival.repeats", envelopes=1, reports=1, cosignatures=1, forms=4, second_effects=0)


def test_two_envelopes_leave_the_same_in_either_order(machine: Machine) -> None:
    """Both hold one object in two versions; the later one may come first."""
    inbox, thing = feeds.inbox("alfa").pk, report("n.example")
    later = thing | {"modified": "2026-11-21T10:00:00.000Z"}
    for one in (later, thing, later, thing):
        assert machine.post(inbox, one).status_code == 202
    assert (Signal.objects.count(), Submission.objects.count()) == (1, 1)
    assert [one["modified"] for one in machine.objects(inbox, f"{thing['id']}/")] == [later["modified"]]


def test_an_agents_older_word_never_takes_the_place_of_its_newer_one(hand_in: Any) -> None:
    now = datetime.now(UTC)
    hand_in(entries=1, at=(now - timedelta(seconds=90)).isoformat())
    for _ in range(2):
        hand_in(entries=3, state="error", at=now.isoformat())
    hand_in(entries=2, at=(now - timedelta(seconds=60)).isoformat())
    agent = Agent.objects.get()
    assert (agent.entries, agent.state) == (3, "error")
    assert Entry.objects.filter(action="agent.state_changed").count() == 1
    hand_in(entries=4, at=(now - timedelta(days=2)).isoformat())
    assert Agent.objects.get().entries == 4, "its clock was days ahead and is right now: it is heard"


def test_a_cosignature_counts_once_and_an_older_one_not_at_all(
    client: Client, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    key, signer = ensure_log_key(), NoteSigner("alfa-1", Ed25519PrivateKey.generate(), COSIGNATURE_V1)
    notes = []
    for _ in range(2):
        grow()
        notes.append(ask(client, cast, "checkpoint").content.decode())
    for note, status in ((notes[1], 200), (notes[1], 200), (notes[0], 409), (notes[1], 200)):
        assert cosign(client, cast, note, key, signer=signer).status_code == status
    witness = Witness.objects.get()
    assert witness.size == int(notes[1].splitlines()[1])
    assert Entry.objects.filter(action="witness.appeared").count() == 1


def fields_of(page: str, action: str) -> dict[str, list[str]]:
    form = Form(action)
    form.feed(page)
    return dict(form.fields)


def test_a_form_that_is_posted_twice_is_done_once(cast: Cast) -> None:
    """Approve, then withdraw: each button pressed twice, the second time from the page as it was."""
    signal = Stage(cast).signal("alfa", "namn.test")
    Stage(cast).approve("solros", signal)
    vakten = cast.sign_in(Client(), cast.person("vakten", "reviewer"))
    fields = fields_of(vakten.get(f"/signals/{signal.pk}/review/").content.decode(), "/approve/")
    for path, body in (("approve", fields), ("withdraw", {"reason": "gone"})):
        assert vakten.post(f"/signals/{signal.pk}/{path}/", body).status_code == 302
        once = state()
        assert vakten.post(f"/signals/{signal.pk}/{path}/", body).status_code < 500
        assert state() == once, path
    assert sorted(Review.objects.filter(member="vakten").values_list("verdict", flat=True)) == ["approve", "withdraw"]


def test_a_report_and_a_list_that_are_confirmed_twice_come_in_once(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    form = {"lines": "ett.test\ntva.test", "type": "domain", "circle": str(cast.circle.pk), "marking": "AMBER+STRICT"}
    page = client.post("/signals/paste/", {**form, "scope": "exact", "basis": "own_observation"}).content.decode()
    for _ in range(2):
        client.post("/signals/confirm/", {"sealed": sealed(page)})
        assert (Signal.objects.count(), Submission.objects.count()) == (2, 2)
    once = state()[1:]
    client.post("/signals/confirm/", {"sealed": sealed(page)})
    assert state()[1:] == once
    made = brought(client, cast, csv_of("tre.test"))
    for _ in range(2):
        client.post(f"/lists/imports/{made.pk}/confirm/")
        assert again(made).state == Import.State.DONE
        assert (Signal.objects.count(), Submission.objects.count()) == (3, 3)
