"""Two months of work, written in the order of time, the same for the same seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from skyddsnat.demo.world.acts import Acts
from skyddsnat.demo.world.lists import bring_a_list
from skyddsnat.demo.world.names import Names
from skyddsnat.demo.world.scenes import PROGRAMME, Scene, Stage
from skyddsnat.demo.world.stops import stop_by_mistake

SEED = 2018  # the year in which the coalition was announced
LENGTH = timedelta(days=60)


def write_history(acts: Acts, *, until: datetime, seed: int = SEED, share: float = 1) -> int:
    """Play the programme up to this moment; returns how many scenes were begun.

    share: how much of it; each kind of scene is played once at least.
    Scenes that would go on after `until` stay where they are: work in progress.
    """
    rng = random.Random(seed)  # noqa: S311 - a story, not a secret
    stage = Stage(acts, Names(rng), rng)
    order = count()
    queue: list[tuple[datetime, int, Scene]] = [(until - LENGTH + timedelta(hours=3), next(order), _every_night(acts))]
    for kind, times, earliest, latest in PROGRAMME:
        for _ in range(max(1, round(times * share))):
            begins = until - timedelta(days=rng.uniform(latest, earliest))
            queue.append((begins, next(order), kind(stage)))
    begun = len(queue) - 1
    heapq.heapify(queue)
    while queue and queue[0][0] <= until:
        moment, _, scene = heapq.heappop(queue)
        acts.clock.move_to(moment)
        wait = next(scene, None)
        if wait is not None:
            heapq.heappush(queue, (moment + wait, next(order), scene))
    acts.clock.move_to(until)
    bring_a_list(acts, stage.names)
    stop_by_mistake(acts, stage.names)
    acts.sweep()
    return begun


def _every_night(acts: Acts) -> Iterator[timedelta]:
    while True:
        acts.sweep()
        yield timedelta(days=1)
