"""How work grows with what is worked on: a ratio of processor time inside one run, since seconds are the machine's affair."""

from __future__ import annotations

import time
from collections.abc import Callable


def grows_with_the_text(act: Callable[[str], object], unit: str, *, length: int) -> bool:
    """Whether sixteen times the text takes about sixteen times the work; with its square it would take 256 times.

    length: characters of the longer text.
    """
    few, many = (unit * (size // len(unit) + 1) for size in (length // 16, length))
    most = 80 * min(_work(act, few[: length // 16]) for _ in range(3)) + 0.05
    return any(_work(act, many[:length]) <= most for _ in range(2))


def _work(act: Callable[[str], object], text: str) -> float:
    """Processor seconds of this process, whatever else the machine does."""
    begun = time.process_time()
    act(text + "!")
    return time.process_time() - begun
