"""Notes that were stopped by mistake: one waits for a coordinator of another organisation, one was released."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skyddsnat.demo.world.acts import Acts
from skyddsnat.demo.world.names import Names
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals import services
from skyddsnat.policy.guards import inspect_text

WHO, DECIDES = "amir", "karin"
DAY = "Loggraden är från {}-15{:02d} hos oss."


def stop_by_mistake(acts: Acts, names: Names) -> None:
    """A time of the log whose last digit happens to be the check digit that a person's number would have."""
    day = (acts.now - timedelta(days=1)).strftime("%Y%m%d")
    notes = [note for minute in range(60) if inspect_text(note := DAY.format(day, minute))]
    for note, released in zip(notes, (True, False), strict=False):
        draft = replace(names.domain(), note=note)
        asked = services.ask_release(
            Actor.of(acts.people[WHO]), draft, circle=acts.coalition.blocking, explanation="time", now=acts.now
        )
        if released:
            services.decide_release(Actor.of(acts.people[DECIDES]), asked.pk, release=True, now=acts.now)
