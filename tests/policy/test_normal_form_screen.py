"""What a list and a reveal show, and what a pasted line is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.normal_form import defang, guess_type, mask, normalise
from skyddsnat.policy.vocabulary import SignalType


@pytest.mark.parametrize(
    ("type", "value", "masked"),
    [
        (SignalType.DOMAIN, "example.test", "e•••••.test"),
        (SignalType.DOMAIN, "x.co.uk", "x•••••.co.uk"),
        (SignalType.DOMAIN, "a.b.example.test", "•.e•••••.test"),
        (SignalType.DOMAIN, "user.github.io", "u•••••.github.io"),
        (SignalType.DOMAIN, "xn--rk-via.test", "•••••.test"),
        (SignalType.DOMAIN, "github.io", "•••••"),
        (SignalType.URL, "https://example.test/", "https://e•••••.test/"),
        (SignalType.URL, "https://example.test/a/b?c", "https://e•••••.test/…"),
        (SignalType.URL, "http://192.0.2.1:8080/x", "http://•••••/…"),
        (SignalType.URL, "http://[2001:db8::1]/", "http://•••••/"),
        (SignalType.HASH, "4f" + "0" * 30, "4f•••••"),
        (SignalType.TERM, "some words", "s•••••"),
        (SignalType.TERM, "🍒 x", "•••••"),
    ],
)
def test_a_mask_gives_a_hint_and_no_more(type: SignalType, value: str, masked: str) -> None:
    assert mask(type, value) == masked


def test_a_mask_says_nothing_about_the_length() -> None:
    assert mask(SignalType.DOMAIN, "ab.test") == mask(SignalType.DOMAIN, "abcdefghijklmnop.test")


def test_one_hash_mask_is_shared_by_one_hash_in_256() -> None:
    masks = {mask(SignalType.HASH, f"{number:040x}"[::-1]) for number in range(4096)}
    assert len(masks) == 256


@given(st.sampled_from(SignalType), st.text(max_size=40))
def test_a_mask_never_fails_and_never_holds_the_whole_value(type: SignalType, value: str) -> None:
    shown = mask(type, value)
    assert "•••••" in shown
    assert len(value) < 3 or value not in shown


def test_a_form_knows_its_mask() -> None:
    assert normalise(SignalType.DOMAIN, "example.test").masked == "e•••••.test"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("bad.example.test", "bad[.]example[.]test"),
        ("https://bad.test/a.b", "hxxps://bad[.]test/a.b"),
        ("http://bad.test:81/", "hxxp://bad[.]test:81/"),
        ("http://192.0.2.1/x", "hxxp://192[.]0[.]2[.]1/x"),
        ("http://[2001:db8::1]/", "hxxp://[2001:db8::1]/"),
        ("ab" * 16, "ab" * 16),
    ],
)
def test_a_revealed_value_turns_into_no_link(value: str, shown: str) -> None:
    assert defang(value) == shown


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("example.test", SignalType.DOMAIN),
        (" bad[.]example[.]test ", SignalType.DOMAIN),
        ("hxxps://bad[.]test/x", SignalType.URL),
        ("bad.test/x", SignalType.URL),
        ("AB" * 16, SignalType.HASH),
        ("ab" * 32, SignalType.HASH),
        ("some words", SignalType.TERM),
        ("word", SignalType.TERM),
        ("192.0.2.1", None),
        ("someone@example.test", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_pasted_line_is_taken_for_what_it_probably_is(line: str, guess: SignalType | None) -> None:
    assert guess_type(line) is guess


@given(st.text(max_size=60))
def test_guessing_never_fails(text: str) -> None:
    guess_type(text)
