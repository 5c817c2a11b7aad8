"""Faults that the simulator must find, each planted in one place: a simulator that finds none of them would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import PropertyMock, patch

from django.db.backends.sqlite3.base import DatabaseWrapper


def _one_organisation_is_enough() -> Iterator[Any]:
    yield patch("skyddsnat.policy.signal_states.JUDGES_FOR_BLOCK", 1)
    yield patch("skyddsnat.policy.ceilings.JUDGES_FOR_BLOCK", 1)


def _ends_are_not_published() -> Iterator[Any]:
    yield patch("skyddsnat.hub.signals.services.publishing.Outbox.revoke", lambda *_, **__: None)


def _the_log_forgets_approvals() -> Iterator[Any]:
    from skyddsnat.hub.signals.services.review import Bench

    real = Bench.log

    def log(bench: Any, action: str, **facts: Any) -> None:
        if action != "approved":
            real(bench, action, **facts)

    yield patch.object(Bench, "log", log)


def _a_commit_is_thrown_away_now_and_then() -> Iterator[Any]:
    real, number = DatabaseWrapper._commit, [0]

    def commit(wrapper: Any) -> None:
        number[0] += 1
        if number[0] % 40 == 39:
            wrapper._rollback()
        else:
            real(wrapper)

    yield patch.object(DatabaseWrapper, "_commit", commit)


def _positions_follow_the_clock() -> Iterator[Any]:
    from skyddsnat.hub.feed.services import publishing
    from skyddsnat.protocols.stix import to_us

    yield patch.object(publishing, "_last_position", lambda now: to_us(now) // publishing.STEP * publishing.STEP)


def _the_agent_takes_older_heads() -> Iterator[Any]:
    from skyddsnat.agent import feed
    from skyddsnat.policy.agent_guards import Reason

    real = feed.judge_feed

    def judge(*args: Any, **options: Any) -> Any:
        return tuple(reason for reason in real(*args, **options) if reason is not Reason.OLDER_HEAD)

    yield patch.object(feed, "judge_feed", judge)


def _the_agent_believes_what_is_not_signed() -> Iterator[Any]:
    from skyddsnat.agent import feed

    yield patch.object(feed, "judge_feed", lambda *_, **__: ())


def _the_agent_forgets_what_it_was_at() -> Iterator[Any]:
    from skyddsnat.agent.publish import Publisher

    yield patch.object(Publisher, "interrupted", PropertyMock(return_value=False))
    yield patch.object(Publisher, "repair", lambda _: ())


def _the_agent_reads_only_forward() -> Iterator[Any]:
    """It is deaf to ends, and takes what it holds for the whole, whatever the head says of it; heads are judged else as ever."""
    from skyddsnat.agent import feed
    from skyddsnat.policy.agent_guards import Reason

    real, judge = feed.FeedReader._fetch, feed.judge_feed

    def fetch(reader: Any, collection: Any, fetched: Any) -> None:
        real(reader, collection, fetched)
        fetched.indicators[:] = [one for one in fetched.indicators if one.live]

    def deaf(*args: Any, **options: Any) -> Any:
        about_content = (Reason.COUNT_MISMATCH, Reason.DIGEST_MISMATCH)
        return tuple(reason for reason in judge(*args, **options) if reason not in about_content)

    yield patch.object(feed.FeedReader, "_fetch", fetch)
    yield patch.object(feed, "judge_feed", deaf)


BUGS: dict[str, Callable[[], Iterator[Any]]] = {
    "one-organisation": _one_organisation_is_enough,
    "unpublished-ends": _ends_are_not_published,
    "forgetful-log": _the_log_forgets_approvals,
    "lost-commit": _a_commit_is_thrown_away_now_and_then,
    "clock-positions": _positions_follow_the_clock,
    "older-heads": _the_agent_takes_older_heads,
    "believing-agent": _the_agent_believes_what_is_not_signed,
    "forgetful-agent": _the_agent_forgets_what_it_was_at,
    "deaf-agent": _the_agent_reads_only_forward,
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Run with this fault; none for an empty name."""
    with ExitStack() as stack:
        for one in BUGS[name]() if name else ():
            stack.enter_context(one)
        yield
