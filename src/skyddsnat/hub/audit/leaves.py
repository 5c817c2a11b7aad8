"""A row of the log as a leaf of the tree: what may stay for ever as it is, what is about a person as a commitment.

The text is made anew from the row each time.  So a row that was changed behind the hub no longer fits its leaf.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.encoding import force_bytes

from skyddsnat.hub.vault.mac import mac
from skyddsnat.protocols.log import Personal, commitment, entry_text, leaf_hash
from skyddsnat.protocols.log.entry import SALT_BYTES

if TYPE_CHECKING:
    from skyddsnat.hub.audit.models import Entry

KINDS_OF_PEOPLE = frozenset({"person"})
"""Kinds of things whose id is a person's."""

FACTS_OF_PEOPLE = frozenset({"person", "people", "name", "email", "by_person"})
"""Facts that name a person."""

PLAIN = frozenset({str, int, bool, type(None)})
"""Kinds of facts that JSON gives back as they were."""


def seal(entry: Entry) -> None:
    """Give a new row its salt, commitment and stamp.  Raises TypeError for facts that two databases would write differently."""
    # What JSON makes of it is what will be read back; a fraction may come back in another form.
    if not all(type(fact) in PLAIN for fact in entry.facts.values()):
        entry.facts = json.loads(json.dumps(entry.facts), parse_float=_no_fraction)
    entry.salt = secrets.token_bytes(SALT_BYTES)
    entry.personal = commitment(_personal(entry), entry.salt)
    entry.stamp = _stamp(entry_text(public_fields(entry), entry.personal))


def _no_fraction(text: str) -> None:
    raise TypeError(f"got the fact {text}, expected codes, whole numbers and ids")


def text_of(entry: Entry) -> bytes:
    """The entry's text, over which its leaf is hashed.  Of an erased one only the kept commitment tells who it was."""
    personal = commitment(_personal(entry), bytes(entry.salt)) if entry.salt else entry.personal
    return entry_text(public_fields(entry), personal)


def leaf_of(entry: Entry) -> bytes:
    """The entry's leaf hash."""
    return leaf_hash(text_of(entry))


def public_fields(entry: Entry) -> dict[str, Any]:
    """What of an entry may stay for ever."""
    return {
        "at": moment(entry.at),
        "member": entry.member_id,
        "token": entry.token,
        "action": entry.action,
        "kind": entry.kind,
        "object_id": None if is_about_a_person(entry) else entry.object_id,
        "circle": str(entry.circle) if entry.circle else None,
        "facts": {key: value for key, value in entry.facts.items() if key not in FACTS_OF_PEOPLE},
    }


def personal_fields(entry: Entry) -> dict[str, Any]:
    """What of an entry is about a person, as the commitment has it."""
    personal = _personal(entry)
    return {"person": personal.person, "object_id": personal.object_id, "facts": dict(personal.facts)}


def is_about_a_person(entry: Entry) -> bool:
    """Whether the thing itself is a person."""
    return entry.kind in KINDS_OF_PEOPLE


def is_ours(entry: Entry) -> bool:
    """Whether the row bears the hub's own stamp: one that was put in behind its back does not."""
    return our_leaf(entry) is not None


def our_leaf(entry: Entry) -> bytes | None:
    """The leaf hash of a row that bears the hub's own stamp, over the very text that is stamped; None of any other."""
    text = text_of(entry)
    return leaf_hash(text) if hmac.compare_digest(bytes(entry.stamp), _stamp(text)) else None


def moment(at: datetime) -> str:
    """A time as the text has it: UTC, always six digits behind the second."""
    return _written(at.astimezone(UTC))


@lru_cache(maxsize=256)
def _written(at: datetime) -> str:
    # Entries that are written together are of one moment.
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _personal(entry: Entry) -> Personal:
    return Personal(
        person=str(entry.person_id) if entry.person_id else None,
        object_id=entry.object_id if is_about_a_person(entry) else None,
        facts={key: value for key, value in entry.facts.items() if key in FACTS_OF_PEOPLE},
    )


def stamp_of(entry: Entry) -> bytes:
    """The stamp: keyed by a secret that is not in the database, so that whoever writes into that alone cannot make one."""
    return _stamp(text_of(entry))


def _stamp(text: bytes) -> bytes:
    return mac(_stamp_key(settings.SECRET_KEY), text)


@lru_cache(maxsize=4)
def _stamp_key(secret: str) -> bytes:
    """The key that `django.utils.crypto.salted_hmac` makes anew for each text, of the same salt and secret."""
    return hashlib.sha256(force_bytes("skyddsnat.audit.stamp") + force_bytes(secret)).digest()
