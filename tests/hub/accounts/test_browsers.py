"""A person recognises their own sessions by the browser's name and the system's."""

from __future__ import annotations

import pytest

from skyddsnat.hub.accounts.browsers import browser_named

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (f"{WINDOWS} {WEBKIT} Safari/537.36", "Chrome, Windows"),
        (f"{WINDOWS} {WEBKIT} Safari/537.36 Edg/139.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox, Linux"),
        (f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Mobile Safari/537.36", "Chrome, Android"),
        (f"{PHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{PHONE} CriOS/139.0 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("x" * 300, "x" * 80),
        ("", ""),
    ],
)
def test_what_a_browser_says_of_itself_becomes_its_name(said: str, named: str) -> None:
    assert browser_named(said) == named
