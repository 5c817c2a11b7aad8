"""Passwords: which are taken, how they are typed, compared and kept."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.accounts.passwords import stands_in
from skyddsnat.hub.settings import base
from tests.cast import PASSWORD, Cast

COMMON = ("passwordpassword", "qwertyuiop123", "123456789012345", "iloveyou1234", "q1w2e3r4t5y6")


def is_refused(password: str) -> bool:
    try:
        validate_password(password)
    except ValidationError:
        return True
    return False


def test_common_passwords_are_refused_and_any_composition_is_taken(cast: Cast) -> None:
    assert any(is_refused(one) for one in COMMON)
    assert is_refused("1" * 12)
    for password in ("x" * 11, "älgar"):
        assert is_refused(password)
    for password in ("skogen vilar i snön", "korrekthästbatteri", "🦌" * 12, "a b c d e f g h", "lång" * 32):
        assert not is_refused(password), password


@pytest.mark.parametrize(
    "password",
    [
        "Skyddsnät2026!",
        "skyddsnat-alfa-99",
        "Provkoalitionen1",
        "Nationell blockering",
        "Vakten.Solros.2026",
        "sKydD5nät!!!!",
    ],
)
def test_words_of_the_house_alone_are_refused(cast: Cast, password: str) -> None:
    assert is_refused(password)


@pytest.mark.parametrize(
    "password", ["skyddsnät under fyra moln", "alfa hoppar högt över staket", "korrekthästbatteri"]
)
def test_words_of_the_house_among_others_are_taken(cast: Cast, password: str) -> None:
    assert not is_refused(password)


@pytest.mark.parametrize("password", ["password20261128", "!!!1qwertyuiop99", "P@ssw0rd12345678", "dragondragon!!"])
def test_stolen_passwords_with_something_put_to_them_are_refused(cast: Cast, password: str) -> None:
    assert is_refused(password)


def test_a_file_of_stolen_hashes_is_asked_where_it_lies(cast: Cast, tmp_path: Path, settings: Any) -> None:
    stolen = [f"{word} i natten {number}" for number, word in enumerate(("räven", "ugglan", "vargen") * 50)]
    path = tmp_path / "hashes.txt"
    digests = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in stolen)
    path.write_text("\n".join(f"{digest}:{number}" for number, digest in enumerate(digests)) + "\n")
    assert not is_refused(stolen[0])
    settings.BREACHED_PASSWORDS = path
    assert all(map(is_refused, stolen))
    assert not any(is_refused(f"{one} x") for one in stolen)
    assert stands_in(path, digests[0].encode())
    assert stands_in(path, digests[-1].encode())
    assert not stands_in(path, b"0" * 40)
    assert not stands_in(path, b"F" * 40)


@pytest.mark.parametrize("content", [None, "not a hash\n"])
def test_a_file_of_stolen_hashes_that_cannot_be_asked_lets_nothing_through(
    cast: Cast, tmp_path: Path, settings: Any, content: str | None
) -> None:
    settings.BREACHED_PASSWORDS = tmp_path / "hashes.txt"
    if content is not None:
        settings.BREACHED_PASSWORDS.write_text(content)
    with pytest.raises(ImproperlyConfigured):
        validate_password("ett långt och eget ord")


def test_password_fields_are_masked_and_help_managers(cast: Cast, client: Client) -> None:
    fields = re.findall(r"<input[^>]*name=\"password\"[^>]*>", client.get("/account/login/").content.decode())
    cast.sign_in(client, cast.person("alfa", "analyst"))
    page = client.get(reverse("account_change_password")).content.decode()
    fields += re.findall(r"<input[^>]*name=\"\w*password\w*\"[^>]*>", page)
    assert len(fields) >= 3
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "onpaste" not in field


@pytest.mark.parametrize("other", [PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x", PASSWORD.replace("ö", "o")])
def test_a_password_counts_as_it_was_typed(cast: Cast, other: str) -> None:
    person = cast.person("alfa", "analyst")
    assert person.check_password(PASSWORD)
    assert not person.check_password(other)


def test_passwords_are_kept_slowly_hashed() -> None:
    """The settings of the suite are quicker, so what every hub has in common is looked at."""
    from django.conf import global_settings
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    assert not hasattr(base, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    hashed = PBKDF2PasswordHasher().encode("x", "salt" * 6)
    assert hashed.startswith("pbkdf2_sha256$")
    assert int(hashed.split("$")[1]) >= 600_000


def test_no_line_feed_gets_into_the_head_of_a_letter() -> None:
    letter = EmailMessage("Subject\nBcc: eve@else.test", "body", "a@b.test", ["c@d.test"])
    with pytest.raises(ValueError, match="linefeed"):
        letter.message()


def test_a_session_lasts_as_long_as_the_documents_say() -> None:
    assert (timedelta(hours=1), timedelta(hours=12)) == (base.SESSION_IDLE, base.SESSION_AT_MOST)
