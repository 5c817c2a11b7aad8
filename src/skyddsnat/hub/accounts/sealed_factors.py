"""Second factors at rest: secrets of authenticator apps and the seed of recovery codes, sealed in allauth's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from django.db import transaction

from skyddsnat.hub.vault.texts import key_of_text, open_text, seal_text

SECOND_FACTOR: Final = "second-factor"
SEALED_ENTRIES: Final = ("secret", "seed")  # of an authenticator's data: an app's secret, the recovery codes' seed


class SecondFactors:
    """They take part in a change of keys (vault.rotation)."""

    name = "second factors"

    def counts(self) -> Counter[int]:
        """How many secrets are under each key."""
        return Counter(key_of_text(text) for row in _rows() for text in _sealed(row).values())

    def reseal(self, kid: int) -> Iterator[int]:
        """Seal anew what is not under the key, row by row: a sign-in uses up a recovery code in the same cell."""
        for pk in [row.pk for row in _rows() if any(key_of_text(text) != kid for text in _sealed(row).values())]:
            with transaction.atomic():
                row = _rows().select_for_update().get(pk=pk)
                fresh = {
                    name: seal_text(open_text(text, purpose=SECOND_FACTOR), purpose=SECOND_FACTOR)
                    for name, text in _sealed(row).items()
                }
                row.data |= fresh
                row.save(update_fields=["data"])
            yield len(fresh)


def _rows() -> Any:
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)


def _sealed(row: Any) -> dict[str, str]:
    return {name: row.data[name] for name in SEALED_ENTRIES if name in row.data}
