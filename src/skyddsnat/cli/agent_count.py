"""`skyddsnat agent count`: what the list did, from the resolvers' own logs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from skyddsnat.agent.config import DEFAULT_PATH, Config, load
from skyddsnat.agent.counting import days
from skyddsnat.agent.counting.collect import Stopped
from skyddsnat.agent.counting.figures import month_counts
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.state import State
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.cli import agent_count_screen as screen
from skyddsnat.cli.agent_open import ConfigOption, JsonOption, console
from skyddsnat.cli.ends import leave, told
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Observed
from skyddsnat.site.clock import utc_now
from skyddsnat.site.errors import Exit


def count(
    config: ConfigOption = DEFAULT_PATH,
    *,
    period: Annotated[
        str, typer.Option("--period", help="Which figures to show, such as 2026-10.", show_default=False)
    ] = "",
    again_from: Annotated[
        str,
        typer.Option(
            "--again-from", metavar="DAY", help="Count this day and all after it once more, such as 2026-10-01."
        ),
    ] = "",
    show_only: Annotated[bool, typer.Option("--show-only", help="Read no log; show what is counted.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Count what the list stopped, from the resolvers' logs.  No client's address is kept or leaves.  Exit code 1 if a line
    was not read, a log is missing, or a resolver's own counter says otherwise."""
    with told("agent", advice="look at disk and rights, or run doctor"):
        settings = load(config)
        month = read_period(period) if period else _last_month(utc_now())
        with closing(CountStore.open(settings.data_dir)) as store:
            outcome = None if show_only else _count(settings, store, again_from, quiet=as_json)
            counts = month_counts(
                store, settings.count, month, resolvers=len(settings.resolvers), observed=observed_in(settings, month)
            )
        facts = {"period": str(month), **screen.run_facts(outcome), **screen.count_facts(counts)}
        if as_json:
            screen.print_json(facts)
        else:
            screen.show(console, facts)
        leave(Exit.FINE if outcome is None or outcome.ok else Exit.FINDING)


def observed_in(config: Config, period: Period) -> Observed | None:
    """For how much of a period nothing was stopped, as the agent saw it."""
    with closing(State.open(config.data_dir)) as state:
        return state.days.observed(period.first_day, period.last_day)


def read_period(text: str) -> Period:
    """A period as a person writes it.  Raises WrongUse."""
    try:
        return Period.read(text)
    except PolicyRefusal as refusal:
        raise WrongUse(f"--period: {refusal.detail}") from None


def _count(config: Config, store: CountStore, again_from: str, *, quiet: bool) -> days.Outcome:
    again = None
    if again_from:
        try:
            again = date.fromisoformat(again_from)
        except ValueError:
            raise WrongUse(f"--again-from: got {again_from[:20]!r}, expected a day such as 2026-10-01") from None
    with agent_lock(config.data_dir, name="count.lock", wait_seconds=1), _progress(quiet=quiet) as look:
        state = State.open(config.data_dir)
        try:
            return days.count(config, state.lists, store, now=utc_now(), look=look, again_from=again)
        except Stopped:
            raise AgentError("stopped, and nothing of this run was kept; run it again") from None
        finally:
            state.close()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar for people, and an end by Ctrl-C or SIGTERM between two lines of a log."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (TextColumn("reading logs"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=screen.errors, transient=True, disable=quiet or not screen.errors.is_terminal)
    task = bar.add_task("logs", total=None)

    def look(read: int, size: int) -> None:
        if stop.is_set():
            raise Stopped
        bar.update(task, completed=read, total=size)

    try:
        with bar:
            yield look
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _last_month(now: datetime) -> Period:
    """The month that yesterday lies in."""
    return Period.holding((now.astimezone(UTC) - timedelta(days=1)).date(), Frequency.MONTH)
