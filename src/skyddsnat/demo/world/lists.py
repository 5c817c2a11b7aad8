"""A list that an operator's analyst brought in: what came of each row can be read on its page."""

from __future__ import annotations

from skyddsnat.demo.world.acts import Acts
from skyddsnat.demo.world.names import Names
from skyddsnat.hub.lists import services as lists
from skyddsnat.hub.lists.reading import read_files
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import Marking, SignalType

WHO = "amir"
ROWS = 14
UNFIT = ("192.0.2.17", "com", "någon@exempel.test", "ett namn med blanksteg")
"""Rows such as every real list has: an address, a public suffix, a mailbox, a slip of the keyboard."""


def bring_a_list(acts: Acts, names: Names) -> None:
    """One CSV file, confirmed and taken in."""
    values = [names.domain().text for _ in range(ROWS)]
    rows = [*values[: ROWS // 2], *UNFIT, *values[ROWS // 2 :], *values[:3]]
    data = ("value,type\n" + "".join(f"{value},domain\n" for value in rows)).encode()
    actor = Actor.of(acts.people[WHO])
    read = read_files([("lista.csv", data)], like=SignalDraft(SignalType.DOMAIN, ""), now=acts.now)
    made = lists.receive(actor, read, circle=acts.coalition.blocking, marking=Marking.AMBER_STRICT, now=acts.now)
    worker = lists.Worker(size=200)
    worker.work(seconds=60, only=made.pk)
    lists.confirm(actor, made.pk, now=acts.now)
    worker.work(seconds=60, only=made.pk)
