"""A value stands in no cell of the database but sealed, and in no log and no error."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.members.models import MemberDomain
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Basis, Scope, SignalType
from tests.hub.signals.conftest import Stage

PLANTED = "plommonkrakel"


def cells_with(text: str) -> Iterator[tuple[str, str]]:
    """Table and column of every cell that holds the text."""
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                yield from (
                    (table, name) for name, cell in zip(columns, row, strict=True) if text in repr(cell).lower()
                )


def a_whole_life(stage: Stage) -> Signal:
    """Everything that can be done to a signal is done to one, and everything that can be refused of it is refused."""
    value = f"{PLANTED}.test"
    signal = stage.signal("alfa", value, note="Hittad av vår abusegrupp.")
    police, hotline = stage.actor("vakten", "reviewer"), stage.actor("solros", "reviewer")
    services.preview(
        stage.actor("gamma"),
        [services.SignalDraft(SignalType.DOMAIN, value)],
        circle=stage.cast.circle,
        marking="AMBER+STRICT",  # type: ignore[arg-type]
        now=stage.now,
    )
    services.claim(police, signal, now=stage.now)
    services.rescope(police, signal, scope=Scope.SUBDOMAINS, now=stage.now)
    stage.approve("vakten", signal)
    services.reject(stage.actor("delta", "reviewer"), signal, reason="wrong_scope", now=stage.now)
    stage.report("beta", value)
    stage.approve("vakten", signal)
    stage.approve("solros", signal)
    services.renew(police, signal, basis=Basis.POLICE_LIST, now=stage.now)
    services.reveal(stage.actor("alfa"), signal, reason="fault", note="Kund når inte sidan.", now=stage.now)
    services.look_up(stage.actor("alfa"), SignalType.DOMAIN, value, hash_kind=None, now=stage.now)
    services.give_feedback(stage.actor("gamma"), signal, reason="seen", now=stage.now)
    services.give_feedback(stage.actor("gamma"), signal, reason="not_illegal", now=stage.now)
    services.uphold(hotline, signal, now=stage.now)
    services.dispute(stage.actor("delta"), signal, reason="wrong_scope", now=stage.now)
    services.withdraw(police, signal, reason="gone", now=stage.now)
    stage.report("beta", value)
    stage.report("gamma", value)
    stage.later(days=400)
    services.sweep(stage.now)
    return stage.again(signal)


def test_after_a_whole_life_the_value_stands_in_no_cell_unsealed(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        signal = a_whole_life(stage)
    assert signal.value == f"{PLANTED}.test"
    assert any(PLANTED in row.raw for row in ObjectVersion.objects.all())
    assert set(cells_with(PLANTED)) == set()
    said = [
        record for record in caplog.records if record.name != "django.db.backends"
    ]  # SQL at DEBUG, never on in a hub
    assert PLANTED not in repr([record.getMessage() for record in said])
    assert PLANTED not in str(signal) + repr(signal) + signal.masked


def test_what_was_refused_is_kept_nowhere_and_no_refusal_repeats_it(stage: Stage) -> None:
    MemberDomain.objects.create(member=stage.cast.alfa, name=f"{PLANTED}-eget.test")
    bad = {
        "http://192.0.2.7/x": SignalType.DOMAIN,
        f"https://{PLANTED}.test/a": SignalType.DOMAIN,
        f"{PLANTED}-р.test": SignalType.DOMAIN,
        f"{PLANTED}-eget.test": SignalType.DOMAIN,
        f"{PLANTED} data:image/png;base64,iVBORw0KGgoAAAANSUhEUg": SignalType.TERM,
    }
    for text, type in bad.items():
        outcome = stage.report("beta", text, type=type)
        assert outcome.status is services.Status.REFUSED, text
        assert PLANTED not in outcome.code
    note = stage.report("beta", "lek.test", note=f"Skriv till anna@{PLANTED}.test")
    assert note.code == "email"
    assert not Signal.objects.exists()
    assert set(cells_with(PLANTED)) == {("members_memberdomain", "name")}


def test_an_exception_never_carries_the_value(stage: Stage) -> None:
    for text, type in [(f"{PLANTED}_x.test", SignalType.DOMAIN), (f"{PLANTED} ett ord", SignalType.DOMAIN)]:
        with pytest.raises(PolicyRefusal) as refusal:
            services.look_up(stage.actor("alfa"), type, text, hash_kind=None, now=stage.now)
        assert PLANTED not in str(refusal.value) + repr(refusal.value.args) + refusal.value.detail


def test_an_overrides_value_stands_in_no_cell_unsealed(stage: Stage) -> None:
    MemberDomain.objects.create(member=stage.cast.gamma, name=f"{PLANTED}.test")
    asked = services.propose_override(
        stage.actor("alfa"),
        SignalType.DOMAIN,
        f"{PLANTED}.test",
        scope=Scope.EXACT,
        reason="Namnet har bytt ägare enligt registret.",
        now=stage.now,
    )
    services.confirm_override(stage.actor("vakten", "reviewer"), asked.pk, now=stage.now)
    services.end_override(stage.actor("beta", "reviewer"), asked.pk, now=stage.now)
    assert set(cells_with(PLANTED)) == {("members_memberdomain", "name")}
    assert PLANTED in asked.value
    assert PLANTED not in str(asked)
