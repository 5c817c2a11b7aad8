"""One event, one line of the log: its moment in UTC, and nothing in it can begin a line of its own or steer a terminal."""

from __future__ import annotations

import logging
from datetime import UTC, datetime


class Line(logging.Formatter):
    """`2026-11-26T08:00:00.123Z WARNING name message`; a traceback follows indented."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Milliseconds and a Z, whatever zone the machine is in."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line itself."""
        return visible(super().formatMessage(record))

    def formatException(self, ei: object) -> str:
        """Each line indented, so that none passes for an event."""
        return _indented(super().formatException(ei))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:
        """The same for a stack without an exception."""
        return _indented(stack_info)


def visible(text: str) -> str:
    """The text with everything that is not printed written as an escape: line feeds, escapes of terminals, turns of direction."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _indented(text: str) -> str:
    return "\n".join(f"    {visible(line)}" for line in text.splitlines())
