"""Opens a few shared numbers, each party posting its share, so that a wrong one is seen before anything rests on it."""

from __future__ import annotations

from skyddsnat.mpc.engine import Array, Engine
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.field import P, put_together


async def open_all(engine: Engine, shares: Array, *, what: str, most: int) -> list[int]:
    """The values of a flat array.  most: the largest that can be true.  Raises ComputationFailed(output_inconsistent)."""
    posted = await engine.post([str(int(share)) for share in shares])
    try:
        numbers = [[int(text) for text in each] for each in posted]
        if any(not 0 <= number < P for each in numbers for number in each):
            raise BadRound("not_in_field", "a share is no element of the field")
        values = [put_together(point) for point in zip(*numbers, strict=True)]
    except (BadRound, TypeError, ValueError):
        raise ComputationFailed("output_inconsistent", f"the parties' shares of {what} do not fit together") from None
    if len(values) != len(shares) or any(value > most for value in values):
        raise ComputationFailed("output_inconsistent", f"the parties' shares of {what} give what cannot be")
    return values
