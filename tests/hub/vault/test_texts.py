"""Secrets of second factors at rest, in allauth's table."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.hub.vault.errors import CannotOpen
from skyddsnat.hub.vault.ring import new_ring
from skyddsnat.hub.vault.texts import open_text, seal_text
from tests.cast import TOTP_SECRET, Cast

HERE = "tests"


@given(st.text(max_size=200))
def test_what_is_sealed_can_be_opened(text: str) -> None:
    assert open_text(seal_text(text, purpose=HERE), purpose=HERE) == text


def test_the_database_holds_no_usable_secret(cast: Cast) -> None:
    assert TOTP_SECRET not in str(list(Authenticator.objects.values()))


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert seal_text("hemligt", purpose=HERE) != seal_text("hemligt", purpose=HERE)


def test_what_was_sealed_for_something_else_is_refused() -> None:
    with pytest.raises(CannotOpen):
        open_text(seal_text("hemligt", purpose=HERE), purpose="something else")


@pytest.mark.parametrize("position", [3, 10, 25, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    sealed = list(seal_text("hemligt", purpose=HERE))
    sealed[position] = "A" if sealed[position] != "A" else "B"
    with pytest.raises(CannotOpen):
        open_text("".join(sealed), purpose=HERE)


@pytest.mark.parametrize("text", ["", "hemligt", "v1.", "v1.%%%", "v1.AQ==", "v2.AAAA", "v1.åäö"])
def test_what_was_never_sealed_is_refused_and_not_passed_through(text: str) -> None:
    with pytest.raises(CannotOpen):
        open_text(text, purpose=HERE)


def test_another_ring_opens_nothing(settings: pytest.FixtureRequest) -> None:
    sealed = seal_text("hemligt", purpose=HERE)
    settings.VAULT_KEYS = new_ring()
    with pytest.raises(CannotOpen):
        open_text(sealed, purpose=HERE)
