"""What must hold at every moment of the story, whatever fails.  Judged by what members did, never by the hub's word alone."""

from __future__ import annotations

from collections.abc import Iterator

from skyddsnat.hub.feed.models import ObjectVersion
from tests.simulator.members import NEVER, Members
from tests.simulator.site import Site
from tests.survival.coalition import _half, _lost

REACHES_WITHIN = 3
"""Undisturbed rounds after which an agent must have taken what the hub says."""


def broken_now(members: Members, sites: list[Site], *, quiet: dict[str, int]) -> Iterator[str]:
    """After each step.  quiet: for each site, how many rounds nothing has hindered it."""
    for site in sites:
        yield from _blocked_rightly(members, site)
        if site.went_back:
            yield site.went_back
        if quiet[site.name] >= REACHES_WITHIN:
            yield from _keeps_up(members, site)


def _blocked_rightly(members: Members, site: Site) -> Iterator[str]:
    for number, resolver in enumerate(site.resolvers):
        if wrong := resolver.blocks & NEVER:
            yield f"{site.name}: resolver {number} blocks the lawful {sorted(wrong)[0]}"
        for name in sorted(resolver.blocks):
            if len(members.tried.get(name, ())) < 2:
                yield f"{site.name}: {name} is blocked and was approved by {sorted(members.tried.get(name, ()))}, expected two"
            ended = members.ended.get(name)
            if resolver.up and ended is not None and site.taken_at is not None and site.taken_at > ended:
                yield f"{site.name}: {name} is blocked, its end was known before {site.taken_at - ended} and taken"


def _keeps_up(members: Members, site: Site) -> Iterator[str]:
    if site.taken_at is None or site.taken_at != site.turned_at:
        status = site.agent.status() if site.agent else None
        why = f"{status.feed_hold} {status.list_hold} {status.faults}" if status else "it does not run"
        yield f"{site.name}: nothing hinders the agent, and it takes nothing since {site.taken_at}: {why}"
        return
    for name, since in members.verified.items():
        if since < site.taken_at and name not in site.resolvers[0].blocks and site.resolvers[0].up:
            yield f"{site.name}: {name} was verified {site.taken_at - since} before the last round and is not blocked"


def broken_books(members: Members, tail: list[int]) -> Iterator[str]:
    """Once a day: nothing acknowledged is lost, nothing stands by half, a reader at the tail has missed no row."""
    yield from (f"lost: {what}" for what in _lost(members.acknowledged))
    yield from (f"half: {what}" for what in _half())
    there = list(ObjectVersion.objects.order_by("added").values_list("added", flat=True))
    if there[: len(tail)] != tail:
        yield f"a reader at the tail has missed {len(set(there) - set(tail) - set(there[len(tail) :]))} rows"


def read_on(tail: list[int]) -> None:
    """The reader reads behind its last position."""
    rows = ObjectVersion.objects.filter(added__gt=tail[-1] if tail else -1).order_by("added")
    tail += rows.values_list("added", flat=True)
