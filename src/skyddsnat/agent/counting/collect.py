"""From logs to tallies: every line is a hit, left out for a reason that is counted, or unparsed, which is counted too.

Here a client's address ends: what goes on is a token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple

from skyddsnat.agent.counting.dnstap import looked_up
from skyddsnat.agent.counting.files import LogFile, find, open_many
from skyddsnat.agent.counting.formats import FORMATS, STARTS_WITH_TIME, Format, Hit
from skyddsnat.agent.counting.settings import CountConfig, LogConfig
from skyddsnat.agent.counting.times import BUCKET, DAY, Times
from skyddsnat.agent.counting.tokens import Tokens

AT_ONCE: Final = 200_000
"""Different hits that are gathered before they are handed on."""
LOOK_EVERY: Final = 5_000
"""Lines between two looks at whether to stop."""


class Stopped(Exception):
    """Somebody asked the run to stop.  Nothing of it is kept."""


class Seen(NamedTuple):
    """What makes hits one and the same for the counting.  token: None where the resolver tells no client."""

    resolver: str
    token: int | None
    name: str
    bucket: int


@dataclass(slots=True)
class Tally:
    """What one resolver's logs hold of one day, beside the hits themselves.

    lines: marked as hits; of them passed (not blocked), canaries, ignored (own monitoring, scanners, the resolver itself),
    unparsed.
    queries: look-ups of all names, None if no log tells.  hours: of 24 in which a hit was logged; canaries make it 24.
    """

    lines: int = 0
    passed: int = 0
    canaries: int = 0
    ignored: int = 0
    unparsed: int = 0
    queries: int | None = None
    hours: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Collected:
    """Of all logs.  undated: hits without a time, which belong to no day; unfinished: last lines without an end.

    recent: by resolver, hits of whatever policy since the counters were last asked.  problems: a line each.
    """

    tallies: dict[tuple[str, int], Tally] = field(default_factory=dict)
    recent: dict[str, int] = field(default_factory=dict)
    files: int = 0
    undated: int = 0
    unfinished: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is counted.  wanted: whether a day is; since: octets before it need not be read; canaries: domains of test look-ups;
    asked: by resolver, the second at which its counters were asked last."""

    wanted: Callable[[int], bool]
    since: datetime
    canaries: tuple[str, ...]
    asked: dict[str, float]


