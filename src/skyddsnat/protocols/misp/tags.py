"""TLP as MISP's tags say it: `tlp:amber+strict` (the taxonomy of TLP 2.0, and TLP 1's `tlp:white`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from skyddsnat.policy.vocabulary import Marking

TLP_TAGS: Final[dict[str, Marking]] = {
    "tlp:clear": Marking.CLEAR,
    "tlp:white": Marking.CLEAR,
    "tlp:green": Marking.GREEN,
    "tlp:amber": Marking.AMBER,
    "tlp:amber+strict": Marking.AMBER_STRICT,
    "tlp:red": Marking.RED,
}
_ORDER: Final = list(Marking)


class UnknownMarking(ValueError):
    """A TLP tag that is none of the known ones: what we do not know we cannot honour."""


def read_tags(tags: object) -> Marking | None:
    """The narrowest TLP among the tags, None without one.  Other tags say nothing here.  Raises UnknownMarking."""
    found: list[Marking] = []
    for name in _names(tags):
        word = name.strip().lower()
        if word.startswith("tlp:"):
            if word not in TLP_TAGS:
                raise UnknownMarking
            found.append(TLP_TAGS[word])
    return narrowest(found)


def narrowest(markings: Iterable[Marking | None]) -> Marking | None:
    """The one that the fewest may read."""
    known = [marking for marking in markings if marking is not None]
    return max(known, key=_ORDER.index) if known else None


def _names(tags: object) -> Iterable[str]:
    things: list[Any] = tags if isinstance(tags, list) else []
    for tag in things:
        name = tag.get("name") if isinstance(tag, dict) else None
        if isinstance(name, str):
            yield name
