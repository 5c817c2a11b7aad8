"""The headers, by the rules of Mozilla's HTTP Observatory, applied offline (reference: security.md, "Headers")."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

SET_BY_PRODUCTION = re.compile(r"(SECURE|SESSION_COOKIE|CSRF_COOKIE|LANGUAGE_COOKIE|X_FRAME|DEBUG)")


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The security settings of a real hub, on the test's own database."""
    monkeypatch.setenv("SKYDDSNAT_SECRET_KEY", "k" * 60)
    monkeypatch.setenv("SKYDDSNAT_BASE_URL", "https://hub.example")
    monkeypatch.setenv("SKYDDSNAT_HOSTS", "hub.example")
    module = importlib.import_module("skyddsnat.hub.settings.production")
    for name in dir(module):
        if SET_BY_PRODUCTION.match(name):
            setattr(settings, name, getattr(module, name))
    return settings


def policy_of(answer: Any) -> dict[str, list[str]]:
    """The content security policy as directives with their sources."""
    parts = [part.split() for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


def points(answer: Any) -> int:
    """The Observatory's score of one answer.  Bonuses count only from 90 upwards."""
    score, bonus = 100, 0
    policy = policy_of(answer)
    unsafe = any(source.startswith("'unsafe") for sources in policy.values() for source in sources)
    if not policy:
        score -= 25
    elif unsafe:
        score -= 20
    else:
        bonus += 10 if policy.get("default-src") == ["'none'"] else 5
    if "frame-ancestors" in policy:
        bonus += 5
    elif answer.get("X-Frame-Options") != "DENY":
        score -= 20
    age = re.search(r"max-age=(\d+)", answer.get("Strict-Transport-Security", ""))
    score -= 20 if age is None else 10 if int(age[1]) < 15_768_000 else 0
    bonus += 5 if "preload" in answer.get("Strict-Transport-Security", "") else 0
    score -= 0 if answer.get("X-Content-Type-Options") == "nosniff" else 5
    bonus += 5 if answer.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"} else 0
    score -= 50 if answer.get("Access-Control-Allow-Origin") == "*" else 0
    for name, cookie in answer.cookies.items():
        score -= 40 if "session" in name and not cookie["secure"] else 0
        score -= 30 if "session" in name and not cookie["httponly"] else 0
        bonus += 5 if cookie["secure"] and cookie["httponly"] and cookie["samesite"] else 0
    scripts = re.findall(rb"<script[^>]*>", answer.content)
    bonus += 5 if scripts and all(b"integrity=" in script for script in scripts) else 0
    return score + bonus if score >= 90 else score


def test_pages_before_and_after_sign_in_reach_an_a_plus(production: Any, cast: Cast, client: Client) -> None:
    before = client.get("/account/login/", secure=True)
    assert before.status_code == 200
    cast.sign_in(client, cast.person("alfa", "analyst"))
    after = client.get("/", secure=True)
    missing = client.get("/no-such-page/", secure=True)
    assert missing.status_code == 404
    for answer in (before, after, missing):
        assert points(answer) >= 125


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
    assert {"language"} <= set(answer.cookies)
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
    assert policy.pop("base-uri") == policy.pop("frame-ancestors") == ["'none'"]
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
