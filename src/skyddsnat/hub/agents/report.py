"""The agent's report as it comes in: parsed strictly, bounded in size, nothing kept that is not on the list.

An unknown key is refused rather than ignored: a report must never become a way for a client's data to reach the hub.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from skyddsnat.policy.guards import find_imagery

MAX_BYTES = 64 * 1024
MAX_RESOLVERS = 200
MAX_POSITIONS = 100
MAX_REASONS = 20
MAX_COUNT = 10_000_000
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Of times: what lies near the ends of the calendar is no time in every zone, and pages show all of them."""
MAX_POSITION = 7_258_118_400_000_000  # where the year 2200 begins, in microseconds: a position is shown as a time too
MAX_SERIAL = 2**32 - 1  # RFC 1982
MAX_SECONDS = 86_400.0

NAME = re.compile(r"[\w][\w .:-]{0,79}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
DIGEST = re.compile(r"|[0-9a-f]{64}")
STATES = ("starting", "live", "observing", "held", "error")


class BadReport(Exception):
    """The report cannot be taken.  The message may be shown to the agent: it names fields, never their contents."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """One resolver as the agent found it.  serial: of the zone it served when asked, None where it did not answer."""

    name: str
    ok: bool
    checked_at: datetime | None
    serial: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """Why a list waits for people, and how much would change."""

    reasons: tuple[str, ...]
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an agent says of itself.  positions: by collection, in unix microseconds.  publish_seconds: of the last publish."""

    agent: str
    version: str
    state: str
    positions: Mapping[UUID, int]
    list_sha256: str
    entries: int
    resolvers: tuple[Resolver, ...]
    held: Held | None
    publish_seconds: float | None
    at: datetime


def read_report(body: bytes) -> Report:
    """Parse the body of `POST /api/agent/report`.  Raises BadReport."""
    if len(body) > MAX_BYTES:
        raise BadReport(f"the report has {len(body)} bytes, expected at most {MAX_BYTES}")
    try:
        raw = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadReport("the body is not JSON in UTF-8") from error
    top = _table(
        raw,
        "the report",
        ("agent", "version", "state", "position", "list_sha256", "entries", "resolvers", "held", "measured", "at"),
    )
    held = None if top["held"] is None else _held(top["held"])
    measured = _table(top["measured"], "measured", ("publish_seconds",))
    report = Report(
        agent=_text(top["agent"], "agent", NAME),
        version=_text(top["version"], "version", VERSION),
        state=_one_of(top["state"], "state", STATES),
        positions=_positions(top["position"]),
        list_sha256=_text(top["list_sha256"], "list_sha256", DIGEST),
        entries=_whole(top["entries"], "entries", MAX_COUNT),
        resolvers=tuple(_resolver(item) for item in _list(top["resolvers"], "resolvers", MAX_RESOLVERS)),
        held=held,
        publish_seconds=_seconds(measured["publish_seconds"]),
        at=_moment(top["at"], "at"),
    )
    if (report.state == "held") != (report.held is not None):
        raise BadReport("state and held disagree, expected held to be set exactly when state is held")
    return report


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _table(raw: Any, what: str, keys: Collection[str]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadReport(f"{what} is not an object")
    if missing := sorted(set(keys) - raw.keys()):
        raise BadReport(f"{what} lacks {', '.join(missing)}")
    if len(raw) > len(keys):
        raise BadReport(f"{what} has keys that are not known, expected only {', '.join(keys)}")
    return raw


def _list(raw: Any, what: str, limit: int) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > limit:
        raise BadReport(f"{what} is not a list of at most {limit}")
    return raw


def _text(raw: Any, what: str, form: re.Pattern[str]) -> str:
    if not isinstance(raw, str) or not form.fullmatch(raw) or (form is NAME and find_imagery(raw)):
        raise BadReport(f"{what} is not a text of the expected form")
    return raw


def _one_of(raw: Any, what: str, words: Collection[str]) -> str:
    if not isinstance(raw, str) or raw not in words:
        raise BadReport(f"{what} is not one of {', '.join(words)}")
    return raw


def _whole(raw: Any, what: str, limit: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= limit:
        raise BadReport(f"{what} is not a whole number from 0 to {limit}")
    return raw


def _seconds(raw: Any) -> float | None:
    if raw is None:
        return None
    if (
        isinstance(raw, bool)
        or not isinstance(raw, int | float)
        or not 0 <= raw <= MAX_SECONDS
        or not math.isfinite(raw)
    ):
        raise BadReport(f"publish_seconds is not a number from 0 to {MAX_SECONDS:.0f}")
    return float(raw)


def _moment(raw: Any, what: str) -> datetime:
    try:
        moment = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadReport(f"{what} is not a time with its offset (RFC 3339)")
    return moment


def _positions(raw: Any) -> dict[UUID, int]:
    if not isinstance(raw, dict) or len(raw) > MAX_POSITIONS:
        raise BadReport(f"position is not an object of at most {MAX_POSITIONS} collections")
    positions = {}
    for key, position in raw.items():
        try:
            collection = UUID(key)
        except ValueError as error:
            raise BadReport("position has a key that is not a collection's id") from error
        positions[collection] = _whole(position, "position", MAX_POSITION)
    return positions


def _optional[T](raw: Any, read: Callable[[Any], T]) -> T | None:
    return None if raw is None else read(raw)


def _resolver(raw: Any) -> Resolver:
    table = _table(raw, "a resolver", ("name", "ok", "checked_at", "serial"))
    if not isinstance(table["ok"], bool):
        raise BadReport("a resolver's ok is not true or false")
    return Resolver(
        name=_text(table["name"], "a resolver's name", NAME),
        ok=table["ok"],
        checked_at=_optional(table["checked_at"], lambda value: _moment(value, "a resolver's checked_at")),
        serial=_optional(table["serial"], lambda value: _whole(value, "a resolver's serial", MAX_SERIAL)),
    )


def _held(raw: Any) -> Held:
    table = _table(raw, "held", ("reasons", "added", "removed"))
    reasons = _list(table["reasons"], "held's reasons", MAX_REASONS)
    return Held(
        reasons=tuple(_text(reason, "a reason", CODE) for reason in reasons),
        added=_whole(table["added"], "held's added", MAX_COUNT),
        removed=_whole(table["removed"], "held's removed", MAX_COUNT),
    )
