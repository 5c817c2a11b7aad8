"""The public suffix list (publicsuffix.org, ICANN and private sections), as bundled with publicsuffixlist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from publicsuffixlist import PublicSuffixList

_PRIVATE_SECTION: Final = "// ===BEGIN PRIVATE DOMAINS==="
_VERSION: Final = re.compile(r"^// VERSION: (\d{4}-\d{2}-\d{2})_", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SuffixRules:
    """What the list says beyond "which suffix has this name".

    above: every name that lies above a suffix without being the root, so that a whole-domain row there
    would take a whole suffix with it (`amazonaws.com` lies above `s3.amazonaws.com`).
    private: suffixes of the private section: other people's sites under one company's domain.
    listed_on: the day of the list.
    """

    above: frozenset[str]
    private: frozenset[str]
    listed_on: date


@cache
def _source() -> str:
    return (files("publicsuffixlist") / "public_suffix_list.dat").read_text("utf-8")


@cache
def _lookup() -> PublicSuffixList:
    return PublicSuffixList(_source().splitlines())


@cache
def suffix_rules() -> SuffixRules:
    """The rules of the list, read once."""
    above: set[str] = set()
    private: set[str] = set()
    in_private = False
    for line in _source().splitlines():
        if line.startswith("//") or not line.strip():
            in_private = in_private or line.startswith(_PRIVATE_SECTION)
            continue
        # The file writes wildcards `*.ck`, exceptions `!www.ck`, and international names as U-labels.
        name = _ascii(line.split()[0].lower().removeprefix("!").removeprefix("*."))
        if in_private:
            private.add(name)
        labels = name.split(".")
        above.update(".".join(labels[start:]) for start in range(1, len(labels)))
    return SuffixRules(above=frozenset(above), private=frozenset(private), listed_on=suffix_list_date())


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("idna").decode("ascii")


@cache
def suffix_list_date() -> date:
    """The day of the bundled list; a program's `doctor` warns when it is old."""
    found = _VERSION.search(_source())
    if found is None:
        raise LookupError("public suffix list has no VERSION line; expected one; reinstall publicsuffixlist")
    return date.fromisoformat(found[1])


def public_suffix(name: str) -> str:
    """The suffix under which people register names: `se`, `co.uk`, `github.io`; the last label if unlisted.

    name: a normalised domain (A-labels, lower case).
    """
    suffix: str | None = _lookup().publicsuffix(name)
    return suffix if suffix is not None else name.rpartition(".")[2]


def registrable_domain(name: str) -> str | None:
    """The suffix and one label more, or None when the name is itself a public suffix."""
    registrable: str | None = _lookup().privatesuffix(name)
    return registrable
