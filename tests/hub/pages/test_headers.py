"""The headers, by the rules of Mozilla's HTTP Observatory, applied offline (reference: security.md, "Headers")."""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.feed.keys import ensure_key
from tests.cast import Cast
from tests.every_route import every_route, walk, world_of
from tests.figures import figure
from tests.hub.signals.conftest import Stage
from tests.model.routes import ROUTES
from tests.observatory import points, policy_of
from tests.test_answers_hold_no_imagery import faults as imagery_in

A_PLUS = 100
SET_BY_PRODUCTION = re.compile(
    r"(SECURE|SESSION_COOKIE|CSRF_COOKIE|LANGUAGE_COOKIE|MESSAGE_S|X_FRAME|DEBUG|MAILERS|SECRET_KEY$|BASE_URL|ALLOWED_HOSTS)"
)


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The security settings of a real hub, on the test's own database."""
    monkeypatch.setenv("SKYDDSNAT_SECRET_KEY", "0123456789abcdef" * 4)
    monkeypatch.setenv("SKYDDSNAT_BASE_URL", "https://hub.example")
    monkeypatch.setenv("SKYDDSNAT_HOSTS", "hub.example")
    module = importlib.import_module("skyddsnat.hub.settings.production")
    for name in dir(module):
        if SET_BY_PRODUCTION.match(name):
            setattr(settings, name, getattr(module, name))
    settings.ALLOWED_HOSTS = ["hub.example", "testserver"]
    return settings


def test_pages_before_and_after_sign_in_reach_an_a_plus(production: Any, cast: Cast, client: Client) -> None:
    before = client.get("/account/login/", secure=True)
    assert before.status_code == 200
    cast.sign_in(client, cast.person("alfa", "analyst"))
    after = client.get("/", secure=True)
    missing = client.get("/no-such-page/", secure=True)
    assert missing.status_code == 404
    for answer in (before, after, missing):
        assert points(answer) >= 125


def test_every_route_reaches_an_a_plus_and_answers_with_no_imagery(production: Any, cast: Cast) -> None:
    """Pages, refusals, redirects and what machines get: each answer by itself, with what else a browser or a client relies on.

    None is a picture, a film or a sound, or calls for one from elsewhere (tests/test_answers_hold_no_imagery.py).
    """
    stage = Stage(cast)
    scores: dict[str, int] = {}
    opened: set[str] = set()
    answers = 0
    for name, path, who, answer in walk(stage, world_of(stage), posts=True, secure=True):
        answers += 1
        score = points(answer)
        assert score >= A_PLUS, (name, path, who, score, dict(answer.headers))
        assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload", (name, path)
        assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "Access-Control-Allow-Origin" not in answer, name
        assert "Server" not in answer, name
        assert "X-Powered-By" not in answer, name
        kind = answer.get("Content-Type", "")
        assert not kind.startswith("text/") or "charset=utf-8" in kind, (name, kind)
        assert imagery_in(answer) == [], (name, path, who)
        scores[name] = min(score, scores.get(name, score))
        if answer.status_code == 200:
            opened.add(name)
    assert scores.keys() == {name for name, _ in every_route()} - {"account_logout"}
    pages = {name for name, route in ROUTES.items() if route.shows}
    assert len(opened & pages) >= 0.85 * len(pages), sorted(pages - opened)
    figure("headers.observatory", routes=len(scores), least=min(scores.values()), most=max(scores.values()), of=A_PLUS)
    figure("guards.answers", routes=len(every_route()), opened=len(opened), answers=answers, imagery=0)


def test_the_deployment_check_is_clean_with_the_settings_of_a_real_hub(production: Any, cast: Cast) -> None:
    ensure_key(production.FEED_KEY_FILE)
    call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize(
    "weaker",
    [
        {"SECURE_HSTS_SECONDS": 0},
        {"SECURE_SSL_REDIRECT": False},
        {"SESSION_COOKIE_SECURE": False},
        {"CSRF_COOKIE_SECURE": False},
        {"DEBUG": True},
        {"SECRET_KEY": "short"},
        {"ALLOWED_HOSTS": []},
        {"SECURE_CONTENT_TYPE_NOSNIFF": False},
        {"SECURE_REFERRER_POLICY": None},
        {"X_FRAME_OPTIONS": "SAMEORIGIN"},
    ],
    ids=lambda weaker: next(iter(weaker)),
)
def test_the_deployment_check_sees_each_weaker_setting(production: Any, cast: Cast, weaker: dict[str, Any]) -> None:
    ensure_key(production.FEED_KEY_FILE)
    for name, value in weaker.items():
        setattr(production, name, value)
    with pytest.raises(SystemCheckError):
        call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO(), stderr=io.StringIO())


def test_every_cookie_is_bound_to_this_host_by_its_name(production: Any) -> None:
    """A browser takes `__Host-` only over https, for the whole host and from no other one."""
    names = [production.SESSION_COOKIE_NAME, production.CSRF_COOKIE_NAME, production.LANGUAGE_COOKIE_NAME]
    assert [name for name in names if not name.startswith("__Host-")] == []
    assert (production.SESSION_COOKIE_PATH, production.CSRF_COOKIE_PATH, production.LANGUAGE_COOKIE_PATH) == ("/",) * 3
    assert (
        production.SESSION_COOKIE_DOMAIN is production.CSRF_COOKIE_DOMAIN is production.LANGUAGE_COOKIE_DOMAIN is None
    )


def test_signing_out_clears_what_the_browser_kept(production: Any, cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.post(reverse("account_logout"), secure=True, headers={"Referer": "https://testserver/"})
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_every_cookie_is_for_this_hub_and_for_https_alone(production: Any, cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    client.get("/settings/", secure=True)
    answer = client.post(
        "/settings/",
        {"language": "sv", "theme": "dark", "shortcuts": "on"},
        secure=True,
        headers={"Referer": "https://testserver/"},
    )
    assert answer.status_code == 302
    assert set(answer.cookies) == {"__Host-language", "__Host-messages"}
    for cookie in answer.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (production.SESSION_COOKIE_SECURE, production.SESSION_COOKIE_HTTPONLY) == (True, True)


def test_plain_http_is_sent_to_https(production: Any, client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


def test_the_policy_has_no_exception(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("solros", "coordinator"))
    policy = policy_of(client.get("/"))
    assert policy.pop("default-src") == ["'none'"]
    assert policy.pop("base-uri") == policy.pop("frame-ancestors") == policy.pop("object-src") == ["'none'"]
    assert set(policy) == {"script-src", "style-src", "font-src", "img-src", "connect-src", "form-action"}
    assert all(sources == ["'self'"] for sources in policy.values())


def test_what_a_signed_in_person_was_shown_is_not_kept(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.get(reverse("pages:about"))
    assert answer["Cache-Control"] == "no-store"
    assert "Cookie" in answer["Vary"]
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize(
    "weaker",
    [
        {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'"},
        {"Content-Security-Policy": ""},
        {"Strict-Transport-Security": "max-age=60"},
        {"Access-Control-Allow-Origin": "*"},
    ],
)
def test_the_score_falls_with_a_weaker_header(
    production: Any, client: Client, db: None, weaker: dict[str, str]
) -> None:
    answer = client.get("/account/login/", secure=True)
    good = points(answer)
    for name, value in weaker.items():
        answer.headers[name] = value
    assert points(answer) < good