class Collector:
    """Reads all logs.  take: is given the gathered hits.  look: called now and then with octets read and in all; may raise
    Stopped."""

    def __init__(
        self,
        config: CountConfig,
        rules: Rules,
        *,
        folder: Path,
        tokens: Tokens,
        take: Callable[[dict[Seen, int]], None],
        look: Callable[[int, int], None],
    ) -> None:
        self._config = config
        self._rules = rules
        self._folder = folder
        self._tokens = tokens
        self._take = take
        self._look = look
        self._below = tuple(f".{domain}" for domain in rules.canaries)
        self._hits: dict[Seen, int] = {}
        self._is_ignored: dict[str, bool] = {}
        self._found = Collected()
        self._read = self._size = 0

    def run(self) -> Collected:
        """Read everything.  Raises Stopped, and AgentError where so many logs may not be open at once."""
        open_many()
        opened: list[tuple[LogConfig, bool, LogFile]] = []
        try:
            for log in self._config.logs:
                for is_hits, patterns in ((True, log.hits), (False, log.queries)):
                    opened += [(log, is_hits, file) for file in self._open(log, patterns)]
            self._size = sum(file.size for _, _, file in opened)
            opened = self._without_shared(opened)
            for log, is_hits, file in opened:
                (self._read_hits if is_hits else self._read_queries)(log, file)
                self._found.unfinished += file.unfinished
                self._found.files += 1
                if file.fault:
                    self._found.problems.append(f"{file.path} was not read to its end: {file.fault}")
                self._read += file.size
                self._look(self._read, self._size)
        finally:
            for _, _, file in opened:
                file.close()
        self._hand_on()
        return self._found

    def _without_shared(self, opened: list[tuple[LogConfig, bool, LogFile]]) -> list[tuple[LogConfig, bool, LogFile]]:
        """Two resolvers of a kind that write to one file cannot be told apart: it is read for the first of them alone."""
        readers: dict[tuple[object, ...], str] = {}
        kept = []
        for log, is_hits, file in opened:
            first = readers.setdefault((log.kind, is_hits, file.identity), log.resolver)
            if first == log.resolver:
                kept.append((log, is_hits, file))
                continue
            file.close()
            self._found.problems.append(
                f"{file.path} is a log of {first} too; it was read for {first} alone, give each resolver its own file"
            )
        return kept

    def _open(self, log: LogConfig, patterns: Sequence[str]) -> list[LogFile]:
        found = find(patterns, folder=self._folder, since=self._rules.since)
        self._found.problems += found.problems
        return found.files

    def _read_hits(self, log: LogConfig, file: LogFile) -> None:
        form, times, day = FORMATS[log.kind], Times(log.zone, latest=file.modified), _day_of(file.modified)
        for number, raw in enumerate(file.lines()):
            if number % LOOK_EVERY == 0:
                self._look(self._read + file.done, self._size)
            if form.mark not in raw:
                continue
            line = raw.decode("utf-8", "replace")
            hit = form.read(line)
            at = _second(hit.time if hit else _leading_time(line), times)
            if at is not None:
                day = at // DAY
            if not self._rules.wanted(day):
                continue
            if hit is not None and hit.time is None:
                self._found.undated += 1
                continue
            tally = self._tally(log.resolver, day)
            tally.lines += 1
            if hit is None or at is None:
                tally.unparsed += 1
            else:
                self._count(log, form, tally, hit, at)

    def _count(self, log: LogConfig, form: Format, tally: Tally, hit: Hit, at: int) -> None:
        tally.hours.add(at % DAY // 3600)
        is_canary = hit.name.endswith(self._below)
        if hit.passed:
            if is_canary:  # hot lets one name below base's canary through, and the agent asks for it
                tally.canaries += 1
            else:
                tally.passed += 1
            return
        if form.tells_client and not hit.client:
            # The resolver's own look-up: nobody asked, and its counters leave it out.
            tally.ignored += 1
            return
        if at > self._rules.asked.get(log.resolver, at):
            self._found.recent[log.resolver] = self._found.recent.get(log.resolver, 0) + 1
        if is_canary:
            tally.canaries += 1
        elif form.tells_client and self._ignored(hit.client):
            tally.ignored += 1
        else:
            token = self._tokens.token(hit.client, day=at // DAY) if form.tells_client else None
            seen = Seen(log.resolver, token, hit.name, at // BUCKET)
            self._hits[seen] = self._hits.get(seen, 0) + 1
            if len(self._hits) >= AT_ONCE:
                self._hand_on()

    def _read_queries(self, log: LogConfig, file: LogFile) -> None:
        if file.is_frame_stream:
            for day, number in looked_up(file, look=lambda: self._look(self._read + file.done, self._size)).items():
                self._add_queries(log.resolver, day, number)
            return
        form, times = FORMATS[log.kind], Times(log.zone, latest=file.modified)
        for number, raw in enumerate(file.lines()):
            if number % LOOK_EVERY == 0:
                self._look(self._read + file.done, self._size)
            if (
                form.query_mark not in raw
                or form.query is None
                or (found := form.query.match(raw.decode("utf-8", "replace").rstrip())) is None
            ):
                continue
            at = _second(found["time"], times)
            if at is not None and not found["name"].lower().endswith(self._below):
                self._add_queries(log.resolver, at // DAY, 1)

    def _add_queries(self, resolver: str, day: int, number: int) -> None:
        if self._rules.wanted(day):
            tally = self._tally(resolver, day)
            tally.queries = (tally.queries or 0) + number

    def _tally(self, resolver: str, day: int) -> Tally:
        return self._found.tallies.setdefault((resolver, day), Tally())

    def _ignored(self, client: str) -> bool:
        found = self._is_ignored.get(client)
        if found is None:
            if len(self._is_ignored) > AT_ONCE:
                self._is_ignored.clear()
            found = self._is_ignored[client] = self._in_a_network(client)
        return found

    def _in_a_network(self, client: str) -> bool:
        if not self._config.ignored:
            return False
        try:
            address = ip_address(client)
        except ValueError:
            return False
        return any(address in network for network in self._config.ignored)

    def _hand_on(self) -> None:
        if self._hits:
            self._take(self._hits)
            self._hits = {}


def _second(text: str | None, times: Times) -> int | None:
    if text is None:
        return None
    try:
        return times.read(text)
    except (ValueError, OverflowError):
        return None


def _leading_time(line: str) -> str | None:
    found = STARTS_WITH_TIME.match(line)
    return found["time"] if found else None


def _day_of(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) // DAY
