"""The people and machines of the running demo, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from skyddsnat.demo.sites import Site, StopPage
from skyddsnat.demo.story.browser import Browser, Unexpected
from skyddsnat.demo.story.machine import MEDIA, Machine
from skyddsnat.demo.world.organisations import BLOCKING, Ring

if TYPE_CHECKING:
    from skyddsnat.demo.benchmark.start import Comparison


@dataclass(slots=True)
class Stage:
    """What credentials.json opens, and the operators' networks.  data: the demo's folder; start_parties: by the hub's address."""

    credentials: Mapping[str, Any]
    sites: Mapping[str, Site]
    stop_page: StopPage
    data: Path = field(default_factory=Path)
    start_parties: Callable[[str], Comparison | None] = lambda _hub_url: None
    _root: str = field(default="")

    @property
    def site(self) -> Site:
        """Alfa's network, where most of it plays."""
        return self.sites["alfa"]

    @property
    def base_url(self) -> str:
        """Where the hub is."""
        return str(self.credentials["base_url"])

    def member(self, name: str) -> Mapping[str, Any]:
        """One member's row."""
        found: Mapping[str, Any] = next(row for row in self.credentials["members"] if row["id"] == name)
        return found

    def feed(self, kind: str, *, ring: Ring = BLOCKING) -> str:
        """Id of the circle's feed of this kind."""
        title = f"{ring.name} {kind}"
        return str(next(row["id"] for row in self.credentials["collections"] if row["title"] == title))

    def circle(self) -> str:
        """Id of the blocking circle."""
        verified = self.feed("verified")
        return str(next(row["circle"] for row in self.credentials["collections"] if row["id"] == verified))

    def person(self, first_name: str) -> Browser:
        """Someone at a browser, not signed in yet."""
        people = self.credentials["people"]
        return Browser(self.base_url, next(row for row in people if row["email"].startswith(f"{first_name}.")))

    def machine(self, member: str, *, scope: str = "taxii", token: str = "") -> Machine:
        """A member's machine; with another token if one is given."""
        return Machine(self.root(), member=member, token=token or self.member(member)["tokens"][scope])

    def root(self) -> str:
        """The API root that discovery names as default.  Raises Unexpected."""
        if not self._root:
            auth = ("alfa", self.member("alfa")["tokens"]["taxii"])
            answer = httpx.get(f"{self.base_url}/taxii2/", auth=auth, headers={"Accept": MEDIA}, timeout=10)
            if answer.status_code != httpx.codes.OK:
                raise Unexpected(f"TAXII discovery answered {answer.status_code}, expected 200")
            self._root = str(answer.json()["default"])
        return self._root
