"""Domain names: IDNA 2008 with UTS 46 mapping, A-labels, lower case, no trailing dot."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

import idna

from skyddsnat.policy.normal_form.refusal import NotNormal, Reason
from skyddsnat.policy.normal_form.scripts import latin_twin, may_stand_together, scripts_of

MAX_NAME: Final = 253
MAX_LABEL: Final = 63

_LDH: Final = re.compile(r"[a-z0-9-]+")
_URL_MARKS: Final = frozenset("/?#\\")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_TOO_LONG: Final = frozenset({"label_too_long", "input_too_long"})
_PORT: Final = re.compile(r"[^:]+:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class DomainName:
    """A domain in normal form.

    value: A-labels.  display: U-labels.  scripts: over all labels, sorted.
    looks_like: the plain ASCII name that a reader would take it for, or None.
    """

    value: str
    display: str
    scripts: tuple[str, ...]
    looks_like: str | None


def domain_name(text: str) -> DomainName:
    """Read one domain name.  text: cleaned and undefanged.

    Raises NotNormal.  A label in one foreign script that looks Latin throughout (under a Latin top domain) is
    *flagged* in `looks_like`, not refused: such a name exists, may be listed, and is enforced as its A-label,
    which cannot be mistaken; the reviewer must see both spellings.  A label that *mixes* scripts is refused:
    no registry of good standing sells it, and no reviewer can read it aloud.
    """
    _refuse_other_shapes(text)
    mapped = text.lower() if text.isascii() else _mapped(text)
    if mapped != text:
        _refuse_other_shapes(mapped)
    labels = mapped.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        raise NotNormal(Reason.IP_GIVEN, "the last label is a number")
    pairs = [_label(label) for label in labels]
    value = ".".join(ascii_label for ascii_label, _ in pairs)
    if len(value) > MAX_NAME:
        raise NotNormal(Reason.TOO_LONG, f"{len(value)} characters, at most {MAX_NAME}")
    if len(pairs) < 2:
        raise NotNormal(Reason.SINGLE_LABEL)
    readable = [shown for _, shown in pairs]
    return DomainName(
        value=value,
        display=".".join(readable),
        scripts=tuple(sorted(set().union(*map(scripts_of, readable)))),
        looks_like=_twin(readable) if readable[-1].isascii() else None,
    )


def is_ip_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address or network in its usual spelling."""
    bare = text.removeprefix("[").removesuffix("]")
    if ":" not in bare and not bare[-1:].isdigit():  # IPv6 has a colon, IPv4 ends with a digit: most names have neither
        return False
    try:
        ipaddress.ip_network(bare, strict=False)
    except ValueError:
        return False
    return True


def _refuse_other_shapes(text: str) -> None:
    """Tell people what they gave instead of a domain; "not a domain" alone helps nobody."""
    if is_ip_address(text):
        raise NotNormal(Reason.IP_GIVEN)
    if not _URL_MARKS.isdisjoint(text):
        raise NotNormal(Reason.URL_GIVEN)
    if text and text.split() != [text]:
        raise NotNormal(Reason.SPACES)
    if "@" in text:
        raise NotNormal(Reason.EMAIL_GIVEN)
    if ":" in text:
        raise NotNormal(Reason.PORT_GIVEN if _PORT.fullmatch(text) else Reason.NOT_A_DOMAIN)
    if "*" in text:
        raise NotNormal(Reason.WILDCARD)
    if "_" in text:
        raise NotNormal(Reason.UNDERSCORE)


def _mapped(text: str) -> str:
    if len(text) > 4 * MAX_NAME:  # before the mapping, whose cost grows with the text
        raise NotNormal(Reason.TOO_LONG, f"{len(text)} characters, at most {MAX_NAME}")
    try:
        return idna.uts46_remap(text, std3_rules=False)
    except idna.IDNAError:
        # `from None` here and below: the library's error quotes the name.
        raise NotNormal(Reason.IDN_NOT_ALLOWED, "refused by the UTS 46 mapping") from None


def _label(label: str) -> tuple[str, str]:
    """A-label and U-label of one mapped label."""
    if not label:
        raise NotNormal(Reason.NOT_A_DOMAIN, "an empty label")
    if label.isascii() and not label.startswith("xn--"):
        if not _LDH.fullmatch(label):
            raise NotNormal(Reason.NOT_A_DOMAIN, "characters other than a-z, 0-9 and hyphen")
        if len(label) > MAX_LABEL:
            raise NotNormal(Reason.TOO_LONG, f"a label of {len(label)} characters, at most {MAX_LABEL}")
        if label.startswith("-") or label.endswith("-"):
            raise NotNormal(Reason.HYPHEN, "a label begins or ends with a hyphen")
        return label, label
    try:
        readable = idna.ulabel(label)
        ascii_label = idna.alabel(readable).decode("ascii")
    except idna.IDNAError as error:
        reason = Reason.TOO_LONG if error.code in _TOO_LONG else Reason.IDN_NOT_ALLOWED
        raise NotNormal(reason, "refused by IDNA 2008") from None
    scripts = scripts_of(readable)
    if not may_stand_together(scripts):
        raise NotNormal(Reason.MIXED_SCRIPT, " + ".join(sorted(scripts)))
    return ascii_label, readable


def _twin(labels: list[str]) -> str | None:
    twins = [latin_twin(label) for label in labels]
    if not any(twins):
        return None
    return ".".join(twin or label for twin, label in zip(twins, labels, strict=True))
