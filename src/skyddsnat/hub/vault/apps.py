from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class VaultConfig(AppConfig):
    name = "skyddsnat.hub.vault"
    label = "vault"

    def ready(self) -> None:
        """Whatever makes or changes tables finds the keys there first, and leaves a proof of them behind."""
        pre_migrate.connect(_keys_first, sender=self)
        post_migrate.connect(_proofs_after, sender=self)


def _keys_first(**rest: Any) -> None:
    from skyddsnat.hub.vault.keys import ensure_ring

    ensure_ring()


def _proofs_after(**rest: Any) -> None:
    from skyddsnat.hub.vault.keys import note_keys

    note_keys()
