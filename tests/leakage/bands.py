"""What a contributor can work out of the subscriptions that are told with joint figures: every world that fits is tried.

The attacker knows its own band, who is in which panel, and what was told with each figure.  A world gives each other member a
band for all that time: that nobody's band changes is more than an attacker knows, and so makes it stronger.  Nothing is taken
from the code that decides what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Final

EDGES: Final = (0, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)

type World = Mapping[str, int]
"""By member the lower edge of its band."""

type Tell = Callable[[Sequence[World]], list[object]]
"""What is told with the figures of several panels, each with the bands of its members, in the order of their release."""


def possible(panels: Sequence[Sequence[str]], true: World, tell: Tell, *, attacker: str) -> dict[str, set[int]]:
    """By member other than the attacker: the bands that it may have, by all that was told."""
    others = sorted({member for panel in panels for member in panel} - {attacker})
    heard = tell(_seen(panels, true))
    found: dict[str, set[int]] = {member: set() for member in others}
    for edges in product(EDGES, repeat=len(others)):
        world = {attacker: true[attacker], **dict(zip(others, edges, strict=True))}
        if tell(_seen(panels, world)) == heard:
            for member in others:
                found[member].add(world[member])
    return found


def possible_moves(
    panel: Sequence[str], true: World, *, mover: str, tell: Tell, attacker: str
) -> dict[str, set[tuple[int, int]]]:
    """The same of one panel in two periods, between which a member moves a band up: (before, after) that each may have.

    The attacker knows that no more than one of the others has moved, and by one band at most.
    """
    heard = [*tell([true]), *tell([_moved(true, mover)])]
    others = [member for member in panel if member != attacker]
    found: dict[str, set[tuple[int, int]]] = {member: set() for member in others}
    for edges in product(EDGES, repeat=len(others)):
        before = {attacker: true[attacker], **dict(zip(others, edges, strict=True))}
        said = tell([before])
        for after in (before, *(_moved(before, member, by) for member in others for by in (-1, 1))):
            if [*said, *tell([after])] == heard:
                for member in others:
                    found[member].add((before[member], after[member]))
    return found


def _moved(world: World, member: str, by: int = 1) -> World:
    place = min(max(EDGES.index(world[member]) + by, 0), len(EDGES) - 1)
    return {**world, member: EDGES[place]}


def _seen(panels: Iterable[Sequence[str]], world: World) -> list[World]:
    return [{member: world[member] for member in panel} for panel in panels]


def end_of(edge: int) -> int | None:
    """Where the band with this lower edge ends."""
    return next((higher for higher in EDGES if higher > edge), None)
