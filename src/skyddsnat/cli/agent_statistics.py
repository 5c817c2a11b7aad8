"""`skyddsnat agent submit --period`: this operator's figures of a period for the joint statistics."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from skyddsnat.agent.benchmark.measured import measure
from skyddsnat.agent.config import Config, load
from skyddsnat.agent.counting import handing_in
from skyddsnat.agent.counting.figures import month_counts
from skyddsnat.agent.counting.handing_in import Found, Line, NotCollected, Standing
from skyddsnat.agent.counting.panel import index_for
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.state import State
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Evidence, Frequency, Metric
from skyddsnat.cli import agent_count_screen as screen
from skyddsnat.cli.agent_count import read_period
from skyddsnat.cli.agent_open import console
from skyddsnat.cli.ends import account, leave, told
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.collecting import check_collected
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import Correction
from skyddsnat.site.clock import utc_now
from skyddsnat.site.errors import Exit
from skyddsnat.site.hourly import month_totals
from skyddsnat.site.journal import Journal


def submit_period(path: Path, text: str, *, reason: str, published: bool, send: bool, as_json: bool) -> None:
    """Show what leaves, and then hand in exactly that.  Exit code 3 if a figure has changed and no reason is given."""
    with told("agent", advice="look at disk and rights, or run doctor"):
        config, period, why = load(path), read_period(text), _reason(reason)
        if send and period.last_day >= utc_now().date():
            raise WrongUse(f"{period} is not over, expected a period that is; --dry-run shows what there is so far")
        with (
            agent_lock(config.data_dir, name="count.lock", wait_seconds=1),
            closing(CountStore.open(config.data_dir)) as store,
        ):
            lines = _lines(config, store, period, published=published)
            if why is not None:
                lines = [
                    handing_in.correction(line, why, store) if line.standing is Standing.CHANGED else line
                    for line in lines
                ]
            held = why is None and any(line.standing is Standing.CHANGED for line in lines)
            facts = {
                "period": str(period),
                "figures": [screen.line_facts(line) for line in lines],
                "sent": {},
                "not_collected": [],
                "held": held,
            }
            if not as_json:
                screen.show_lines(console, lines, period=str(period))
            if send and not held:
                facts["sent"], facts["not_collected"] = _send(config, store, lines)
        if as_json:
            screen.print_json(facts)
        else:
            _show_end(facts, send=send)
        leave(Exit.HELD if held else Exit.FINE)


def _lines(config: Config, store: CountStore, period: Period, *, published: bool) -> list[Line]:
    metrics = {
        name: metric for name, metric in load_catalogue().metric_words.metrics.items() if _is_asked(metric, period)
    }
    state = State.open(config.data_dir)
    try:
        measured = measure(state, metrics, wanted=frozenset(metrics), first=period.first_day, last=period.last_day)
        observed = state.days.observed(period.first_day, period.last_day)
        index = index_for(store, period, observed=lambda one: state.days.observed(one.first_day, one.last_day))
    finally:
        state.close()
    counts = month_counts(store, config.count, period, resolvers=len(config.resolvers), observed=observed)
    found = Found(
        counts=counts,
        values=measured.values,
        lacking=measured.lacking,
        stop_page=_stop_page(config, period),
        index=index,
    )
    return handing_in.lines(config, store, metrics, found, period, published=published)


def _stop_page(config: Config, period: Period) -> Mapping[str, int]:
    """What the stop page counted in a month; empty where nothing is known."""
    if config.count.stop_page is None or period.kind is not Frequency.MONTH:
        return {}
    return month_totals(config.count.stop_page, str(period))


def _is_asked(metric: Metric, period: Period) -> bool:
    """What the joint statistics take from agents in periods of this kind; secret metrics go the sealed way."""
    try:
        check_collected(metric)
    except PolicyRefusal:
        return False
    return metric.evidence is Evidence.MEASURED and metric.frequency is period.kind


def _send(config: Config, store: CountStore, lines: list[Line]) -> tuple[dict[str, Any], list[str]]:
    """The hub's answer to each figure that left, and the metrics that the coalition does not collect."""
    sent: dict[str, Any] = {}
    unwanted: list[str] = []
    journal = Journal(config.data_dir / "journal.jsonl", clock=utc_now)
    with closing(handing_in.connect(config.hub)) as channel:
        for line in lines:
            if line.figure is None or line.standing is Standing.SAME:
                continue
            try:
                answer = handing_in.send(channel, store, line, at=utc_now().isoformat(), by=account())
            except NotCollected:
                unwanted.append(line.metric.id)
                continue
            sent[line.metric.id] = answer
            journal.write(
                "figure_handed_in",
                metric=line.metric.id,
                period=str(line.figure.period),
                revision=answer["revision"],
                by=account(),
            )
    return sent, unwanted


def _show_end(facts: Mapping[str, Any], *, send: bool) -> None:
    sent = facts["sent"]
    if facts["held"]:
        words = ", ".join(Correction)
        console.print(
            f"[bold yellow]not sent[/]  a figure has changed since; correct it with --reason, one of: {words}"
        )
    elif not send:
        console.print("nothing was sent (--dry-run)")
    elif not sent:
        console.print("nothing is new; nothing was sent")
    for metric in facts["not_collected"]:
        console.print(
            f"[dim]stays here[/]  the coalition does not collect {metric}, or not for this period", soft_wrap=True
        )
    for metric, answer in sent.items():
        warnings = f"; please explain at the hub: {', '.join(answer['warnings'])}" if answer.get("warnings") else ""
        console.print(f"[green]handed in[/]  {metric}, revision {answer['revision']}{warnings}", soft_wrap=True)


def _reason(text: str) -> Correction | None:
    if not text:
        return None
    try:
        return Correction(text)
    except ValueError:
        raise WrongUse(f"--reason: got {text[:30]!r}, expected one of {', '.join(Correction)}") from None
