"""A note stopped for personal data by mistake: another organisation's coordinator lets that text through, in that place, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import FalseStop, Submission
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.policy.vocabulary import Marking, Role, SignalType
from tests.hub.signals.conftest import Stage, refused

NOTE = "Loggraden är från 20261124-1534 hos oss, se vårt ärende."
DRAFT = SignalDraft(SignalType.DOMAIN, "lek-ett.test", note=NOTE)


def stopped_note() -> str:
    """A time stamp that has a valid check digit, as one in ten has."""
    from skyddsnat.policy.guards import inspect_text

    texts = [NOTE.replace("1534", f"15{minute:02d}") for minute in range(60)]
    return next(text for text in texts if inspect_text(text))


DRAFT = replace(DRAFT, note=stopped_note())


def ask(stage: Stage, draft: SignalDraft = DRAFT, member: str = "alfa", **rest: Any) -> FalseStop:
    arguments = {"circle": stage.cast.circle, "explanation": "time", "now": stage.now} | rest
    return services.ask_release(stage.actor(member), draft, **arguments)


def decide(
    stage: Stage, asked: FalseStop, *, release: bool = True, who: tuple[str, str] = ("solros", "coordinator")
) -> None:
    services.decide_release(stage.actor(*who), asked.pk, release=release, now=stage.now)


def hand_in(stage: Stage, draft: SignalDraft = DRAFT, member: str = "alfa", circle: Any = None) -> str:
    """The code of the outcome, or its status."""
    (outcome,) = services.submit(
        stage.actor(member),
        [draft],
        circle=circle or stage.cast.circle,
        marking=Marking.AMBER_STRICT,
        channel="form",
        now=stage.now,
    )
    return outcome.code or outcome.status.value


def test_a_released_text_passes_once_and_then_is_stopped_again(stage: Stage) -> None:
    assert hand_in(stage) == "personnummer"
    asked = ask(stage)
    assert hand_in(stage) == "personnummer", "a question releases nothing"
    decide(stage, asked)
    assert hand_in(stage) == Status.CREATED.value
    assert Submission.objects.get().note == DRAFT.note
    assert FalseStop.objects.get().used_at == stage.now
    assert hand_in(stage) == "personnummer"
    actions = list(Entry.objects.filter(kind="false_stop").order_by("id").values_list("action", flat=True))
    assert actions == ["false_stop.asked", "false_stop.released", "false_stop.used"]


def test_what_somebody_asked_who_is_let_in_no_more_is_only_turned_down(stage: Stage) -> None:
    asked = ask(stage)
    Person.objects.filter(pk=asked.person_id).update(is_active=False)
    with refused("proposer_gone"):
        decide(stage, asked)
    decide(stage, asked, release=False)


@pytest.mark.parametrize(
    "other",
    [
        lambda s: {"draft": replace(DRAFT, note=DRAFT.note + " ")},
        lambda s: {"draft": replace(DRAFT, text="lek-två.test")},
        lambda s: {"member": "beta"},
        lambda s: {"circle": s.cast.leads},
    ],
)
def test_a_release_is_for_that_text_that_value_that_member_and_that_circle(stage: Stage, other: Any) -> None:
    decide(stage, ask(stage))
    assert hand_in(stage, **other(stage)) == "personnummer"
    assert hand_in(stage) == Status.CREATED.value


def test_a_release_lapses(stage: Stage) -> None:
    asked = ask(stage)
    decide(stage, asked)
    stage.later(days=7)
    assert hand_in(stage) == "personnummer"
    late = ask(stage)
    stage.later(days=7)
    with refused("decided"):
        decide(stage, late)


def test_nobody_but_a_coordinator_of_another_organisation_decides(stage: Stage) -> None:
    asked = ask(stage)
    for who in (("solros", "reviewer"), ("vakten", "reviewer"), ("beta", "analyst")):
        with pytest.raises(FalseStop.DoesNotExist):
            decide(stage, asked, who=who)
    with refused("no_role"):
        decide(stage, asked, who=("alfa", "analyst"))
    Person.objects.filter(pk=stage.cast.person("alfa", "reviewer").pk).update(roles=[Role.COORDINATOR.value])
    with refused("same_organisation"):
        decide(stage, asked, who=("alfa", "reviewer"))
    assert hand_in(stage) == "personnummer"


def test_turned_down_stays_stopped_and_is_not_decided_again(stage: Stage) -> None:
    asked = ask(stage)
    decide(stage, asked, release=False)
    assert hand_in(stage) == "personnummer"
    with refused("decided"):
        decide(stage, asked)


@pytest.mark.parametrize(
    "note",
    [
        "Vanlig text.",
        "<img src=x onerror=y alt='ingenting alls att se här'>",
        DRAFT.note + " data:image/png;base64,AAAA" + "B" * 60,
    ],
)
def test_only_personal_data_can_be_released_and_imagery_never(stage: Stage, note: str) -> None:
    with refused("not_releasable"):
        ask(stage, replace(DRAFT, note=note))


def test_imagery_is_stopped_even_where_a_release_has_its_seal(stage: Stage) -> None:
    """A planted release for a text that hides a picture: the gate looks at the reason once more."""
    from skyddsnat.hub.signals.services.gate import seal_of_note
    from skyddsnat.policy.normal_form import normalise

    draft = replace(DRAFT, note="<img src=x onerror=y alt='ingenting alls att se här'>")
    asked = ask(stage)
    seal = seal_of_note("alfa", stage.cast.circle.pk, normalise(draft.type, draft.text), draft.note)
    FalseStop.objects.filter(pk=asked.pk).update(seal=seal, released=True)
    assert hand_in(stage, draft) == "media_markup"


def test_neither_the_text_nor_what_was_found_is_kept_anywhere(stage: Stage) -> None:
    asked = ask(stage)
    decide(stage, asked)
    assert asked.shapes == ["00000000-0000"]
    kept = "\n".join(str(row) for model in apps.get_models() for row in model._default_manager.values())
    assert "20261124-15" not in kept
    assert "Loggraden" not in kept
    assert len(asked.seal) == 64


def test_a_person_asks_once_for_a_text_and_for_ten_at_a_time(stage: Stage) -> None:
    ask(stage)
    with refused("already_asked"):
        ask(stage)
    for number in range(9):
        ask(stage, replace(DRAFT, text=f"lek-{number}.test"))
    with refused("too_many_asked"):
        ask(stage, replace(DRAFT, text="lek-tio.test"))


def test_the_form_offers_it_the_coordinator_decides_and_the_writer_sees_it(stage: Stage, client: Client) -> None:
    from django.utils import timezone

    stage.now = timezone.now()
    analyst, coordinator = stage.cast.person("alfa", "analyst"), stage.cast.person("solros", "coordinator")
    form = {"type": "domain", "value": "lek-ett.test", "circle": str(stage.cast.circle.pk), "marking": "AMBER+STRICT"}
    form |= {"basis": "own_observation", "scope": "exact", "note": DRAFT.note}
    stage.cast.sign_in(client, analyst)
    page = client.post(reverse("signals:new"), form)
    assert b'name="ask"' in page.content
    unsaid = client.post(
        reverse("signals:new"), form | {"ask": "1", "explanation": ""}, headers={"Accept-Language": "en"}
    )
    assert "Choose a reason from the list." in unsaid.content.decode()
    assert client.post(reverse("signals:new"), form | {"ask": "1", "explanation": "time"}).status_code == 302
    own = client.get(reverse("signals:false_stops"))
    assert "00000000-0000" in own.content.decode()
    assert client.post(reverse("signals:false_stop_decide", args=[FalseStop.objects.get().pk])).status_code in {
        403,
        404,
    }
    stage.cast.sign_in(client, coordinator)
    assert reverse("signals:false_stops") in client.get("/").content.decode()
    waiting = client.get(reverse("signals:false_stops")).content.decode()
    assert analyst.name in waiting
    assert "20261124" not in waiting
    client.post(reverse("signals:false_stop_decide", args=[FalseStop.objects.get().pk]), {"act": "release"})
    stage.cast.sign_in(client, analyst)
    assert client.get("/").context["work"].texts_released == 1
    assert client.post(reverse("signals:new"), form).status_code == 302
    assert Submission.objects.get().note == DRAFT.note
    assert FalseStop.objects.get().lapses_at - FalseStop.objects.get().asked_at == timedelta(days=7)


def test_a_note_that_hides_a_picture_is_offered_no_release(stage: Stage, client: Client) -> None:
    stage.cast.sign_in(client, stage.cast.person("alfa", "analyst"))
    form = {"type": "domain", "value": "lek-ett.test", "circle": str(stage.cast.circle.pk), "marking": "AMBER+STRICT"}
    form |= {"basis": "own_observation", "scope": "exact", "note": "<img src=x onerror=y alt='ingenting alls att se'>"}
    assert b'name="ask"' not in client.post(reverse("signals:new"), form).content
