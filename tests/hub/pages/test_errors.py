"""Error pages: plain words, an incident id, and nothing of the inside."""

from __future__ import annotations

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

from skyddsnat.hub.pages import errors
from tests.cast import Cast


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "There is nothing here for you"), ("sv", "Här finns inget att visa")],
)
def test_an_unknown_page_answers_in_both_languages(cast: Cast, client: Client, language: str, words: str) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.get("/no-such-page/", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert "no-such-page" not in answer.content.decode().split("<main")[1]


def test_a_page_that_takes_another_role_says_so(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.get("/members/new/", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "Your roles do not cover this" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.post("/settings/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "The form is too old" in answer.content.decode()


def test_a_fault_shows_an_incident_id_that_the_log_has_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*args: object, **rest: object) -> None:
        raise RuntimeError("inner-detail at /secret/path")

    monkeypatch.setattr("skyddsnat.hub.pages.views.work_of", break_down)
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    cast.sign_in(client, cast.person("alfa", "analyst"))
    with caplog.at_level(logging.WARNING, logger="skyddsnat.hub.pages.errors"):
        answer = client.get("/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "inner-detail" not in text
    incident = re.search(r"<code class=\"value\">([0-9a-f]{8})</code>", text)
    assert incident is not None
    assert incident[1] in caplog.text


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(
    ("handler", "error", "status"),
    [
        (errors.bad_request, SuspiciousOperation("inner-detail"), 400),
        (errors.forbidden, PermissionDenied("inner-detail"), 403),
    ],
)
def test_no_handler_shows_what_was_raised(
    rf: RequestFactory, db: None, handler: object, error: Exception, status: int, language: str
) -> None:
    request: HttpRequest = rf.get("/")
    with translation.override(language):
        answer = handler(request, error)  # type: ignore[operator]
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'lang="{language}"' in text
    assert "inner-detail" not in text


@pytest.mark.parametrize("path", ["/api/no-such-thing", "/api/log/heads/not-an-id"])
def test_a_machine_that_asks_for_what_is_not_there_gets_json(cast: Cast, client: Client, path: str) -> None:
    answer = client.get(path, headers={"Authorization": f"Bearer {cast.token('alfa', 'taxii')}"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"title", "detail"}
    assert path.rpartition("/")[2] not in answer.content.decode()


def test_a_database_that_is_away_is_told_as_such_though_nobody_can_say_who_asked(rf: RequestFactory) -> None:
    class Away:
        @property
        def pk(self) -> None:
            raise OperationalError("the server is away")

    request = rf.get("/signals/")
    request.user, request.resolver_match = Away(), None  # type: ignore[assignment]
    try:
        raise OperationalError("the server is away")
    except OperationalError:
        answer = errors.server_error(request)
    assert answer.status_code == 503
