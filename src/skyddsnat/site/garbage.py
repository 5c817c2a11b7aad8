"""When a program looks for garbage: not in what it loads or takes in at once, which stays and holds no cycles, nor at
its end, when all of it goes.

Each is about a third of the processor's time: of a short command, or of taking a million rows in.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def none_meanwhile() -> Iterator[None]:
    """Within it memory is freed by counting references alone."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def none_while_loading() -> Iterator[None]:
    """Search for none meanwhile, nor later in what was loaded."""
    with none_meanwhile():
        try:
            yield
        finally:
            gc.freeze()


@contextmanager
def none_at_the_end() -> Iterator[None]:
    """Around all that a process does: its memory goes with it."""
    try:
        yield
    finally:
        gc.freeze()
