"""Many at once: what they cost the database, and that they become what one after another would become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.adding import add_rows
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services import Deed, entries_of, record
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Event, Signal, Submission
from skyddsnat.hub.signals.services import Outcome, SignalDraft, Status
from skyddsnat.policy.vocabulary import Marking, Scope, SignalType
from tests.hub.signals.conftest import Stage

FEW, MANY = 10, 300


def hand_in(stage: Stage, names: Sequence[str], member: str = "alfa", **rest: Any) -> list[Outcome]:
    drafts = [SignalDraft(SignalType.DOMAIN, name) for name in names]
    arguments: dict[str, Any] = {
        "circle": stage.cast.circle,
        "marking": Marking.AMBER_STRICT,
        "channel": "paste",
    } | rest
    return services.submit(stage.actor(member), drafts, now=stage.now, **arguments)


def names(count: int, start: str) -> list[str]:
    return [f"{start}{number}.example" for number in range(count)]


def said(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.code or outcome.status.value for outcome in outcomes]


def test_statements_grow_with_batches_and_not_with_reports(stage: Stage) -> None:
    hand_in(stage, names(1, "warm"))
    with CaptureQueriesContext(connection) as few:
        hand_in(stage, names(FEW, "few"))
    with CaptureQueriesContext(connection) as many:
        hand_in(stage, names(MANY, "many"))
    assert Signal.objects.filter(state="submitted").count() == 1 + FEW + MANY
    assert len(many) <= len(few) + 4, [query["sql"][:80] for query in many.captured_queries]


def test_many_at_once_become_what_one_after_another_becomes(stage: Stage) -> None:
    apart, together = names(3, "apart"), names(3, "together")
    for name in apart:
        hand_in(stage, [name])
    hand_in(stage, together)
    for model in (Signal, Submission, Event):
        ours = {"pk", "id", "value", "value_index", "signal_id", "note", "place"}
        fields = [field.attname for field in model._meta.concrete_fields if field.attname not in ours]  # type: ignore[attr-defined]
        rows = [tuple(str(getattr(row, name)) for name in fields) for row in model.objects.order_by("pk")]
        assert (len(rows), len(set(rows))) == (6, 1)
    places = {report.signal.value: report.place for report in Submission.objects.select_related("signal")}
    assert places == dict.fromkeys(apart, 0) | {name: place for place, name in enumerate(together)}
    told = Entry.objects.filter(action="signal.submitted").values_list("member_id", "person_id", "kind", "facts")
    assert len(told) == 6
    assert len({str(row) for row in told}) == 1


def test_the_same_value_twice_in_one_list_is_one_report(stage: Stage) -> None:
    assert said(hand_in(stage, ["b.example", "c.example", "B.example."])) == ["created", "created", "repeated"]
    assert (Signal.objects.count(), Submission.objects.count(), Event.objects.count()) == (2, 2, 2)


def test_a_red_list_names_its_people_and_its_reporter_on_each(stage: Stage) -> None:
    people = [stage.cast.person("solros", "reviewer")]
    hand_in(stage, [*names(3, "red"), "red0.example"], marking=Marking.RED, named=people)
    named = {stage.cast.person("solros", "reviewer").pk, stage.cast.person("alfa", "analyst").pk}
    assert [{person.pk for person in signal.named.all()} for signal in Signal.objects.all()] == [named] * 3


def test_new_values_and_known_ones_stand_in_one_list(stage: Stage) -> None:
    known = stage.signal("beta", "known.example")
    outcomes = hand_in(stage, ["new.example", "known.example", "newer.example"])
    assert said(outcomes) == ["created", "corroborated", "created"]
    assert (outcomes[1].signal_id, stage.again(known).state) == (known.pk, "corroborated")
    kinds = list(Event.objects.filter(signal=known).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["reported", "supported", "corroborated"]


def test_what_has_ended_stays_and_its_value_lives_again_in_the_same_list(stage: Stage) -> None:
    ended = stage.signal("alfa", "ended.example")
    Signal.objects.filter(pk=ended.pk).update(state="withdrawn", episode=3)
    outcomes = hand_in(stage, ["fresh.example", "ended.example"])
    assert said(outcomes) == ["created", "created"]
    assert Signal.objects.get(pk=outcomes[1].signal_id).episode == 4


def test_parts_say_what_the_whole_says_and_keep_its_order(stage: Stage) -> None:
    listed = ["p0.example", "192.0.2.1", "p1.example", "p2.example", "p0.example", "p3.example"]
    found = said(hand_in(stage, listed, at_once=2))
    assert found == ["created", "ip_given", "created", "created", "repeated", "created"]
    assert said(hand_in(stage, listed, at_once=2)) == ["repeated", "ip_given", *["repeated"] * 4]


@pytest.mark.parametrize("room", [None, 3])
def test_parts_draw_from_one_hour(stage: Stage, settings: Any, room: int | None) -> None:
    settings.SIGNAL_SUBMISSIONS_PER_HOUR = 3
    found = said(hand_in(stage, names(6, "hour"), at_once=2, room=room))
    assert found == ["created"] * 3 + ["too_many"] * 3


def test_each_part_is_a_transaction_of_its_own(stage: Stage) -> None:
    with CaptureQueriesContext(connection) as asked:
        hand_in(stage, names(6, "part"), at_once=2)
    began = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SAVEPOINT")]
    assert len(began) >= 3


def test_the_scope_of_the_first_report_of_a_list_is_what_is_judged(stage: Stage) -> None:
    drafts = [SignalDraft(SignalType.DOMAIN, "wide.example", scope=scope) for scope in (Scope.SUBDOMAINS, Scope.EXACT)]
    done = services.submit(
        stage.actor("alfa"),
        drafts,
        circle=stage.cast.circle,
        marking=Marking.AMBER_STRICT,
        channel="paste",
        now=stage.now,
    )
    assert [one.status for one in done] == [Status.CREATED, Status.REPEATED]
    assert Signal.objects.get().scope == "subdomains"


def test_entries_of_many_deeds_are_what_single_ones_are(stage: Stage) -> None:
    actor = stage.actor("alfa")
    one = record(actor, "signal.submitted", kind="signal", object_id="a", state="submitted")
    deed = Deed(action="signal.submitted", kind="signal", object_id="a", facts={"state": "submitted"})
    add_rows(entries_of([(actor, deed), (actor, deed)]))
    rows = list(Entry.objects.filter(pk__gte=one.pk).order_by("pk"))
    assert len(rows) == 3
    apart = {"id", "at", "salt", "personal", "stamp"}
    fields = [field.attname for field in Entry._meta.concrete_fields if field.attname not in apart]
    assert len({tuple(str(getattr(row, name)) for name in fields) for row in rows}) == 1
    assert all(row.stamp and row.salt and row.personal for row in rows)
    with pytest.raises(TypeError, match="fact"):
        entries_of([(actor, Deed(action="a", kind="k", object_id="", facts={"share": 0.5}))])


@pytest.mark.parametrize("marking", [Marking.AMBER, Marking.RED])
def test_a_value_that_comes_again_in_a_later_part_is_a_repeat(
    stage: Stage, marking: Marking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL takes in the first rows while the next are made, and can be asked nothing meanwhile."""
    monkeypatch.setattr("skyddsnat.hub.adding.PART", 2)
    before = Entry.objects.count()
    named = [stage.cast.person("solros", "reviewer")] if marking is Marking.RED else []
    outcomes = hand_in(stage, [*names(5, "part"), "part0.example"], marking=marking, named=named)
    assert said(outcomes) == ["created"] * 5 + ["repeated"]
    assert (Signal.objects.count(), Submission.objects.count(), Event.objects.count()) == (5, 5, 5)
    assert list(Submission.objects.order_by("place").values_list("place", flat=True)) == [0, 1, 2, 3, 4]
    assert Entry.objects.count() - before == 5
    assert {signal.named.count() for signal in Signal.objects.all()} == ({2} if marking is Marking.RED else {0})
