"""The story that must hold, played on the running demo as a person, a machine and a customer of Alfa's would."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from skyddsnat.demo.site import Site
from skyddsnat.demo.story import blocked, refused, tampered
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import ChapterOver, Teller

CHAPTERS = (blocked.play, tampered.play, refused.play)


def play(credentials: Mapping[str, Any], site: Site, say: Callable[[str], None]) -> bool:
    """Tell every chapter, also after one that failed; whether all steps were ok."""
    tell, stage = Teller(say), Stage(credentials, site)
    began = time.monotonic()
    with contextlib.suppress(ChapterOver), tell.step("the hub is up and well") as step:
        answer = httpx.get(f"{stage.base_url}/healthy/", timeout=10)
        if answer.status_code != httpx.codes.OK:
            raise Unexpected(f"it answered {answer.status_code}, expected 200")
        step.figure = f"{answer.elapsed.total_seconds() * 1000:.0f} ms"
    for chapter in CHAPTERS:
        with contextlib.suppress(ChapterOver):
            chapter(tell, stage)
    good = tell.told - len(tell.failed)
    say(f"{good} of {tell.told} steps ok, in {time.monotonic() - began:.0f} s")
    return not tell.failed
