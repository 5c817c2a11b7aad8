"""Starts the three parties on a running hub, and tells what becomes of the rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skyddsnat.demo.benchmark import keeping
from skyddsnat.demo.benchmark.member import NotTaken
from skyddsnat.demo.benchmark.parties import Parties
from skyddsnat.demo.benchmark.programme import Programme, RoundLost
from skyddsnat.demo.places import Places
from skyddsnat.demo.processes import Children


@dataclass(slots=True)
class Comparison:
    """Parties that run, and the rounds that are to be played."""

    parties: Parties
    programme: Programme

    def tell_all(self, say: Callable[[str], None]) -> Iterator[None]:
        """Play all rounds step by step; a line when they are there, or why they are not."""
        try:
            yield from self.programme.play_all()
        except (RoundLost, NotTaken) as failed:
            say(f"the rounds did not come to their end: {failed}")
            return
        earlier, latest, waiting, nordic = self.programme.rounds()
        say(f"rounds {earlier.id}, {latest.id} and {nordic.id} are released; {waiting.id} waits for Alfa and Epsilon")


def start(
    places: Places, children: Children, credentials: Mapping[str, Any], *, hub_url: str, poll_seconds: float
) -> Comparison | None:
    """Start all three; None when the world has no keys, as one that an earlier version made."""
    if "benchmark" not in credentials:
        return None
    parties = Parties(places.benchmark / "parties", children, credentials["benchmark"]["parties"])
    log_key = str(credentials["log_public_key"])
    parties.start(hub_url=hub_url, log_public_key=log_key, poll_seconds=poll_seconds)
    return Comparison(parties, Programme(keeping.agents(places.benchmark, hub_url)))
