"""What a circle has seen stays as it was when the value is reported again: its absence would tell that somebody did."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from skyddsnat.hub.audit import queries as audit
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.policy.signal_states import is_final
from skyddsnat.policy.vocabulary import Marking, Role, State
from tests.hub.signals.conftest import START, Stage

ENDS = ["withdrawn", "expired", "lifted"]
PAGES = ["/", "/signals/", "/signals/?sort=expiry", "/signals/{}/", "/signals/feedback/"]
CLOCK = rb'|name="asof" value="[^"]+"|data-printed>[^<]+'
CHANGES = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"' + CLOCK)


def ended(stage: Stage, how: str) -> Signal:
    """A signal of Alfa's that the circle has seen, and that has come to its end."""
    signal = stage.verified(by=("vakten", "beta"))
    vakten = stage.actor("vakten", "reviewer")
    if how == "withdrawn":
        services.withdraw(vakten, signal, reason="gone", now=stage.now)
    elif how == "expired":
        stage.later(days=400)
        services.sweep(stage.now)
    else:
        given = services.give_feedback(stage.actor("gamma"), signal, reason="wrong_scope", now=stage.now)
        services.confirm_feedback(stage.actor("solros", "reviewer"), given, now=stage.now)
    stage.later(days=1)
    return stage.again(signal)


def faces(stage: Stage, client: Client, member: str, role: str, signal: Signal) -> list[bytes]:
    """Every page on which this person could notice a change.  They have read the signal: marks of their own are no news."""
    stage.cast.sign_in(client, stage.cast.person(member, role))
    client.get(f"/signals/{signal.pk}/")
    return [CHANGES.sub(b"", client.get(page.format(signal.pk)).content) for page in PAGES]


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize(("member", "role"), [("gamma", "analyst"), ("delta", "engineer"), ("alfa", "analyst")])
def test_neither_a_watcher_nor_who_reported_first_can_tell_that_it_was_reported_again(
    stage: Stage, client: Client, how: str, member: str, role: str
) -> None:
    signal = ended(stage, how)
    before = faces(stage, client, member, role, signal)
    again = stage.report("epsilon", signal.value)
    assert again.signal_id != signal.pk
    assert faces(stage, client, member, role, signal) == before
    assert client.get(f"/signals/{again.signal_id}/").status_code == 404


@pytest.mark.parametrize("how", ENDS)
def test_whoever_reports_again_and_the_judges_see_both(stage: Stage, how: str) -> None:
    signal = ended(stage, how)
    again = stage.again(stage.report("epsilon", signal.value))
    for member, role in (("epsilon", "analyst"), ("vakten", "reviewer")):
        assert set(Signal.objects.visible_to(stage.cast.person(member, role))) == {signal, again}
    assert (again.episode, again.state) == (signal.episode + 1, "submitted")


def test_a_report_that_was_never_published_stays_with_its_member_when_another_reports_it(stage: Stage) -> None:
    signal = stage.signal("alfa", "lek.test")
    services.reject(stage.actor("vakten", "reviewer"), signal, reason="insufficient", now=stage.now)
    stage.later(days=1)
    again = stage.again(stage.report("beta", "lek.test"))
    assert Signal.objects.visible_to(stage.cast.person("alfa", "analyst")).get() == signal
    assert Signal.objects.visible_to(stage.cast.person("beta", "analyst")).get() == again


def test_what_goes_on_unseen_keeps_its_report_its_marking_and_its_named(stage: Stage) -> None:
    named = [stage.cast.person("alfa", "analyst"), stage.cast.person("gamma", "analyst")]
    signal = stage.signal("alfa", "lek.test", marking=Marking.RED, named=named)
    stage.report("beta", "lek.test", marking=Marking.RED, named=[stage.cast.person("beta", "analyst")])
    seen = set(stage.again(signal).named.all())
    services.withdraw(stage.actor("alfa"), signal, reason="mistake", now=stage.now)
    rest = Signal.objects.open().get()
    assert (rest.marking, set(rest.named.all())) == ("RED", seen)
    assert list(Submission.objects.filter(signal=rest).values_list("member_id", "episode")) == [("beta", 2)]
    assert list(Submission.objects.filter(signal=signal).values_list("member_id", "ended_as")) == [
        ("alfa", "withdrawn")
    ]
    gamma = stage.cast.person("gamma", "analyst")
    assert Signal.objects.visible_to(gamma).get() == signal


def test_the_circles_auditors_do_not_read_who_reported_or_objected(stage: Stage) -> None:
    signal = stage.signal("alfa", "lek.test")
    for member in ("beta", "gamma"):
        stage.report(member, "lek.test")
    services.withdraw(stage.actor("alfa"), signal, reason="mistake", now=stage.now)
    services.give_feedback(stage.actor("delta"), signal, reason="wrong_scope", now=stage.now)
    auditor = stage.cast.person("epsilon", "analyst")
    auditor.roles = [Role.AUDITOR.value]
    auditor.save()
    own = stage.cast.person("alfa", "engineer")
    own.roles = [Role.AUDITOR.value]
    own.save()
    telling = {"signal.report_withdrawn", "signal.feedback_given", "signal.submitted", "signal.corroborated"}
    assert not telling & set(audit.visible_to(auditor).values_list("action", flat=True))
    assert "signal.report_withdrawn" in audit.visible_to(own).values_list("action", flat=True)


@pytest.mark.parametrize(("state", "lifted"), list(product(State, [True, False])))
def test_the_query_for_open_signals_says_what_policy_says(stage: Stage, state: State, lifted: bool) -> None:
    row = Signal.objects.create(
        circle=stage.cast.circle,
        type="domain",
        value="lek.test",
        state=state.value,
        lifted=lifted,
        created_at=START,
        changed_at=START,
    )
    # Only a disputed signal is ever lifted; one that ended since is closed in any case.
    assert Signal.objects.open().filter(pk=row.pk).exists() is not (is_final(state, lifted=lifted) or lifted)


def test_the_database_itself_keeps_one_open_signal_a_value(stage: Stage) -> None:
    signal = stage.signal("alfa", "lek.test")
    copy = {
        "circle": stage.cast.circle,
        "type": "domain",
        "value": "lek.test",
        "created_at": START,
        "changed_at": START,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Signal.objects.create(**copy, episode=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signal.objects.create(**copy, episode=signal.episode, state="rejected")
