"""The coalition's canaries: the key that marks exported lists, the zones that the names stand in, and what is one."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from skyddsnat.hub.vault.ring import ring
from skyddsnat.policy.canaries import is_mark
from skyddsnat.policy.normal_form import NormalForm
from skyddsnat.policy.vocabulary import HashKind, SignalType

PURPOSE = b"skyddsnat/canary/1"


def zones() -> Sequence[str]:
    """Names that the coalition owns and that never resolve, the one in use first; none where no list is to be marked by name."""
    found: Sequence[str] = settings.CANARY_ZONES
    return found


def mark_key() -> bytes:
    """The key of all marks.  It comes from the vault's index key, which stays when sealing keys change: old lists still tell."""
    return _mark_key(ring().index)


@lru_cache(maxsize=4)
def _mark_key(index: bytes) -> bytes:
    return hmac.digest(index, PURPOSE + b"marks", "sha256")


def is_canary(type_: SignalType, value: str, hash_kind: HashKind | None = None) -> bool:
    """Whether a value in normal form marks an exported list."""
    key = mark_key() if type_ is SignalType.HASH else b""  # a name is known by its zone
    return is_mark(key, zones(), type_, value, hash_kind)


def is_canary_form(form: NormalForm) -> bool:
    """The same for what was just brought into normal form."""
    return is_canary(form.type, form.value, form.hash_kind)


def marker_of(type_: SignalType, value: str) -> str:
    """What of a canary is kept when it comes back: enough to name its export."""
    if type_ is SignalType.HASH:
        return value
    host = value if type_ is SignalType.DOMAIN else urlsplit(value).hostname or ""
    zone = next((zone for zone in zones() if host == zone or host.endswith(f".{zone}")), "")
    return host.removesuffix(zone).rstrip(".")[-64:]
