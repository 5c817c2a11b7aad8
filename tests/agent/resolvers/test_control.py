"""A control program that is missing, fails or hangs stops nothing."""

from __future__ import annotations

import time

import pytest

from skyddsnat.agent.config import ResolverConfig
from skyddsnat.agent.resolvers import control
from skyddsnat.agent.resolvers.caches import MOST_NAMES, Caches
from skyddsnat.agent.resolvers.kinds import ResolverKind


def resolver(*words: str) -> ResolverConfig:
    return ResolverConfig(
        name="one", address="192.0.2.1", port=53, notify=True, kind=ResolverKind.POWERDNS, control=words
    )


@pytest.mark.parametrize("words", [(), ("/nowhere/rec_control",), ("false",), ("sh", "-c", "echo half; exit 1")])
def test_without_a_good_answer_there_is_none(words: tuple[str, ...]) -> None:
    assert control.run(resolver(*words)) is None


def test_of_an_endless_answer_only_the_first_lines_are_read() -> None:
    assert control.run(resolver("yes"), lines=3) == ["y", "y", "y"]


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "SECONDS", 0.2)
    began = time.monotonic()
    assert control.run(resolver("sleep", "60")) is control.run(resolver("sleep", "60"), lines=3) is None
    assert time.monotonic() - began < 30


def test_names_are_forgotten_once_and_not_before_the_proof(tmp_path: object) -> None:
    log = f"{tmp_path}/asked"
    caches = Caches([resolver("sh", "-c", f'echo "$@" >> {log}', "rec_control")])
    caches.changed(["b.test", "a.test"])
    caches.changed(["c.test"])
    assert caches.proved("one")
    assert not caches.proved("one"), "nothing more to forget"
    assert not caches.proved("another")
    caches.changed([f"n{number}.test" for number in range(MOST_NAMES + 1)])
    assert not caches.proved("one"), "so many are left to their minute"
    with open(log) as asked:
        assert asked.read() == "wipe-cache a.test$ b.test$ c.test$\n"
