"""A hub that lies, with the right key: eight thousand lawful names in the verified feed, as happened elsewhere in 2012."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from skyddsnat.agent.status import AgentState
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until
from skyddsnat.demo.world.organisations import LEADS
from skyddsnat.demo.world.upkeep import a_blocked_name
from skyddsnat.hub.feed.models import Collection
from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.feed.services.collections import issuer
from skyddsnat.policy.vocabulary import Basis, Ceiling, Mandate, Marking, Scope, SignalType, State
from skyddsnat.protocols.stix import SignalFacts, indicator

COUNT = 8_000
SAMPLE = 200
LIMIT = 120.0


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    # Into the feed that has least in it: what was ever published stays there, if only as revoked.
    lies = Lies(stage.feed("verified", ring=LEADS))
    before = stage.site.reported()
    try:
        with tell.step("a tampered hub pushes eight thousand lawful names, validly signed") as step:
            began = time.monotonic()
            lies.push()
            step.figure = f"{COUNT} objects in {time.monotonic() - began:.1f} s"
        _held(tell, stage, lies, before)
    finally:
        lies.take_back()
    with tell.step("the hub is mended: the names are revoked and the agent goes on by itself") as step:
        took = seconds_until(lambda: stage.site.stands().state == AgentState.LIVE, what="live", limit=LIMIT, pause=0.3)
        if stage.site.reported()["list_sha256"] != before["list_sha256"]:
            raise Unexpected("the list in force is another one than before")
        step.figure = f"live after {took:.1f} s, the same list"


def _held(tell: Teller, stage: Stage, lies: Lies, before: dict[str, Any]) -> None:
    with tell.step("Alfa's agent holds the list for two people") as step:
        took = seconds_until(lambda: stage.site.stands().state == AgentState.HELD, what="held", limit=LIMIT, pause=0.3)
        held = stage.site.reported()["held"]
        step.figure = f"after {took:.1f} s: {', '.join(held['reasons'])}, {held['added']} names"
    with tell.step("none of the lawful names is blocked") as step:
        stopped = [name for name in lies.names[:: COUNT // SAMPLE] if not stage.site.resolves(name)]
        if stopped:
            raise Unexpected(f"{len(stopped)} of {SAMPLE} asked are stopped")
        step.figure = f"0 of {SAMPLE} asked"
    with tell.step("the last good list stays in force") as step:
        now = stage.site.reported()
        if now["list_sha256"] != before["list_sha256"] or not stage.site.is_stopped(a_blocked_name()):
            raise Unexpected("the list in force has changed")
        step.figure = f"{now['entries']} names, list {now['list_sha256'][:12]}"
    with tell.step("the hub shows that Alfa's agent is held") as step, stage.person("erik") as erik:
        erik.sign_in()
        took = seconds_until(lambda: "badge-danger" in erik.get("/agents/").text, what="shown", pause=0.3)
        step.figure = f"on Alfa's page after {took:.1f} s"


class Lies:
    """The objects, and how they are taken back."""

    def __init__(self, collection: str) -> None:
        mark, found = secrets.token_hex(3), Collection.objects.get(pk=collection)
        self.names = [f"laglig-{mark}-{number:04}.example" for number in range(COUNT)]
        self._collection, self._circle = found, UUID(str(found.circle_id))
        self._since = datetime.now(UTC)
        self._pushed = False

    def push(self) -> None:
        """Write them as the hub's own database user can."""
        with transaction.atomic():
            publish(self._collection, list(self._objects(revoked=False)), now=datetime.now(UTC))
        self._pushed = True

    def take_back(self) -> None:
        """Revoke them, as anything that was ever published is taken back."""
        if not self._pushed:
            return
        with transaction.atomic():
            publish(self._collection, list(self._objects(revoked=True)), now=datetime.now(UTC))

    def _objects(self, *, revoked: bool) -> Iterator[dict[str, Any]]:
        us = issuer()
        for name in self.names:
            facts = SignalFacts(
                type=SignalType.DOMAIN,
                value=name,
                hash_kind=None,
                circle=self._circle,
                episode=1,
                state=State.WITHDRAWN if revoked else State.VERIFIED,
                ceiling=Ceiling.NONE if revoked else Ceiling.BLOCK,
                origins=(Mandate.POLICE,),
                scope=Scope.SUBDOMAINS,
                marking=Marking.AMBER_STRICT,
                basis=Basis.POLICE_LIST,
                techniques=(),
                since=self._since,
                valid_until=self._since + timedelta(days=90),
                revoked=revoked,
            )
            yield indicator(facts, issuer=us, modified=self._since + timedelta(milliseconds=5 if revoked else 0))
