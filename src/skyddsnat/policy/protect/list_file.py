"""Reads the lists of protected names: the three that are shipped and those that an operator keeps itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import SignalType

_DATE: Final = "# date: "


class ProtectReason(StrEnum):
    """Why a name is protected; stable codes that the rim translates."""

    PUBLIC_SUFFIX = "public_suffix"
    SHARED_PLATFORM = "shared_platform"
    POPULAR = "popular"
    MEMBER_OWN = "member_own"
    INFRASTRUCTURE = "infrastructure"


class ProtectMode(StrEnum):
    """What a hit does: stop needs an override by two organisations, warn a second look."""

    STOP = "stop"
    WARN = "warn"


class BrokenProtectList(PolicyRefusal):
    """A protect list that cannot be read.  A program must not run without its list, so this stops it at start."""

    def __init__(self, detail: str) -> None:
        super().__init__("broken_protect_list", detail)


@dataclass(frozen=True, slots=True)
class ProtectedName:
    """One protected name.

    name: a normalised domain.  tenants: what lies directly below belongs to others (`*.name` in a file),
    so that one of them may be listed without the name itself.
    """

    name: str
    reason: ProtectReason
    mode: ProtectMode = ProtectMode.STOP
    tenants: bool = False


@dataclass(frozen=True, slots=True)
class ShippedList:
    """A list of this package and the day it was written."""

    dated: date
    names: tuple[ProtectedName, ...]


def parse_names(text: str, *, reason: ProtectReason, source: str) -> tuple[ProtectedName, ...]:
    """Names of one list, one a line: `name`, `*.name`, either with ` warn` behind; `#` begins a comment.

    source: what the error calls the list.  Raises BrokenProtectList with the line's number.
    """
    found: dict[str, ProtectedName] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) > 2 or words[1:] not in ([], [ProtectMode.WARN]):
            raise BrokenProtectList(f'{source}, line {number}: expected a name, or a name and "warn"')
        tenants = words[0].startswith("*.")
        try:
            name = normalise(SignalType.DOMAIN, words[0].removeprefix("*.")).value
        except NotNormal as refusal:
            raise BrokenProtectList(f"{source}, line {number}: not a domain name ({refusal.reason})") from None
        if name in found:
            raise BrokenProtectList(f"{source}, line {number}: this name stands here twice; remove one")
        mode = ProtectMode.WARN if len(words) > 1 else ProtectMode.STOP
        found[name] = ProtectedName(name, reason, mode, tenants)
    return tuple(found.values())


def parse_shipped(text: str, *, reason: ProtectReason, source: str) -> ShippedList:
    """A shipped list: names and a line `# date: YYYY-MM-DD`.  Raises BrokenProtectList."""
    dates = [line.removeprefix(_DATE).strip() for line in text.splitlines() if line.startswith(_DATE)]
    try:
        (written,) = map(date.fromisoformat, dates)
    except ValueError:
        raise BrokenProtectList(f'{source}: expected one line "# date: YYYY-MM-DD"') from None
    names = parse_names(text, reason=reason, source=source)
    if not names:
        raise BrokenProtectList(f"{source}: no names; expected a full list; reinstall the program")
    return ShippedList(dated=written, names=names)


@cache
def shipped_lists() -> tuple[ShippedList, ...]:
    """The lists of this package, the strongest reason first.  Raises BrokenProtectList."""
    folder = files("skyddsnat.policy.protect") / "data"
    return tuple(
        parse_shipped((folder / f"{file}.txt").read_text("utf-8"), reason=reason, source=f"{file}.txt")
        for file, reason in (
            ("infrastructure", ProtectReason.INFRASTRUCTURE),
            ("shared_platforms", ProtectReason.SHARED_PLATFORM),
            ("popular", ProtectReason.POPULAR),
        )
    )
