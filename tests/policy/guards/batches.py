"""Lists as members really hand them in: files of hashes, of names that a machine made up, of addresses with tokens in them."""

from __future__ import annotations

import random
import string
import uuid

from tests.policy.guards.splits import Rows

NOTES = (
    "Sedd i kundtjänst, kontot är stängt.",
    "Samma mönster som i förra veckans ärende, se ärende {n}.",
    "Reported by the abuse desk, ticket {n}.",
    "Vi väntar på besked från hotline.",
    "Träffar: {n} på en vecka, mest nattetid.",
    "Registered {n} hours ago; redirects twice.",
)


def _label(rng: random.Random) -> str:
    return "".join(rng.choices(string.ascii_lowercase + string.digits, k=rng.randrange(6, 32)))


def ordinary_batches(seed: int, count: int, *, rows: int = 400) -> list[Rows]:
    """Batches of many kinds, with notes of their own, one note for all, or none."""
    rng = random.Random(seed)
    kinds = (
        lambda: rng.randbytes(32).hex(),
        lambda: rng.randbytes(16).hex(),
        lambda: rng.randbytes(20).hex().upper(),
        lambda: f"{_label(rng)}.exempel.test",
        lambda: f"{_label(rng)}.{_label(rng)}.test",
        lambda: f"https://exempel.test/{uuid.UUID(int=rng.getrandbits(128))}",
        lambda: f"https://{_label(rng)}.test/v/{_label(rng)}?id={rng.randrange(10**9)}&utm={_label(rng)}",
        lambda: f"https://dela.test/s/{''.join(rng.choices(string.ascii_letters + string.digits, k=22))}",
        lambda: rng.choice(("uttryck", "ord", "slang")) + f" nummer {rng.randrange(10**4)}",
    )
    found = []
    for _ in range(count):
        kind, style = rng.choice(kinds), rng.randrange(3)
        notes = [rng.choice(NOTES).format(n=rng.randrange(1, 5000)) for _ in range(rows)]
        shared = rng.choice(NOTES).format(n=rng.randrange(1, 5000))
        found.append([(kind(), ("", shared, notes[row])[style]) for row in range(rows)])
    return found
