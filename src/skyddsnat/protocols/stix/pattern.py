"""STIX patterns of exactly one comparison: all that we write, and all that we take.

A full pattern parser would take what no agent can enforce, at 300 objects a second; one regular expression takes the rest.
A term has no STIX pattern, so it stands under an own `pattern_type`, which clients that do not know it leave alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from skyddsnat.policy.vocabulary import HashKind, SignalType
from skyddsnat.protocols.errors import ProtocolError

STIX_PATTERN: Final = "stix"
TERM_PATTERN: Final = "skyddsnat-term"
LONGEST_PATTERN: Final = 4_200
"""Characters: the longest URL that we keep, with every character escaped."""

_PATTERN: Final = re.compile(
    r"\s*\[\s*(?P<path>domain-name\s*:\s*value|url\s*:\s*value|file\s*:\s*hashes\s*\.\s*(?:'(?P<quoted>[A-Za-z0-9-]{1,20})'"
    r"|(?P<plain>[A-Za-z0-9-]{1,20})))\s*=\s*'(?P<value>(?:[^'\\]|\\['\\])+)'\s*\]\s*"
)
_COMPARISON: Final = re.compile(r"\s*\[\s*(?P<type>[a-z0-9-]{1,40})\s*:", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(['\\])")
_TO_ESCAPE: Final = re.compile(r"['\\]")
_HASH_NAMES: Final = {
    "MD5": HashKind.MD5,
    "SHA1": HashKind.SHA1,
    "SHA256": HashKind.SHA256,
    "PDQ": HashKind.PDQ,
}
_NO_STIX_PATTERN: Final = frozenset(
    {"ipv4-addr", "ipv6-addr", "email-addr", "mac-addr", "process", "windows-registry-key"}
)


class BadPattern(ProtocolError):
    """A pattern that says nothing we can act on.  code: `pattern`, `pattern_type`, `hash_kind`."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a pattern looks for.  text: as written, not yet in normal form."""

    type: SignalType
    text: str
    hash_kind: HashKind | None = None


def hash_kind(name: str) -> HashKind | None:
    """The algorithm behind a name as STIX, MISP or people write it (`SHA-256`, `sha256`)."""
    return _HASH_NAMES.get(name.upper().replace("-", ""))


def write_pattern(type: SignalType, value: str, *, hash_kind: HashKind | None = None) -> tuple[str, str]:
    """(pattern_type, pattern) of a value in normal form."""
    quoted = _TO_ESCAPE.sub(r"\\\g<0>", value) if "'" in value or "\\" in value else value
    match type:
        case SignalType.TERM:
            return TERM_PATTERN, value
        case SignalType.DOMAIN:
            return STIX_PATTERN, f"[domain-name:value = '{quoted}']"
        case SignalType.URL:
            return STIX_PATTERN, f"[url:value = '{quoted}']"
        case SignalType.HASH:
            if hash_kind is None:
                raise ValueError("a hash without its kind, expected MD5, SHA-1, SHA-256 or PDQ")
            name = f"'{hash_kind.value}'" if "-" in hash_kind.value else hash_kind.value
            return STIX_PATTERN, f"[file:hashes.{name} = '{quoted}']"


def read_pattern(pattern_type: object, pattern: object) -> Compared:
    """The one comparison of a pattern.  Raises BadPattern, without repeating the pattern."""
    if not isinstance(pattern, str) or not pattern or len(pattern) > LONGEST_PATTERN:
        raise BadPattern(
            "pattern", f"pattern is missing or too long, expected text of at most {LONGEST_PATTERN} characters"
        )
    if pattern_type == TERM_PATTERN:
        return Compared(SignalType.TERM, pattern)
    if pattern_type != STIX_PATTERN:
        raise BadPattern(
            "pattern_type", f'pattern_type is not taken here, expected "{STIX_PATTERN}" or "{TERM_PATTERN}"'
        )
    found = _PATTERN.fullmatch(pattern)
    if found is None:
        raise BadPattern("pattern", _why_not(pattern))
    text, path = found["value"], found["path"]
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if path.startswith("domain-name"):
        return Compared(SignalType.DOMAIN, text)
    if path.startswith("url"):
        return Compared(SignalType.URL, text)
    kind = hash_kind(found["quoted"] or found["plain"])
    if kind is None:
        raise BadPattern("hash_kind", "hash of a kind that is not taken here, expected MD5, SHA-1, SHA-256 or PDQ")
    return Compared(SignalType.HASH, text, kind)


def _why_not(pattern: str) -> str:
    found = _COMPARISON.match(pattern)
    if found and found["type"] in _NO_STIX_PATTERN:
        return f"pattern on {found['type']} is not taken here, expected domain-name:value, url:value or file:hashes"
    return "pattern was not read, expected exactly one comparison such as [domain-name:value = 'name.example']"
