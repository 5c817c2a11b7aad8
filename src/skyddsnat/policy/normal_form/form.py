"""The normal form itself, and the one door to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, assert_never

from skyddsnat.policy.normal_form.digest import digest
from skyddsnat.policy.normal_form.domain import DomainName, domain_name, is_ip_address
from skyddsnat.policy.normal_form.refusal import NotNormal, Reason
from skyddsnat.policy.normal_form.screen import mask
from skyddsnat.policy.normal_form.term import term
from skyddsnat.policy.normal_form.text import cleaned, undefanged
from skyddsnat.policy.normal_form.url import web_address
from skyddsnat.policy.vocabulary import HashKind, SignalType

_HASH_SHAPE: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A signal's value as it is stored, compared and enforced.

    value: the one spelling.  display: for people, with U-labels; never put it on a screen without `defang`.
    host: of a domain or URL, None for an IP address.
    scripts: Unicode scripts of the host.  looks_like: the plain ASCII host that a reader would take it for;
    when it is not None a reviewer must be shown both.
    """

    type: SignalType
    value: str
    display: str
    hash_kind: HashKind | None = None
    host: str | None = None
    scripts: tuple[str, ...] = ()
    looks_like: str | None = None

    @property
    def masked(self) -> str:
        """The hint for lists (see `mask`)."""
        return mask(self.type, self.value)


def normalise(type: SignalType, text: str, *, hash_kind: HashKind | None = None) -> NormalForm:
    """The normal form of what someone wrote, for any signal type.

    hash_kind: needed only for a hash of 64 digits (SHA-256 or PDQ); ignored for other types.
    Raises NotNormal with a `Reason`.
    """
    bare = cleaned(text)
    match type:
        case SignalType.DOMAIN:
            domain = domain_name(undefanged(bare))
            return _named(type, domain.value, domain.display, domain)
        case SignalType.URL:
            address = web_address(undefanged(bare))
            return _named(type, address.value, address.display, address.domain)
        case SignalType.HASH:
            value, kind = digest(bare, hash_kind)
            return NormalForm(type, value, value, hash_kind=kind)
        case SignalType.TERM:
            value = term(bare)
            return NormalForm(type, value, value)
    assert_never(type)


def guess_type(text: str) -> SignalType | None:
    """What a pasted line probably is; None when it is nothing that can be a signal (an IP or e-mail address).

    A guess only: the form shows it and the person can change it.
    """
    try:
        bare = undefanged(cleaned(text))
    except NotNormal:
        return None
    if _HASH_SHAPE.fullmatch(bare):
        return SignalType.HASH
    if is_ip_address(bare):
        return None
    if "://" in bare:
        return SignalType.URL
    for candidate in (SignalType.DOMAIN, SignalType.TERM):
        try:
            normalise(candidate, bare)
        except NotNormal as refusal:
            if refusal.reason is Reason.URL_GIVEN and "." in bare.split("/", 1)[0] and " " not in bare:
                return SignalType.URL
            if refusal.reason in {Reason.EMAIL_GIVEN, Reason.IP_GIVEN}:
                return None
        else:
            return candidate
    return None


def _named(type: SignalType, value: str, display: str, domain: DomainName | None) -> NormalForm:
    if domain is None:
        return NormalForm(type, value, display)
    return NormalForm(
        type,
        value,
        display,
        host=domain.value,
        scripts=domain.scripts,
        looks_like=domain.looks_like,
    )
