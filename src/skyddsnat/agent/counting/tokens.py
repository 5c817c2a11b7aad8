"""Client tokens: from a key of the day, which is made anew in each run and lives in memory alone.

A token tells two look-ups of one client on one day apart from those of another client, and nothing else: without the key it
leads back to no address, and after the run nobody has the key.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import blake2b
from typing import Final

_BYTES: Final = 8  # a million clients a day collide once in 37 million days
_KNOWN: Final = 100_000


class Tokens:
    """One run's."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random
        self._keys: dict[int, bytes] = {}
        self._known: dict[tuple[int, str], int] = {}

    def token(self, client: str, *, day: int) -> int:
        """64 bits with sign.  client: an address as the resolver writes it; day: since the epoch, in UTC."""
        found = self._known.get((day, client))
        if found is None:
            if day not in self._keys:
                self._keys[day] = self._random(32)
            raw = blake2b(client.lower().encode(), key=self._keys[day], digest_size=_BYTES).digest()
            if len(self._known) >= _KNOWN:
                self._known.clear()
            found = self._known[day, client] = int.from_bytes(raw, signed=True)
        return found
