"""What resolvers count themselves: all that PowerDNS tells of hits, denominators, and a check of what was read from logs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.protocols.rpz import Action
from skyddsnat.site.commands import run_for

SECONDS: Final = 30
"""How long a command may take."""
_NOT_BLOCKED: Final = frozenset({"passthru", "disabled", "tcp-only", "invalid", "no-override"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Totals since the resolver started.  None: it tells none."""

    hits: int | None
    queries: int | None


def ask(command: Sequence[str]) -> str:
    """What the command prints.  Raises AgentError."""
    try:
        ran = run_for(SECONDS, command)
    except OSError as error:
        raise AgentError(f"{command[0]} did not run ({type(error).__name__}), expected it to print counters") from None
    if ran.code is None:
        raise AgentError(f"{command[0]} was not done within {SECONDS} s; run it yourself to see what it waits for")
    if ran.code:
        raise AgentError(f"{command[0]} ended with {ran.code}, expected 0; run it yourself to see why")
    return ran.out.decode("utf-8", "replace")


def read(kind: ResolverKind, text: str, *, action: Action) -> Reading:
    """Blocked answers and look-ups of all names.

    action: what blocks are answered with.  PowerDNS counts answers by their kind, so that with `nx` our canaries, which are
    answered with an address, are not among the blocks; with `page` they are.
    """
    if kind is ResolverKind.UNBOUND:
        actions = re.findall(r"^num\.rpz\.action\.(?:rpz-)?([\w-]+)=(\d+)", text, re.MULTILINE)
        hits = [int(number) for name, number in actions if name not in _NOT_BLOCKED]
        return Reading(sum(hits) if hits else None, _last(r"^total\.num\.queries=(\d+)", text))
    if kind is ResolverKind.POWERDNS:
        kinds = "nxdomain|nodata|drop" if action is Action.NX else "nxdomain|nodata|drop|custom"
        found = re.findall(rf"^policy-result-(?:{kinds})\s+(\d+)", text, re.MULTILINE)
        return Reading(sum(map(int, found)) if found else None, _last(r"^questions\s+(\d+)", text))
    rewrites = _last(r"^\s*(\d+) response policy zone rewrites", text)
    if rewrites is None:
        rewrites = _last(r'"RPZRewrites"\s*:\s*(\d+)', text)
    queries = _last(r"^\s*(\d+) QUERY$", text)
    return Reading(rewrites, _last(r'"QUERY"\s*:\s*(\d+)', text) if queries is None else queries)


def _last(pattern: str, text: str) -> int | None:
    """Of the last match: BIND appends to its file of statistics."""
    found = re.findall(pattern, text, re.MULTILINE)
    return int(found[-1]) if found else None
