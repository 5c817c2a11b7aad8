"""Where each number of a member stands in its vector, and the vector of what a member hands in.

All values x, then presence b (0 or 1), then measured m (0 or 1, never without presence), then the bits of x item by item, then
the bits of max - x item by item; bits little-endian.  The bits prove the value: whatever passes lies in [0, max].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from skyddsnat.mpc.errors import ValueRefused
from skyddsnat.protocols.benchmark.spec import Item, Specification


@dataclass(frozen=True, slots=True)
class Entry:
    """What a member hands in for one item.  value: a code or an amount.  measured: its agent counted it itself."""

    value: int
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Offsets of a specification's items in a vector of `size` numbers."""

    items: tuple[Item, ...]
    starts: tuple[int, ...]
    bits: int

    @classmethod
    def of(cls, specification: Specification) -> Layout:
        """The layout that the specification demands."""
        lengths = [item.bits for item in specification.items]
        return cls(specification.items, tuple(accumulate(lengths, initial=0))[:-1], sum(lengths))

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        return 3 * len(self.items) + 2 * self.bits

    def value(self, item: int) -> int:
        """Where x of an item (by its place in the specification) stands."""
        return item

    def present(self, item: int) -> int:
        """Where b stands."""
        return len(self.items) + item

    def measured(self, item: int) -> int:
        """Where m stands."""
        return 2 * len(self.items) + item

    def value_bits(self, item: int) -> range:
        """Where the bits of x stand."""
        start = 3 * len(self.items) + self.starts[item]
        return range(start, start + self.items[item].bits)

    def room_bits(self, item: int) -> range:
        """Where the bits of max - x stand."""
        start = 3 * len(self.items) + self.bits + self.starts[item]
        return range(start, start + self.items[item].bits)


def vector(specification: Specification, entries: Mapping[str, Entry]) -> list[int]:
    """A member's numbers in the clear, ready to be split.  An item that is not in `entries` is missing.

    Raises ValueRefused(unknown_item | out_of_range).
    """
    if unknown := sorted(set(entries) - set(specification.item_of)):
        raise ValueRefused("unknown_item", f"{unknown[0]} is no item of this round")
    layout = Layout.of(specification)
    numbers = [0] * layout.size
    for place, item in enumerate(specification.items):
        entry = entries.get(item.id)
        x = _checked(item, entry.value) if entry else 0
        numbers[layout.value(place)] = x
        numbers[layout.present(place)] = int(entry is not None)
        numbers[layout.measured(place)] = int(entry is not None and entry.measured)
        for offset, (low, room) in enumerate(zip(layout.value_bits(place), layout.room_bits(place), strict=True)):
            numbers[low] = x >> offset & 1
            numbers[room] = (item.max - x) >> offset & 1
    return numbers


def _checked(item: Item, value: int) -> int:
    if not 0 <= value <= item.max:
        raise ValueRefused("out_of_range", f"{item.id}: a value outside 0 to {item.max}")
    return value
