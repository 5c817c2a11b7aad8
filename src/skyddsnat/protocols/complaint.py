"""What a stop page hands to the hub: one complaint as JSON.  Read strictly; nothing of the visitor but what they typed in.

There is no field for an address, a device or a text, so none can come along.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from skyddsnat.catalogue.text import LANGUAGES
from skyddsnat.policy.complaints import REFERENCE, Reason, is_contact
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import SignalType
from skyddsnat.protocols.errors import ProtocolError

MAX_BYTES: Final = 4_096
KEYS: Final = ("id", "at", "language", "reason", "entry", "name", "contact")


class BadComplaint(ProtocolError):
    """The complaint cannot be taken.  The message names fields, never their contents."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_complaint", message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint.  at: when the visitor sent it.  entry: the block's reference, or name: a domain in normal form; one of both.

    id: made by the stop page; the same complaint sent again is one.  contact: an e-mail address, a telephone number or "".
    """

    id: UUID
    at: datetime
    language: str
    reason: Reason
    entry: str = ""
    name: str = ""
    contact: str = ""

    @property
    def receipt(self) -> str:
        """What the visitor is given to ask by: tells nothing of the complaint."""
        return receipt_of(self.id)


def receipt_of(id: UUID) -> str:
    """The receipt of a complaint with this id."""
    return f"{id.hex[:4]}-{id.hex[4:8]}".upper()


def write_complaint(one: Complaint) -> bytes:
    """The JSON that is handed over."""
    body = {
        "id": str(one.id),
        "at": one.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "language": one.language,
        "reason": one.reason.value,
        "entry": one.entry,
        "name": one.name,
        "contact": one.contact,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def read_complaint(body: bytes) -> Complaint:
    """Parse what a stop page has handed over.  Raises BadComplaint."""
    top = _fields(body)
    entry, name = top["entry"], top["name"]
    if bool(entry) == bool(name):
        raise BadComplaint("entry and name: got both or neither, expected one of them")
    if entry and not REFERENCE.fullmatch(entry):
        raise BadComplaint("entry is not a reference, expected eight digits 0-9 A-F")
    if name and not _is_normal(name):
        raise BadComplaint("name is not a domain in normal form")
    if top["contact"] and not is_contact(top["contact"]):
        raise BadComplaint("contact is neither an e-mail address nor a telephone number")
    if top["language"] not in LANGUAGES:
        raise BadComplaint(f"language is not one of {', '.join(LANGUAGES)}")
    return Complaint(
        id=_id(top["id"]),
        at=_moment(top["at"]),
        language=top["language"],
        reason=_reason(top["reason"]),
        entry=entry,
        name=name,
        contact=top["contact"],
    )


def _fields(body: bytes) -> dict[str, str]:
    if len(body) > MAX_BYTES:
        raise BadComplaint(f"the complaint has {len(body)} bytes, expected at most {MAX_BYTES}")
    try:
        raw: Any = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadComplaint("the body is not JSON in UTF-8") from error
    if not isinstance(raw, dict) or set(raw) != set(KEYS):
        raise BadComplaint(f"expected an object with exactly {', '.join(KEYS)}")
    if not all(isinstance(value, str) for value in raw.values()):
        raise BadComplaint("a field is not a text")
    return raw


def _is_normal(name: str) -> bool:
    try:
        return normalise(SignalType.DOMAIN, name).value == name
    except NotNormal:
        return False


def _id(text: str) -> UUID:
    try:
        found = UUID(text)
    except ValueError as error:
        raise BadComplaint("id is not a UUID") from error
    if str(found) != text:
        raise BadComplaint("id is not a UUID in its usual spelling")
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadComplaint("at is not a time with its offset (RFC 3339)")
    return moment


def _reason(text: str) -> Reason:
    if text not in set(Reason):
        raise BadComplaint("reason is not one of the fixed ones")
    return Reason(text)
