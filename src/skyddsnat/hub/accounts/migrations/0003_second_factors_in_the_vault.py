"""Second factors move from the seal of 0.1.0 into the vault; sessions of 0.1.0 end, since their keys stood in the clear."""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

from skyddsnat.hub.accounts.sealed_factors import SEALED_ENTRIES, SECOND_FACTOR
from skyddsnat.hub.drawn_alone import RunPython
from skyddsnat.hub.vault.texts import PREFIX, open_text, seal_text

OLD = "s1."
PURPOSE = b"skyddsnat/second-factor/1"
NONCE = 12


def forth(apps: Any, schema_editor: Any) -> None:
    """Each secret by itself; what is in the vault already is left, so a run that stopped can be run again."""
    _each(apps, OLD, lambda text: seal_text(_open_old(text), purpose=SECOND_FACTOR))
    for label, name in (("sessions", "Session"), ("usersessions", "UserSession")):
        apps.get_model(label, name).objects.all().delete()


def back(apps: Any, schema_editor: Any) -> None:
    """Back under the key of 0.1.0.  Everyone signs in anew."""
    _each(apps, PREFIX, lambda text: _seal_old(open_text(text, purpose=SECOND_FACTOR)))
    apps.get_model("usersessions", "UserSession").objects.all().delete()


def _each(apps: Any, prefix: str, turn: Any) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        found = {name: row.data[name] for name in SEALED_ENTRIES if str(row.data.get(name, "")).startswith(prefix)}
        if found:
            row.data |= {name: turn(text) for name, text in found.items()}
            row.save(update_fields=["data"])


def _seal_old(text: str) -> str:
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, text.encode(), OLD.encode() + PURPOSE)
    return OLD + base64.urlsafe_b64encode(nonce + sealed).decode()


def _open_old(sealed: str) -> str:
    raw = base64.urlsafe_b64decode(sealed.removeprefix(OLD).encode())
    for key in _keys():
        try:
            return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], OLD.encode() + PURPOSE).decode()
        except InvalidTag:
            continue
    raise ImproperlyConfigured(
        "a second factor was sealed under a key that is not there; set SKYDDSNAT_FIELD_KEY_FILE to the field.key of 0.1.0"
    )


def _keys() -> list[bytes]:
    texts = [settings.FIELD_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derive = lambda text: HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
    return [derive(text) for text in texts if text]


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_sealed_sessions"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [RunPython(forth, back)]
