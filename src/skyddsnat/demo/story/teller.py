"""Tells the story: one line a step, `ok` or `FAIL`, what, and a figure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from skyddsnat.demo.processes import ChildFailed
from skyddsnat.demo.story.browser import Unexpected

WIDTH = 72


class ChapterOver(Exception):
    """A step failed, and what follows in this chapter stands on it."""


@dataclass(slots=True)
class Step:
    """The step that is played now; `figure` is what its line ends with."""

    figure: str = ""


@dataclass(slots=True)
class Teller:
    """All steps so far."""

    say: Callable[[str], None]
    failed: list[str] = field(default_factory=list)
    told: int = 0

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """Play one step.  Raises ChapterOver when it failed, after its line was said."""
        step = Step()
        self.told += 1
        try:
            yield step
        except Exception as error:
            reason = str(error) if isinstance(error, Unexpected | ChildFailed) else type(error).__name__
            self.failed.append(what)
            self.say(f"FAIL  {what:<{WIDTH}}  {reason}")
            raise ChapterOver(what) from error
        self.say(f"ok    {what:<{WIDTH}}  {step.figure}".rstrip())


def seconds_until(condition: Callable[[], bool], *, what: str, limit: float = 60.0, pause: float = 0.02) -> float:
    """How long it takes until the condition holds.  Raises Unexpected after the limit."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > limit:
            raise Unexpected(f"{what}: not within {limit:.0f} s")
        time.sleep(pause)
    return time.monotonic() - began
