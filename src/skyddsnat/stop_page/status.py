"""How the stop page is, from what lies on the disk: complaints that wait, counts of the month, help lines to try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from skyddsnat.site.hourly import month_totals
from skyddsnat.stop_page.config import Config
from skyddsnat.stop_page.queue import Queue, load_key

WAITS_TOO_LONG: Final = timedelta(hours=1)
HELP_CHECKED_EACH: Final = timedelta(days=31)
"""measures.yaml, SKM-EDU-02 level 2: the link is checked monthly."""


CONFIRM_FIRST: Final = (
    "confirm each help line with those who answer it before the page goes live (112 is never called to try it), and write the "
    "day to [help] checked"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """unconfirmed: ids of help lines that nobody has confirmed.  counts: of this month, by word; empty before the first.
    findings: what needs a person, a line each.
    """

    waiting: int
    oldest: str | None
    refused: int
    month: str
    counts: dict[str, int]
    help_checked: str | None
    unconfirmed: tuple[str, ...]
    findings: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def status_of(config: Config, *, now: datetime) -> Status:
    """Raises StopPageError, OSError, sqlite3.Error."""
    queue = Queue(config.data_dir, load_key(config.key_file), clock=lambda: now)
    try:
        waiting = queue.waiting()
    finally:
        queue.close()
    month = now.strftime("%Y-%m")
    return Status(
        waiting=waiting.count,
        oldest=waiting.oldest.isoformat() if waiting.oldest else None,
        refused=waiting.refused,
        month=month,
        counts=month_totals(config.counts, month),
        help_checked=config.help_checked.isoformat() if config.help_checked else None,
        unconfirmed=tuple(line.id for line in config.lines if config.help_checked is None),
        findings=tuple(_findings(config, waiting.oldest, waiting.refused, now)),
    )


def _findings(config: Config, oldest: datetime | None, refused: int, now: datetime) -> Iterator[str]:
    if config.hub.token() is None:
        yield "no token of scope complaints can be read; let your engineer make one at the hub, and write it to token_file"
    if oldest is not None and now - oldest > WAITS_TOO_LONG:
        yield f"complaints wait since {oldest:%Y-%m-%d %H:%M} UTC; see the service's log for why the hub does not take them"
    if refused:
        yield f"{refused} complaint(s) put aside: the hub does not read them, or they were sealed with another key"
    if config.help_checked is None:
        for line in config.lines:
            yield f"help line not confirmed: {line.to_confirm}"
        yield CONFIRM_FIRST
    elif config.help_checked > now.date():
        yield f"[help] checked is {config.help_checked}, expected the day on which the help lines were confirmed, none to come"
    elif now.date() - config.help_checked > HELP_CHECKED_EACH:
        yield f"the help lines were last confirmed on {config.help_checked}; try each again, and write the day to [help] checked"
