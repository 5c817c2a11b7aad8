"""The page that says how the hub is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.hub.audit.services.clerk import close_the_books
from skyddsnat.hub.pages import services, status
from skyddsnat.hub.pages.status import Light, status_of, worst
from tests.cast import Cast

NOW = timezone.now()


def lights(cast: Cast, *, member: str = "alfa", role: str = "analyst") -> dict[str, Light]:
    return {str(part.title): part.light for part in status_of(cast.person(member, role), now=NOW)}


@pytest.fixture(autouse=True)
def in_english() -> Any:
    from django.utils import translation

    with translation.override("en"):
        yield


def test_a_hub_that_is_looked_after_says_so(cast: Cast, client: Client) -> None:
    services.beat(status.TICK, now=timezone.now())
    close_the_books()
    page = cast.sign_in(client, cast.person("alfa", "analyst")).get("/status/", headers={"Accept-Language": "en"})
    assert "Everything works as it should" in page.content.decode()


def test_a_timer_that_stands_still_is_told_with_what_to_do(cast: Cast) -> None:
    services.beat(status.TICK, now=NOW - timedelta(minutes=20))
    part = next(part for part in status_of(cast.person("alfa", "analyst"), now=NOW) if part.title == "The clock's work")
    assert (part.light, part.since) == (Light.BAD, NOW - timedelta(minutes=20))
    assert "skyddsnat hub tick" in part.todo


def test_a_timer_that_never_ran_is_told_too(cast: Cast) -> None:
    assert lights(cast)["The clock's work"] is Light.BAD


def test_a_disk_that_fills_up_is_told_while_the_hub_still_works(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "_free_bytes", lambda: 200 * 1024**2)
    found = lights(cast)
    assert found["Database"] is Light.WARN


def test_entries_that_wait_too_long_for_the_log_are_told(cast: Cast) -> None:
    from skyddsnat.hub.audit.services import record
    from skyddsnat.hub.members.actor import HUB

    record(HUB, "coalition.founded", kind="coalition", object_id=1)
    later = timezone.now() + timedelta(minutes=10)
    found = {str(part.title): part.light for part in status_of(cast.person("alfa", "analyst"), now=later)}
    assert found["The log"] is Light.WARN


def test_a_member_in_no_circle_reads_nothing_of_others_agents_or_feeds(cast: Cast) -> None:
    assert "Agents" not in lights(cast, member="omega")


def test_the_worst_light_stands_above_all(cast: Cast) -> None:
    parts = status_of(cast.person("alfa", "analyst"), now=NOW)
    assert worst(parts) is Light.BAD
    assert worst([part for part in parts if part.light is Light.OK]) is Light.OK
