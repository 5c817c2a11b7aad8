"""One compiled list in each form.  The same list gives the same bytes, and each form says which version it is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final

import orjson

from skyddsnat.agent.config import OutputKind
from skyddsnat.agent.outputs.cdb import constant_database
from skyddsnat.policy.coverage import Listed, is_url
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Action, Policy
from skyddsnat.protocols.rpz.records import owners

JSON_FORMAT: Final = "skyddsnat/list/1"
VERSION_KEY: Final = b"skyddsnat list version"
"""Where the constant database keeps its version: no name is spelt with blanks."""

_NOWHERE: Final = ("0.0.0.0", "::")  # noqa: S104  an address that no connection reaches, not one to listen on
_OF_A_REGEX: Final = re.compile(r"[.\[\]{}()\\*+?^$|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A list as it is in force.  entries: in order; none lies below a whole domain."""

    version: str
    policy: Policy
    entries: Sequence[Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A form of the list.  entries: carried; left_out: that this form cannot carry; narrowed: whole domains of which it carries
    the name alone."""

    content: bytes
    entries: int
    left_out: int = 0
    narrowed: int = 0


def make(kind: OutputKind, compiled: Compiled) -> Made:
    """The list in this form."""
    fit = [entry for entry in compiled.entries if not is_url(entry.name) or kind.takes_urls]
    if kind in _URLS_ALONE:
        fit = [entry for entry in fit if is_url(entry.name)]
    left_out = len(compiled.entries) - len(fit)
    narrowed = sum(entry.scope is Scope.SUBDOMAINS for entry in fit) if kind is OutputKind.HOSTS else 0
    content = _MAKERS[kind](compiled, fit)
    if kind in _COMMENTED:
        said = f"# skyddsnat list {compiled.version}\n# {kind}: {len(fit)} entries, {left_out} left out, {narrowed} narrowed\n"
        content = said.encode() + content
    return Made(content=content, entries=len(fit), left_out=left_out, narrowed=narrowed)


_URLS_ALONE: Final = frozenset({OutputKind.SQUID_URLS, OutputKind.URLS})
_COMMENTED: Final = frozenset(OutputKind) - {OutputKind.DNSDIST, OutputKind.JSON}


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _domains(_: Compiled, entries: Sequence[Listed]) -> bytes:
    """`name`, and for a whole domain `*.name` beside it, as in a policy zone."""
    return _lines(name for entry in entries for name in owners(entry))


def _hosts(compiled: Compiled, entries: Sequence[Listed]) -> bytes:
    """A hosts file knows no wildcard: of a whole domain it carries the name alone."""
    policy = compiled.policy
    addresses = _NOWHERE if policy.action is Action.NX else tuple(data for _, data in policy.data)
    return _lines(f"{address} {entry.name}" for entry in entries for address in addresses)


def _squid_domains(_: Compiled, entries: Sequence[Listed]) -> bytes:
    """For an ACL of type dstdomain: a dot in front covers the name and all below it."""
    return _lines(f".{entry.name}" if entry.scope is Scope.SUBDOMAINS else entry.name for entry in entries)


def _squid_urls(_: Compiled, entries: Sequence[Listed]) -> bytes:
    """For an ACL of type url_regex: each URL as the expression that matches it and nothing else."""
    return _lines(f"^{_OF_A_REGEX.sub(_ESCAPE, entry.name)}$" for entry in entries)


_ESCAPE: Final = r"\\\g<0>"


def _urls(_: Compiled, entries: Sequence[Listed]) -> bytes:
    return _lines(entry.name for entry in entries)


def _json(compiled: Compiled, entries: Sequence[Listed]) -> bytes:
    """One object; the order is the list's own."""
    policy = compiled.policy
    facts = {
        "format": JSON_FORMAT,
        "version": compiled.version,
        "action": policy.action,
        "addresses": [data for kind, data in policy.data if kind != "CNAME"],
        "domains": [{"name": name, "scope": scope} for name, scope in entries if not is_url(name)],
        "urls": [name for name, _ in entries if is_url(name)],
    }
    return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)


def _dnsdist(compiled: Compiled, entries: Sequence[Listed]) -> bytes:
    """A whole domain under its name on the wire, for look-ups by suffix; an exact name as text, for look-ups of the whole."""
    rows = ((_wire(entry.name) if entry.scope is Scope.SUBDOMAINS else entry.name.encode(), b"") for entry in entries)
    return constant_database(chain([(VERSION_KEY, compiled.version.encode())], rows))


def _wire(name: str) -> bytes:
    """The name as DNS messages carry it, in lower case (RFC 1035 § 3.1)."""
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


_MAKERS: Final[Mapping[OutputKind, Callable[[Compiled, Sequence[Listed]], bytes]]] = MappingProxyType(
    {
        OutputKind.DNSDIST: _dnsdist,
        OutputKind.DOMAINS: _domains,
        OutputKind.HOSTS: _hosts,
        OutputKind.SQUID_DOMAINS: _squid_domains,
        OutputKind.SQUID_URLS: _squid_urls,
        OutputKind.URLS: _urls,
        OutputKind.JSON: _json,
    }
)
