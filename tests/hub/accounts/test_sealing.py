"""Secrets of second factors at rest."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.hub.accounts.sealing import CannotUnseal, seal, unseal
from tests.cast import TOTP_SECRET, Cast


@given(st.text(max_size=200))
def test_what_is_sealed_can_be_opened(text: str) -> None:
    assert unseal(seal(text)) == text


def test_the_database_holds_no_usable_secret(cast: Cast) -> None:
    assert TOTP_SECRET not in str(list(Authenticator.objects.values()))


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert seal("hemligt") != seal("hemligt")


@pytest.mark.parametrize("position", [3, 10, 25, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    sealed = list(seal("hemligt"))
    sealed[position] = "A" if sealed[position] != "A" else "B"
    with pytest.raises(CannotUnseal):
        unseal("".join(sealed))


@pytest.mark.parametrize("text", ["", "hemligt", "s1.", "s1.%%%", "s2.AAAA"])
def test_what_was_never_sealed_is_refused_and_not_passed_through(text: str) -> None:
    with pytest.raises(CannotUnseal):
        unseal(text)


def test_another_key_opens_nothing(settings: Any) -> None:
    sealed = seal("hemligt")
    settings.SECRET_KEY = "another"
    with pytest.raises(CannotUnseal):
        unseal(sealed)


def test_keys_can_be_changed_without_enrolling_anew(settings: Any) -> None:
    under_the_old = seal("hemligt")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert unseal(under_the_old) == "hemligt"
    settings.FIELD_KEY = "one of its own"
    under_the_field_key = seal("hemligt")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a third", []
    assert unseal(under_the_field_key) == "hemligt"
