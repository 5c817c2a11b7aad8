"""Signals as one MISP event, for a member's own MISP: marked with TLP and kept to the organisation that loads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from skyddsnat.policy.vocabulary import HashKind, Marking, SignalType
from skyddsnat.protocols.misp.tags import TLP_TAGS, narrowest

ORGANISATION_ONLY: Final = "0"
INHERIT: Final = "5"
_TAGS: Final = {marking: tag for tag, marking in TLP_TAGS.items() if tag != "tlp:white"}
_NETWORK: Final = "Network activity"
_PAYLOAD: Final = "Payload delivery"
_TYPES: Final[dict[tuple[SignalType, HashKind | None], tuple[str, str]]] = {
    (SignalType.DOMAIN, None): ("domain", _NETWORK),
    (SignalType.URL, None): ("url", _NETWORK),
    (SignalType.HASH, HashKind.MD5): ("md5", _PAYLOAD),
    (SignalType.HASH, HashKind.SHA1): ("sha1", _PAYLOAD),
    (SignalType.HASH, HashKind.SHA256): ("sha256", _PAYLOAD),
    (SignalType.TERM, None): ("text", "Other"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One signal.  for_detection: whether a system that loads the event may act on it without asking (to_ids)."""

    type: SignalType
    value: str
    hash_kind: HashKind | None
    marking: Marking
    for_detection: bool
    changed: datetime


def write_event(
    signals: Sequence[Listed], *, uuid: UUID, info: str, author: str, author_uuid: UUID, at: datetime
) -> dict[str, Any]:
    """`{"Event": …}`.  A PDQ hash has no type in MISP and is left out.  Raises ValueError for RED, which leaves no web page."""
    if any(signal.marking is Marking.RED for signal in signals):
        raise ValueError(
            "a RED signal was to be written as MISP, expected AMBER+STRICT or wider; RED stays on the web pages"
        )
    attributes = [_attribute(signal, uuid) for signal in signals if (signal.type, signal.hash_kind) in _TYPES]
    marking = narrowest(signal.marking for signal in signals) or Marking.AMBER_STRICT
    return {
        "Event": {
            "uuid": str(uuid),
            "info": info,
            "date": at.date().isoformat(),
            "timestamp": str(int(at.timestamp())),
            "threat_level_id": "4",
            "analysis": "2",
            "distribution": ORGANISATION_ONLY,
            "published": False,
            "Orgc": {"name": author, "uuid": str(author_uuid)},
            "Tag": [{"name": _TAGS[marking]}],
            "Attribute": attributes,
        }
    }


def _attribute(signal: Listed, event: UUID) -> dict[str, Any]:
    kind, category = _TYPES[signal.type, signal.hash_kind]
    return {
        "uuid": str(uuid5(event, f"{kind}\n{signal.value}")),
        "type": kind,
        "category": category,
        "value": signal.value,
        "to_ids": signal.for_detection,
        "distribution": INHERIT,
        "timestamp": str(int(signal.changed.timestamp())),
        "Tag": [{"name": _TAGS[signal.marking]}],
    }
