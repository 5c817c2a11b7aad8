"""The decision: does this entry touch a protected name?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from skyddsnat.policy.normal_form import NotNormal, normalise, public_suffix
from skyddsnat.policy.normal_form.suffixes import suffix_list_date, suffix_rules
from skyddsnat.policy.protect.list_file import (
    BrokenProtectList,
    ProtectedName,
    ProtectMode,
    ProtectReason,
    shipped_lists,
)
from skyddsnat.policy.vocabulary import Scope, SignalType

# A platform's own hosts among its tenants' sub-names.
_SERVICE_LABEL: Final = re.compile(
    r"www\d?|m|api|apps?|login|signin|auth|accounts?|id|sso|mail|smtp|imap|mx|cdn|static|assets|media|img|images"
    r"|help|support|status|docs|developers?|admin|dashboard|ns\d"
)


class Position(StrEnum):
    """Where the entry lies, seen from the protected name."""

    SAME = "same"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Protection:
    """Why an entry is stopped.  name: the protected name (public knowledge, may be shown)."""

    reason: ProtectReason
    mode: ProtectMode
    name: str
    position: Position


@dataclass(frozen=True, slots=True)
class ProtectList:
    """All protected names, ready to be asked; immutable, shared between threads.

    Make it with `build`.  names: by name.  above: for each name that lies above a protected one, that one.
    dated: the oldest of the shipped lists and the public suffix list; a program warns when it is old.
    """

    names: Mapping[str, ProtectedName]
    above: Mapping[str, ProtectedName]
    dated: date

    @classmethod
    def build(cls, *, members_own: Iterable[str] = (), extra: Iterable[str | ProtectedName] = ()) -> ProtectList:
        """The shipped lists with the members' own names and, at an operator, its own infrastructure.

        members_own, extra: domains as people write them.  A member's name that is a shared platform keeps its
        tenants listable.  Raises BrokenProtectList for a name that is no domain.
        """
        names: dict[str, ProtectedName] = {}
        for shipped in shipped_lists():
            for entry in shipped.names:
                if entry.name in names:
                    raise BrokenProtectList(f"{entry.name} stands in two lists; remove one")
                names[entry.name] = entry
        for entry in (*_own(extra, ProtectReason.INFRASTRUCTURE), *_own(members_own, ProtectReason.MEMBER_OWN)):
            before = names.get(entry.name)
            names[entry.name] = replace(entry, tenants=entry.tenants or (before is not None and before.tenants))
        return cls(
            names=MappingProxyType(names),
            above=MappingProxyType(_above(names.values())),
            dated=min(suffix_list_date(), *(shipped.dated for shipped in shipped_lists())),
        )

    def check(self, value: str, *, scope: Scope) -> Protection | None:
        """Why a domain entry must not be listed or enforced, or None when nothing protects it.

        value: a normalised domain; upper case and a trailing dot do not slip through.  It is stopped when it
        - is a public suffix of either section (or the own host `www.` of a private one),
        - covers a whole public suffix, or is or covers a protected name,
        - lies below a protected name, unless it belongs to a tenant there.
        """
        value = value.strip().rstrip(".").lower()
        suffix = public_suffix(value)
        rules = suffix_rules()
        if value == suffix or not value:
            return Protection(ProtectReason.PUBLIC_SUFFIX, ProtectMode.STOP, suffix, Position.SAME)
        same = self.names.get(value)
        if same is not None:
            return _hit(same, Position.SAME)
        if scope is not Scope.EXACT:  # an unknown scope counts as the wider one
            below = self.above.get(value)
            if below is not None:
                return _hit(below, Position.ABOVE)
            if value in rules.above:
                return Protection(ProtectReason.PUBLIC_SUFFIX, ProtectMode.STOP, value, Position.ABOVE)
        if value == f"www.{suffix}" and suffix in rules.private:
            return Protection(ProtectReason.PUBLIC_SUFFIX, ProtectMode.STOP, suffix, Position.BELOW)
        return self._from_above(value, suffix)

    def _from_above(self, value: str, suffix: str) -> Protection | None:
        """Whether the nearest protected name above holds this host too."""
        label, _, rest = value.partition(".")
        while rest:
            holder = self.names.get(rest)
            if holder is not None:
                return None if _is_tenant(label, holder, suffix) else _hit(holder, Position.BELOW)
            label, _, rest = rest.partition(".")
        return None


def _is_tenant(label: str, holder: ProtectedName, suffix: str) -> bool:
    """Whether the host below `holder`, reached by its label `label`, belongs to somebody else.

    A public suffix further down hands out names of its own (`blob.core.windows.net` below `windows.net`).
    Where the holder is itself a suffix its sub-names are other people's, save for infrastructure, whose
    sub-names (`fonts.googleapis.com`) carry half the web.
    """
    if len(suffix) > len(holder.name):
        return True
    if holder.tenants:
        return _SERVICE_LABEL.fullmatch(label) is None
    return suffix == holder.name and holder.reason is not ProtectReason.INFRASTRUCTURE


def _hit(entry: ProtectedName, position: Position) -> Protection:
    return Protection(entry.reason, entry.mode, entry.name, position)


def _above(names: Iterable[ProtectedName]) -> dict[str, ProtectedName]:
    """For each name above protected ones the first of them, one that stops before one that warns."""
    above: dict[str, ProtectedName] = {}
    for entry in names:
        rest = entry.name.partition(".")[2]
        while rest:
            known = above.get(rest)
            if known is None or (known.mode is ProtectMode.WARN and entry.mode is ProtectMode.STOP):
                above[rest] = entry
            rest = rest.partition(".")[2]
    return above


def _own(given: Iterable[str | ProtectedName], reason: ProtectReason) -> Iterable[ProtectedName]:
    for number, item in enumerate(given, start=1):
        if isinstance(item, ProtectedName):
            yield item
            continue
        try:
            yield ProtectedName(normalise(SignalType.DOMAIN, item).value, reason)
        except NotNormal as refusal:
            raise BrokenProtectList(f"{reason} name {number}: not a domain name ({refusal.reason})") from None
