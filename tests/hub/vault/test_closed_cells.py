"""A cell that does not open: its row says so in plain words, the others are as usable as before, and a feed is refused whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.utils import translation

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import BlockRule, ProtectOverride, Reveal
from skyddsnat.hub.signals.services.gate import Gate
from skyddsnat.hub.signals.services.lifecycle import sweep
from skyddsnat.hub.signals.words import stop
from skyddsnat.policy.vocabulary import Scope, SignalType
from tests.hub.signals.conftest import Stage
from tests.hub.taxii.conftest import Machine, read

pytestmark = pytest.mark.django_db

SAID = {"sv": "kan inte öppnas", "en": "cannot be opened"}


@pytest.fixture
def stage(cast: Any) -> Stage:
    return Stage(cast)


def tamper(row: models.Model, name: str) -> None:
    """As someone would who can write to the database and has no keys."""
    table, pk = row._meta.db_table, row._meta.pk
    with connection.cursor() as cursor:
        sql = f"UPDATE {table} SET {name} = %s WHERE {pk.column} = %s"  # noqa: S608
        cursor.execute(sql, [b"\x01\x01" + bytes(60), pk.get_db_prep_value(row.pk, connection)])


def sign_in(stage: Stage, client: Client, member: str, role: str, language: str) -> None:
    person = stage.cast.person(member, role)
    person.language = language
    person.save()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    stage.cast.sign_in(client, person)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_lists_show_the_other_rows_and_say_of_this_one_that_it_cannot_be_opened(
    stage: Stage, client: Client, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    closed, fine = stage.signal("alfa", "lek-7.test"), stage.signal("alfa", "spel-8.test")
    tamper(closed, "value")
    sign_in(stage, client, "alfa", "analyst", language)
    for page in ("/signals/", "/"):
        text = client.get(page).content.decode()
        assert text.count(SAID[language]) == 1, page
        assert str(fine.masked) in text, page
    assert f"incident: signals_signal.value of row '{closed.pk}' cannot be opened" in caplog.text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_signals_own_page_and_a_reveal_say_it_and_count_nothing(
    stage: Stage, client: Client, language: str
) -> None:
    closed = stage.signal("alfa", "lek-7.test")
    tamper(closed, "value")
    sign_in(stage, client, "alfa", "analyst", language)
    page = client.get(f"/signals/{closed.pk}/")
    assert page.status_code == 200
    assert SAID[language] in page.content.decode()
    answer = client.post(f"/signals/{closed.pk}/reveal/", {"reason": "case", "note": "Kund når inte sidan."})
    with translation.override(language):
        assert str(stop("cannot_be_opened")) in answer.content.decode()
    assert not Reveal.objects.exists()


def test_a_review_of_what_nobody_can_read_is_refused_in_plain_words(stage: Stage, client: Client) -> None:
    closed = stage.signal("alfa", "lek-7.test")
    tamper(closed, "value")
    sign_in(stage, client, "vakten", "reviewer", "sv")
    client.raise_request_exception = False
    answer = client.get(f"/signals/{closed.pk}/review/")
    assert answer.status_code == 500
    assert "Det som finns lagrat här kan inte öppnas" in answer.content.decode()


def test_a_reason_that_does_not_open_leaves_its_page_usable(stage: Stage, client: Client) -> None:
    services.propose_block_rule(
        stage.actor("solros", "reviewer"), SignalType.URL, reason="Domen gäller hela slaget av adresser.", now=stage.now
    )
    services.propose_override(
        stage.actor("solros", "reviewer"), SignalType.DOMAIN, "google.com", scope=Scope.EXACT,
        reason="Namnet har bytt ägare enligt registret.", now=stage.now,
    )  # fmt: skip
    signal = stage.signal("alfa", "lek-7.test")
    services.reveal(stage.actor("alfa"), signal, reason="case", note="Kund når inte sidan.", now=stage.now)
    export = Export.objects.create(
        member_id="alfa", person=stage.cast.person("alfa", "analyst"), circle=stage.cast.circle, form="csv", plain=False,
        reason="check", note="Vi jämför med vår egen lista.", count=1, planted=0, at=stage.now,
    )  # fmt: skip
    for row, name in (
        (BlockRule.objects.get(), "reason"), (ProtectOverride.objects.get(), "reason"),
        (ProtectOverride.objects.get(), "value"), (Reveal.objects.get(), "note"), (export, "note"),
    ):  # fmt: skip
        tamper(row, name)
    for member, role, pages in (
        ("solros", "reviewer", {"/signals/block-rules/": 1, "/signals/protected-names/": 2}),
        ("alfa", "analyst", {"/signals/reveals/": 1, "/lists/": 1}),
    ):
        sign_in(stage, client, member, role, "sv")
        for page, count in pages.items():
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert answer.content.decode().count(SAID["sv"]) == count, page


def test_an_override_that_does_not_open_lets_nothing_through_and_stops_no_report(stage: Stage) -> None:
    said = {"scope": Scope.EXACT, "reason": "Namnet har bytt ägare enligt registret.", "now": stage.now}
    kept = services.propose_override(stage.actor("alfa"), SignalType.DOMAIN, "google.com", **said)
    services.confirm_override(stage.actor("solros", "reviewer"), kept.pk, now=stage.now)
    assert not Gate.of_today().stops(SignalType.DOMAIN, "google.com", Scope.EXACT)
    tamper(kept, "value")
    assert Gate.of_today().stops(SignalType.DOMAIN, "google.com", Scope.EXACT)
    assert stage.signal("alfa", "lek-7.test").state == "submitted"


def test_the_clock_ends_the_others(stage: Stage) -> None:
    closed, fine = stage.verified("lek-7.test"), stage.verified("spel-8.test")
    tamper(closed, "value")
    later = stage.now + timedelta(days=800)
    assert sweep(later).expired == 1
    assert stage.again(fine).state == "expired"
    assert stage.again(closed).state == "verified", "not half done: it waits until its value is restored"


@pytest.mark.parametrize("name", ["raw"])
def test_a_feed_with_an_object_that_does_not_open_is_refused_whole(
    stage: Stage, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """An agent that was given the rest would go on without what it never saw: no page, so that it holds and shouts."""
    stage.verified("lek-7.test"), stage.verified("spel-8.test")
    collection = feeds.feeds(stage.cast.circle.pk)[1]
    machine = Machine(stage.cast.token("alfa", "taxii"), "alfa", Client(raise_request_exception=False))
    place = f"collections/{collection.pk}/objects/"
    assert len(machine.objects(collection.pk)) >= 2
    tamper(ObjectVersion.objects.filter(collection=collection).first(), name)
    answer = machine.get(place)
    assert answer.status_code == 500
    assert "incident" in read(answer)["description"]
    assert b"lek-7" not in answer.content
    assert b"spel-8" not in answer.content
    assert f"incident: feed_objectversion.{name} of row" in caplog.text
