"""Whoever reads the server's log reads what the hub wrote: no text from outside makes a line of its own."""

from __future__ import annotations

import logging
import logging.config
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.hub.pages.log_lines import Line
from tests.cast import Cast

EVENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) ")


def line(message: str, **rest: Any) -> str:
    record = logging.LogRecord("name", logging.WARNING, "file", 1, message, (), None)
    vars(record).update(rest)
    return Line("{asctime} {levelname} {name} {message}", style="{").format(record)


def test_the_moment_is_in_utc_and_says_so() -> None:
    assert line("hello", created=0.25).startswith("1970-01-01T00:00:00.250Z WARNING name hello")


@given(st.text())
def test_no_text_begins_a_line_of_its_own_or_steers_a_terminal(text: str) -> None:
    written = line(text)
    assert len(EVENT.findall(written)) == 1 or EVENT.search(text)
    assert len(written.splitlines()) == 1
    assert written.isprintable()


def test_a_traceback_is_indented() -> None:
    try:
        raise ValueError("one\n2026-11-26T08:00:00.000Z ERROR forged")
    except ValueError as error:
        written = line("fault", exc_info=(ValueError, error, error.__traceback__)).splitlines()
    assert EVENT.match(written[0])
    assert [one for one in written[1:] if not one.startswith("    ")] == []


def test_the_hub_writes_its_log_so(settings: Any) -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "skyddsnat.hub.pages.log_lines.Line"
    logging.config.DictConfigurator(settings.LOGGING).configure_formatter(dict(settings.LOGGING["formatters"]["line"]))


def test_each_refusal_for_want_of_a_role_is_in_the_log_with_who_and_where(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    assert client.get(reverse("signals:queue"), {"q": "lek-ett.test"}).status_code == 403
    (said,) = [one for one in caplog.records if "status 403" in one.getMessage()]
    assert f"person {person.pk}" in said.getMessage()
    assert "signals:queue" in said.getMessage()
    assert "lek-ett" not in said.getMessage()
