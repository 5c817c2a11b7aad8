"""Who is who on the wire: STIX ids that are worked out, never drawn, so that a retry cannot make a second object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Final
from uuid import UUID

from skyddsnat.policy.vocabulary import HashKind, SignalType
from skyddsnat.protocols.stix.moments import to_us

STIX_ID: Final = re.compile(
    r"(?P<type>[a-z][a-z0-9-]{1,60}[a-z0-9])--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The coalition as the author of objects.

    namespace: secret and random per coalition; with a known one, whoever sees an id could test whether a guessed name is listed.
    identity: the UUID of its STIX identity.  since: when the coalition was founded.
    """

    namespace: UUID
    identity: UUID
    name: str
    since: datetime
    ref: str = field(init=False, compare=False)
    """What stands in `created_by_ref`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", f"identity--{self.identity}")


def signal_uuid(
    namespace: UUID, *, circle: UUID, type: SignalType, hash_kind: HashKind | None, value: str, episode: int
) -> str:
    """The UUID of a signal's indicator in one episode.

    The episode is part of it because STIX lets no revoked id return; so is the hash kind, since SHA-256 and PDQ look alike.
    """
    kind = hash_kind.value if hash_kind else ""
    return _named(namespace, f"indicator|{circle}|{type.value}|{kind}|{value}|{episode}")


def submission_uuid(namespace: UUID, submission: UUID, since: datetime) -> str:
    """The UUID of the indicator that tells a member what became of one report of its own.

    since: when it was handed in; a report that was taken back and is made again is told anew, as a revoked id may not return.
    """
    return _named(namespace, f"submission|{submission}|{to_us(since)}")


def feedback_uuid(namespace: UUID, *, kind: str, indicator: str, key: str) -> str:
    """The UUID of a sighting or an opinion.  kind: the STIX type.  key: what sets it apart from others on the indicator."""
    return _named(namespace, f"{kind}|{indicator}|{key}")


def _named(namespace: UUID, name: str) -> str:
    """What `uuid5` makes of a name, as text, for a third of its time: RFC 9562 § 5.5."""
    found = sha1(namespace.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(found[16], 16) & 3]
    return f"{found[:8]}-{found[8:12]}-5{found[13:16]}-{variant}{found[17:20]}-{found[20:32]}"
