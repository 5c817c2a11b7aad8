"""An entry's text, over which its leaf is hashed: one line naming the format, one of canonical JSON.

Personal details do not stand in it.  A commitment does: HMAC-SHA256 over their canonical JSON, keyed with 32 random bytes that
are kept beside the row.  Once details and salt are erased nobody can work the details out, and the tree still verifies.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from skyddsnat.protocols.canonical import canonical
from skyddsnat.protocols.log.errors import BadLog

FORMAT: Final = "skyddsnat/log-entry/1"
SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Personal:
    """What of an entry is about a person.  object_id: only where the thing is a person; facts: those that name one."""

    person: str | None
    object_id: str | None
    facts: Mapping[str, Any]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to protect."""
        return self.person is None and self.object_id is None and not self.facts


def commitment(personal: Personal, salt: bytes) -> str:
    """The commitment in hex."""
    if personal.empty:
        return hmac.digest(salt, _NOTHING, "sha256").hex()
    said = {"person": personal.person, "object_id": personal.object_id, "facts": dict(personal.facts)}
    return hmac.digest(salt, _canonical(said), "sha256").hex()


def entry_text(public: Mapping[str, Any], committed: str) -> bytes:
    """The text.  public: what may stay for ever.  committed: the commitment, "" for an entry without personal details."""
    return FORMAT.encode() + b"\n" + _canonical({**public, "personal": committed}) + b"\n"


def read_entry(text: bytes) -> dict[str, Any]:
    """The text's fields.  Raises BadLog(malformed) for anything but what `entry_text` writes."""
    first, _, rest = text.partition(b"\n")
    try:
        fields = json.loads(rest)
        good = first == FORMAT.encode() and isinstance(fields, dict) and _canonical(fields) + b"\n" == rest
    except (ValueError, RecursionError):
        good = False
    if not good:
        raise BadLog("malformed", f"the entry was not read, expected {FORMAT} and a line of canonical JSON")
    return dict(fields)


def _canonical(fields: Mapping[str, Any]) -> bytes:
    """The same text from every database."""
    return canonical(fields, finite=True)


_NOTHING: Final = _canonical({"person": None, "object_id": None, "facts": {}})
"""What most entries commit to: that there is nothing about a person in them."""
