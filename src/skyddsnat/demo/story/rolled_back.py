"""An engineer goes back to the list before by one command; the newer one waits for two people, who let it in again."""

from __future__ import annotations

from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until

SECONDS = 60.0


def play(tell: Teller, stage: Stage, name: str) -> None:
    """name: what the newest list added.  Raises ChapterOver at the first step that fails."""
    site = stage.sites["beta"]
    first, second = site.network.engineers
    asked = f"www.{name}"
    with tell.step("Beta's BIND stops it too; Beta's engineer goes back to the list before") as step:
        seconds_until(lambda: site.is_stopped(asked), what="stopped at Beta", limit=SECONDS)
        site.wait_for_state("live")
        site.command("rollback", "--by", first)
        took = seconds_until(lambda: site.resolves(asked), what="an address at Beta again", limit=SECONDS)
        step.figure = f"one command; the name resolves at Beta {took:.2f} s after it"
    with tell.step("the newer list waits at Beta until two people have approved it") as step:
        site.wait_for_state("held", seconds=SECONDS)
        site.approve_held(first)
        if not site.resolves(asked):
            raise Unexpected("one person was enough")
        site.approve_held(second)
        took = seconds_until(lambda: site.is_stopped(asked), what="stopped at Beta again", limit=SECONDS)
        step.figure = f"{first} and {second}, then stopped within {took:.2f} s"
