"""What a visitor has typed into the complaint form, read into a complaint or into what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from skyddsnat.policy.complaints import REFERENCE, Reason, is_contact
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import SignalType
from skyddsnat.protocols.complaint import Complaint

MAX_BYTES: Final = 4_096
FIELDS: Final = ("form", "what", "reason", "contact")
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields as they were typed.  wrong: codes of what is wrong, by field."""

    form: str = ""
    what: str = ""
    reason: str = ""
    contact: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_form(body: bytes) -> Filled:
    """Parse `application/x-www-form-urlencoded`.  What does not belong there is dropped."""
    try:
        given = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        given = {}
    form, what, reason, contact = (given.get(name, [""])[0].strip()[:LONGEST] for name in FIELDS)
    return Filled(form, what, reason, contact)


def complaint_of(filled: Filled, *, id: UUID, language: str, now: datetime) -> Complaint | dict[str, str]:
    """The complaint, or what is wrong by field: `what` and `contact` and `reason` with a code of texts.WRONG."""
    wrong = {}
    entry, name = _what(filled.what)
    if not entry and not name:
        wrong["what"] = "what" if filled.what else "what_missing"
    if filled.reason not in set(Reason):
        wrong["reason"] = "reason"
    if filled.contact and not is_contact(filled.contact):
        wrong["contact"] = "contact"
    if wrong:
        return wrong
    return Complaint(
        id=id, at=now, language=language, reason=Reason(filled.reason), entry=entry, name=name, contact=filled.contact
    )


def _what(text: str) -> tuple[str, str]:
    """(reference, name): a reference of eight digits, or the host of whatever address was pasted.  The rest of it is not kept."""
    if REFERENCE.fullmatch(text.upper()):
        return text.upper(), ""
    host = text
    if "/" in text:
        try:
            host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
        except ValueError:
            host = ""
    try:
        return "", normalise(SignalType.DOMAIN, host).value
    except NotNormal:
        return "", ""
