"""Cached answers for names whose blocking has changed.

BIND, Unbound and Knot Resolver ask their policy zones at each look-up, before or after the cache; nothing of a block or of
its lifting hides there.  PowerDNS answers from its packet cache first (reference, trap 8): where the agent may use
rec_control it has it forget the names; elsewhere they linger for as long as the packet cache keeps them, 60 s by our snippet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.resolvers import control
from skyddsnat.agent.resolvers.kinds import ResolverKind

MOST_NAMES = 200
"""Names in one command.  A larger change is not waited for: its answers are gone within a minute."""


class Caches:
    """What has to be forgotten, and by whom.  A resolver forgets once it has proved to have the change, and not before:
    it would cache the old answer again."""

    def __init__(self, resolvers: Iterable[ResolverConfig]) -> None:
        self._waiting: dict[str, set[str]] = {}
        self._resolvers = {one.name: one for one in resolvers if one.kind is ResolverKind.POWERDNS and one.control}

    def changed(self, names: Collection[str]) -> None:
        """Note names whose blocking has changed, with all below them."""
        for resolver in self._resolvers:
            self._waiting.setdefault(resolver, set()).update(names)

    def proved(self, resolver: str) -> bool:
        """The resolver has the newest zones.  Returns whether it has forgotten anything."""
        names = self._waiting.pop(resolver, set())
        if not 0 < len(names) <= MOST_NAMES:
            return False
        words = [f"{name}$" for name in sorted(names)]
        return control.run(self._resolvers[resolver], "wipe-cache", *words) is not None
