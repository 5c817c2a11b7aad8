"""An agent in a process of its own that dies by SIGKILL: at a named state of its work, or whenever the test says.

The processes are forked from one that has everything imported, so that each costs milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.decisions import Decisions
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.looks import Looks
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.state.lists import ListState
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy.normal_form.suffixes import suffix_rules
from skyddsnat.policy.protect.list_file import shipped_lists
from skyddsnat.site.journal import Journal
from tests import forks
from tests.agent.conftest import Clock
from tests.survival.full_disk import Filling

httpx.Client().close()
shipped_lists()
suffix_rules()
# What the first agent of a process spends its time on, so that it is not spent in each fork again.

forks.load(__name__)

NEVER_FULL = 9
"""Exit code of an agent that had done its work before the disk was full."""

Plan = Callable[[Agent], None]


def start(config: Path, state: str = "", *, ahead: timedelta = timedelta()) -> BaseProcess:
    """Start an agent that dies in this state, or works until it is killed where none is named."""
    process = forks.FORKS.Process(target=_live_and_die, args=(config, state, ahead), daemon=True)
    process.start()
    return process


def die_at(config: Path, state: str, *, ahead: timedelta = timedelta()) -> None:
    """Run an agent into its death.  Fails if it never came to that state."""
    process = start(config, state, ahead=ahead)
    process.join(timeout=240)
    assert process.exitcode == -signal.SIGKILL, f"the agent never came to the state {state!r} ({process.exitcode})"


def on_a_full_disk(config: Path, room: int) -> None:
    """Run one round of the agent's loop where no file may grow beyond this many bytes.  Fails if that ends the agent."""
    process = forks.FORKS.Process(target=_live_in_want, args=(config, room), daemon=True)
    process.start()
    process.join(timeout=240)
    assert process.exitcode == 0, f"the agent ended with {process.exitcode} where files end at {room} bytes"


def where_the_disk_fills(config: Path, at: int) -> bool:
    """Run one round where the disk is full from this file or statement on.  Whether that moment came; fails if the agent ends."""
    process = forks.FORKS.Process(target=_live_while_it_fills, args=(config, at), daemon=True)
    process.start()
    process.join(timeout=240)
    assert process.exitcode in {0, NEVER_FULL}, f"the agent ended with {process.exitcode} on a disk full from {at} on"
    return process.exitcode == 0


def _live_while_it_fills(config: Path, at: int) -> None:
    agent = Agent.open(load(config))
    filling = Filling(agent, at=at)
    Loop(agent, stop=threading.Event()).round()
    os._exit(0 if filling.full else NEVER_FULL)


def _live_in_want(config: Path, room: int) -> None:
    import resource

    agent = Agent.open(load(config))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    Loop(agent, stop=threading.Event()).round()
    os._exit(0)


def _live_and_die(config: Path, state: str, ahead: timedelta) -> None:
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - the process ends by force
    agent = Agent.open(load(config), clock=Clock(ahead))
    if state:
        STATES_OF_ALL[state](agent)
    while True:
        try:
            agent.pull()
            agent.settle(agent.step(), wait_seconds=0)
            agent.guarded_by_primary(agent.publisher.repair)
            agent.guarded_by_primary(agent.publisher.maintain)
        except AgentError:
            continue
        if state:
            return


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(owner: Any, name: str, *, time: int = 1, when: Callable[..., bool] = lambda *_: True) -> None:
    """Die when this has returned for the given time."""
    real, seen = getattr(owner, name), 0

    def watched(*args: Any, **options: Any) -> Any:
        nonlocal seen
        result = real(*args, **options)
        seen += when(*args)
        if seen == time:
            _die()
        return result

    setattr(owner, name, watched)


def _before(owner: Any, name: str, *, time: int = 1) -> None:
    """Die when this is called for the given time."""
    real, seen = getattr(owner, name), 0

    def watched(*args: Any, **options: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == time:
            _die()
        return real(*args, **options)

    setattr(owner, name, watched)


def _half_a_file(agent: Agent) -> None:
    real = Path.open

    def torn(path: Path, *args: Any, **options: Any) -> Any:
        file = real(path, *args, **options)
        if path.name.endswith(".new"):
            write = file.write

            class Torn:
                def __getattr__(self, name: str) -> Any:
                    return getattr(file, name)

                def __enter__(self) -> Any:
                    return self

                def __exit__(self, *_: object) -> None:
                    file.close()

                def write(self, text: str) -> None:
                    write(text[: len(text) // 2])
                    file.flush()
                    _die()

            return Torn()
        return file

    Path.open = torn  # type: ignore[method-assign, assignment]


def _half_a_line(agent: Agent) -> None:
    from skyddsnat.site import journal

    real = os.write

    class Half:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def write(self, descriptor: int, line: bytes) -> int:
            real(descriptor, line[: len(line) // 2])
            _die()
            return 0

    journal.os = Half()  # type: ignore[attr-defined]


STATES: dict[str, Plan] = {
    "taking the feed in": lambda agent: _before(Notes, "bump"),
    "the feed taken in": lambda agent: _after(agent.reader, "pull"),
    "the publish noted": lambda agent: _after(Notes, "put", when=lambda _, key, *rest: key == Notes.PUBLISHING),
    "half a file written": _half_a_file,
    "the new file beside the old": lambda agent: _before(Path, "replace"),
    "the first file in place": lambda agent: _after(agent.publisher._primary, "write_file"),
    "every file in place": lambda agent: _before(agent.publisher._primary, "apply"),
    "the first zone updated": lambda agent: _after(agent.publisher._primary, "apply"),
    "the resolvers notified": lambda agent: _after(agent.publisher._notifier, "send"),
    "the record written, not committed": lambda agent: _after(ListState, "put"),
    "the record committed": lambda agent: _after(agent.publisher, "put"),
    "both clocks started": lambda agent: _after(agent.proof, "published"),
    "half a line in the journal": _half_a_line,
    "the line in the journal": lambda agent: _after(
        Journal, "write", when=lambda _, event, *rest: event == "published"
    ),
    "the journal's end noted": lambda agent: _after(Journal, "_note"),
    "the proof noted": lambda agent: _after(Looks, "_note"),
}

HELD_STATES: dict[str, Plan] = {
    "the held list kept, not committed": lambda agent: _after(ListState, "put"),
    "the hold noted": lambda agent: _after(Notes, "put", when=lambda _, key, *rest: key == Notes.LIST_HOLD),
    "the hold in the journal": lambda agent: _after(Journal, "write", when=lambda _, event, *rest: event == "held"),
}
"""The same while a list is being held: `die_at` takes these names too."""

BACK_STATES: dict[str, Plan] = {
    "a lawful name seen stopped": lambda agent: _before(Decisions, "roll_back"),
    "the pin noted": lambda agent: _after(Notes, "put", when=lambda _, key, *rest: key == Notes.PIN),
    "the older list recorded": lambda agent: _before(ListState, "advance", time=1),
}
"""And while it goes back by itself, because a lawful name was stopped."""

STATES_OF_ALL = STATES | HELD_STATES | BACK_STATES
