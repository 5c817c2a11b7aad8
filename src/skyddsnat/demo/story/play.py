"""The story that must hold, played on the running demo as a person, a machine and a customer of Alfa's would."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import httpx

from skyddsnat.demo.story import accounted, blocked, compared, complained, counted, refused, tampered
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import ChapterOver, Teller

if TYPE_CHECKING:
    from skyddsnat.demo.run import Demo

CHAPTERS = (blocked.play, tampered.play, refused.play, accounted.play, counted.play, complained.play)


def play(demo: Demo) -> bool:
    """Tell every chapter, also after one that failed; whether all steps were ok."""
    say = demo.say
    tell = Teller(say)
    stage = Stage(demo.credentials, demo.sites, demo.stop_page(), demo.places.data, demo.parties_at)
    began = time.monotonic()
    with contextlib.suppress(ChapterOver), tell.step("the hub is up and well") as step:
        answer = httpx.get(f"{stage.base_url}/healthy/", timeout=10)
        if answer.status_code != httpx.codes.OK:
            raise Unexpected(f"it answered {answer.status_code}, expected 200")
        step.figure = f"{answer.elapsed.total_seconds() * 1000:.0f} ms"
    comparing = None
    with contextlib.suppress(ChapterOver):
        comparing = compared.begin(tell, stage)  # deadlines pass while the other chapters are told
    for chapter in CHAPTERS:
        with contextlib.suppress(ChapterOver):
            chapter(tell, stage)
    if comparing is not None:
        with contextlib.suppress(ChapterOver):
            compared.play(tell, comparing)
    good = tell.told - len(tell.failed)
    say(f"{good} of {tell.told} steps ok, in {time.monotonic() - began:.0f} s")
    return not tell.failed
