"""What a wicked hub changes on the way, and what a party has said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from skyddsnat.protocols.benchmark.statement import Kind
from tests.party.conftest import Site


def aborted(site: Site) -> tuple[str, dict[str, Any]]:
    """What party 0 told the hub."""
    body = site.round.statements[Kind.ABORTED][0].statement.body
    return body["code"], body["detail"]


def offer(site: Site, **changes: Any) -> None:
    """Another specification under the same name."""
    site.round.spec = replace(site.round.spec, **changes)


def listed(change: Callable[[list[Any]], None]) -> Callable[[bytes], bytes]:
    """A change of the list of submissions."""

    def changed(honest: bytes) -> bytes:
        body = json.loads(honest)
        change(body["submissions"])
        return json.dumps(body).encode()

    return changed
