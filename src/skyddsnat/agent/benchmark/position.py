"""The own place in a round: three parties' sealed shares, opened with the member's key, each value on a line or refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.entries import band_text
from skyddsnat.agent.benchmark.folder import Own, RoundFolder
from skyddsnat.agent.benchmark.rounds import KnownRound, RoundRefused
from skyddsnat.mpc import sealing
from skyddsnat.mpc.errors import SealError
from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.keyfile import MemberKeys

THIRDS: Final = ("lowest third", "middle third", "highest third")
SIDES: Final = ("below the middle", "in the middle", "above the middle")
LARGEST_PLACE: Final = 2 * 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the member stands in one item.  places: `third`, `place` or `side`, as opened.  own: as handed in from here."""

    item: str
    places: Mapping[str, int]
    own: Own | None
    band: str

    @property
    def words(self) -> str:
        """In words; values are compared by their size, which says nothing of better or worse."""
        said = []
        if "third" in self.places:
            said.append(THIRDS[self.places["third"]])
        if "side" in self.places:
            said.append(SIDES[self.places["side"]])
        if "place" in self.places:
            twice = self.places["place"] + 2
            said.append(f"rank {twice // 2}{'.5' if twice % 2 else ''} from the lowest")
        return ", ".join(said)

    def facts(self) -> dict[str, Any]:
        """For machines."""
        return {
            "item": self.item,
            **self.places,
            "value": None if self.own is None else format(self.own.value, "f"),
            "band": self.band,
            "measured": None if self.own is None else self.own.measured,
        }


def positions(client: RoundsClient, folder: RoundFolder, known: KnownRound, keys: MemberKeys) -> list[Place]:
    """The member's places, in the order of the specification.  Raises HubError, RoundRefused."""
    answer = client.get(known.name, "positions")
    try:
        values = _opened(known, answer, keys)
        by_item = _by_item(known, values)
    except (BadRound, SealError) as fault:
        raise RoundRefused(f"round {known.name}: the position is not to be believed: {fault.message}") from None
    own = folder.values(known.name, keys)
    return [
        Place(item=item.id, places=by_item[item.id], own=own.get(item.id), band=_band(item, own))
        for item in known.specification.items
        if item.id in by_item
    ]


def _band(item: Any, own: Mapping[str, Own]) -> str:
    found = own.get(item.id)
    return "" if found is None else band_text(item, found.value)


def _opened(known: KnownRound, answer: Any, keys: MemberKeys) -> dict[str, int]:
    sealed = fields.rows(
        answer.get("sealed") if isinstance(answer, dict) else None, what="the position", fewest=3, most=3
    )
    parts = [
        sealing.open_position(known.specification, _raw(text), keys.opening, member=keys.member, party=party)
        for party, text in enumerate(sealed)
    ]
    if not set(parts[0]) == set(parts[1]) == set(parts[2]):
        raise BadRound("not_allowed", "the parties sent different names")
    return {name: _value(name, [part[name] for part in parts]) for name in sorted(parts[0])}


def _value(name: str, shares: list[int]) -> int:
    try:
        return put_together(shares)
    except BadRound as fault:
        raise BadRound(fault.code, f"{name[:60]}: {fault.message}") from None


def _by_item(known: KnownRound, values: Mapping[str, int]) -> dict[str, dict[str, int]]:
    most = {"third": 2, "side": 2, "place": LARGEST_PLACE}
    found: dict[str, dict[str, int]] = {}
    for name, value in values.items():
        item, _, what = name.partition("/")
        if item not in known.specification.item_of or value > most.get(what, -1):
            raise BadRound("not_allowed", f"{name[:60]} is none that this round can tell")
        found.setdefault(item, {})[what] = value
    return found


def _raw(text: object) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise BadRound("malformed", "a sealed share was not read, expected base64") from None
