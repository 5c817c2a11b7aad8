"""From a decided list to the zones: both files first, then the primary, then NOTIFY.

A crash anywhere between leaves a note behind; the next step then puts the wanted content in place again, and the primary's
real content decides what is sent.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from skyddsnat.agent.config import Config
from skyddsnat.agent.primaries import Primary, ZoneUpdate
from skyddsnat.agent.primaries.notify import Notifier
from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.agent.state.zones import ZoneRole, ZoneRow
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import Entries
from skyddsnat.protocols.rpz import (
    Canary,
    Changes,
    ZoneHead,
    ZoneSets,
    changed_text,
    changes_between,
    proof_of_order,
    split_zones,
    zone_text,
)
from skyddsnat.site.database import transaction


def fresh_token() -> str:
    """A canary's token: 64 random bits in letters and digits."""
    return f"c{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Published:
    """What was put in place.  started: monotonic seconds just before the primary was told.  gone: canaries that it replaced."""

    roles: tuple[ZoneRole, ...]
    started: float
    gone: tuple[Canary, ...] = ()


class Publisher:
    """Puts lists into the two zones."""

    def __init__(
        self,
        config: Config,
        state: State,
        *,
        primary: Primary,
        notifier: Notifier,
        clock: Callable[[], datetime],
        token: Callable[[], str] = fresh_token,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._state = state
        self._primary = primary
        self._notifier = notifier
        self._clock = clock
        self._token = token
        self._monotonic = monotonic

    @property
    def interrupted(self) -> bool:
        """Whether an earlier publish did not come to its end."""
        return self._state.notes.get(Notes.PUBLISHING) is not None

    def put(self, kept: KeptList, entries: Set[Listed], *, was: Set[Listed] | None = None) -> Published:
        """Put a list in force.  Raises PrimaryError; the list in force before then stays the recorded one.

        was: the list in force before, where it is at hand.
        """
        interrupted = self.interrupted
        self._state.notes.put(Notes.PUBLISHING, kept.version)
        before = self._state.zones.all()
        held = _sets(before)
        sets = self._wanted(entries, before, was=None if interrupted else was, settled=not interrupted)
        rebuilt = sets.base is not held.base and not sets.base <= held.base
        published, rows = self._place(sets, before, base_first=rebuilt, everything=interrupted)
        with transaction(self._state.connection):
            self._record(rows, gathers_anew=rebuilt or not held.waiting)
            self._state.lists.retire_live()
            self._state.lists.put(kept, entries)
            self._state.lists.forget_old()
        return published

    def maintain(self, *, at_once: bool = False) -> Published | None:
        """Have base follow once in a while, and trim hot when every resolver has proved to have that base.

        at_once: not only when it is time.  None: there is nothing to move.
        """
        zones = self._state.zones.all()
        if len(zones) < len(ZoneRole):
            return None
        sets = _sets(zones)
        if zones[ZoneRole.BASE].seen_everywhere and sets.spent:
            return self._restage(sets.trimmed(), zones, rebuilt=False)
        due = at_once or self._clock() - self._gathering_since() >= self._config.primary.rebuild_after
        if due and sets.waiting:
            return self._restage(sets.rebuilt(), zones, rebuilt=True)
        return None

    def holds(self, entries: Entries) -> bool:
        """Whether the two zones together hold exactly the domains of this list, or nothing where no look-up is stopped."""
        wanted = entries.domains if self._config.list.policy.stops else Entries()
        return _sets(self._state.zones.all()).entries == wanted

    @property
    def overlaps(self) -> bool:
        """Whether hot still holds what base no longer needs it for."""
        return _sets(self._state.zones.all()).spent

    def repair(self) -> tuple[ZoneRole, ...]:
        """Put back what somebody or something has changed behind the agent's back: files first, then what is served.

        Returns the zones that were mended.  Raises PrimaryError.
        """
        mended = []
        for role, row in self._state.zones.all().items():
            file_ok = self._file_digest(role) == row.file_sha256
            served = self._primary.serial(row.zone) if self._config.primary.is_server else row.serial
            if file_ok and served == row.serial:
                continue
            update = self._update(row, before=None)
            if not file_ok:
                self._primary.write_file(update)
                row = replace(row, file_sha256=_digest(update.text))
            serial = self._primary.apply(update)
            self._notifier.send(row.zone)
            self._state.zones.put(replace(row, serial=serial))
            mended.append(role)
        self._state.notes.put(Notes.PUBLISHING, None)
        return tuple(mended)

    def files_are_right(self) -> dict[ZoneRole, bool]:
        """Whether each zone's file is the one that was published."""
        return {role: self._file_digest(role) == row.file_sha256 for role, row in self._state.zones.all().items()}

    def served(self, zone: str) -> int | None:
        """The serial that the primary serves now.  Raises PrimaryError."""
        return self._primary.serial(zone)

    def refused(self, zone: str) -> list[str]:
        """What the primary does not let the agent do."""
        return self._primary.refused(zone)

    def _wanted(
        self, entries: Set[Listed], before: dict[ZoneRole, ZoneRow], *, was: Set[Listed] | None, settled: bool
    ) -> ZoneSets:
        """The zones' next content; nothing at all where no look-up is stopped.  settled: nothing was left half done."""
        if not self._config.list.policy.stops:
            return ZoneSets()
        held = _sets(before)
        return split_zones(
            Entries.of(entries).domains,
            before=held,
            hot_limit=self._config.primary.hot_limit,
            settled=settled and (not before or before[ZoneRole.BASE].seen_everywhere),
            was=None if was is None else Entries.of(was).domains,
        )

    def _restage(self, sets: ZoneSets, zones: dict[ZoneRole, ZoneRow], *, rebuilt: bool) -> Published:
        interrupted = self.interrupted
        self._state.notes.put(Notes.PUBLISHING, "zones")
        published, rows = self._place(sets, zones, base_first=rebuilt, everything=interrupted)
        with transaction(self._state.connection):
            self._record(rows, gathers_anew=rebuilt)
        return published

    def _record(self, rows: list[ZoneRow], *, gathers_anew: bool) -> None:
        for row in rows:
            self._state.zones.put(row)
        self._state.notes.put(Notes.PUBLISHING, None)
        if gathers_anew:
            self._state.notes.put(Notes.REBUILT, to_us(self._clock()))

    def _place(
        self, sets: ZoneSets, before: dict[ZoneRole, ZoneRow], *, base_first: bool, everything: bool
    ) -> tuple[Published, list[ZoneRow]]:
        """Every file, then every zone.  The zone that gains names comes first, so that no name is free in between."""
        roles = (ZoneRole.BASE, ZoneRole.HOT) if base_first else (ZoneRole.HOT, ZoneRole.BASE)
        rows = [self._row(role, sets, before.get(role)) for role in roles]
        rows = _with_proof_of_order([row for row in rows if everything or _differs(row, before)], before)
        moving = [
            (row, self._update(row, before=before.get(row.role), by_file=base_first and row.role is ZoneRole.BASE))
            for row in rows
        ]
        for _, update in moving:
            self._primary.write_file(update)
        started = self._monotonic()
        placed = []
        for row, update in moving:
            serial = self._primary.apply(update)
            self._notifier.send(update.zone)
            placed.append(replace(row, serial=serial, file_sha256=_digest(update.text)))
        gone = tuple(before[row.role].canary for row in placed if row.role in before)
        return Published(tuple(row.role for row in placed), started, gone), placed

    def _row(self, role: ZoneRole, sets: ZoneSets, before: ZoneRow | None) -> ZoneRow:
        """The zone with a new canary."""
        now, is_hot = self._clock(), role is ZoneRole.HOT
        primary = self._config.primary
        return ZoneRow(
            role=role,
            zone=primary.hot_zone if is_hot else primary.base_zone,
            entries=sets.hot if is_hot else sets.base,
            passed=sets.passed if is_hot else frozenset(),
            policy=self._config.list.policy,
            canary=Canary(self._token(), self._config.verify.canary_domain),
            serial=max(before.serial + 1 if before else 0, int(now.timestamp())),
            file_sha256="",
            published_at=now,
        )

    def _update(self, row: ZoneRow, *, before: ZoneRow | None, by_file: bool = False) -> ZoneUpdate:
        known = before if before is not None and before.zone == row.zone else None
        changes = zone_changes(known, row) if known else None
        return ZoneUpdate(
            zone=row.zone,
            file=self._file(row.role),
            text=self._text(row, known, changes),
            serial=row.serial,
            records=lambda: row.records,
            changes=changes,
            before_serial=known.serial if known else None,
            by_file=by_file,
        )

    def _text(self, row: ZoneRow, known: ZoneRow | None, changes: Changes | None) -> str:
        """The zone's file: from the one that lies there where that is the published one, since a large base changes little."""
        head, path = ZoneHead(row.zone, row.serial), self._file(row.role)
        if known is not None and changes is not None and path.exists():
            text = path.read_text(encoding="utf-8", errors="replace")
            if _digest(text) == known.file_sha256:
                return changed_text(text, head, changes)
        return zone_text(head, row.records)

    def _file(self, role: ZoneRole) -> Path:
        return self._config.primary.zone_dir / f"{role}.zone"

    def _file_digest(self, role: ZoneRole) -> str:
        path = self._file(role)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

    def _gathering_since(self) -> datetime:
        """When base was rebuilt, or when hot got the first of what base waits for."""
        return from_us(self._state.notes.get(Notes.REBUILT) or 0)


def _sets(zones: dict[ZoneRole, ZoneRow]) -> ZoneSets:
    if len(zones) < len(ZoneRole):
        return ZoneSets()
    hot, base = zones[ZoneRole.HOT], zones[ZoneRole.BASE]
    return ZoneSets(hot=frozenset(hot.entries), base=base.entries, passed=hot.passed - {proof_of_order(base.canary)})


def _with_proof_of_order(rows: list[ZoneRow], before: dict[ZoneRole, ZoneRow]) -> list[ZoneRow]:
    """The same zones; hot lets a name through that the base beside it answers."""
    base = next((row for row in rows if row.role is ZoneRole.BASE), before.get(ZoneRole.BASE))
    proof = frozenset([proof_of_order(base.canary)] if base else [])
    return [replace(row, passed=row.passed | proof) if row.role is ZoneRole.HOT else row for row in rows]


def zone_changes(old: ZoneRow, new: ZoneRow) -> Changes:
    """The rows that differ.  Under one policy only entries that came or went have any, and few of many do; what is let through
    takes rows for the others' sake as well, and is little itself."""
    if old.policy != new.policy:
        return changes_between(old.records, new.records)
    went = replace(old, entries=old.entries - new.entries, passed=frozenset())
    came = replace(new, entries=new.entries - old.entries, passed=frozenset())
    return changes_between(went.records | old.passthru, came.records | new.passthru)


def _differs(row: ZoneRow, before: dict[ZoneRole, ZoneRow]) -> bool:
    """Whether a zone has to be touched: hot always, for its canary; base only when something in it changes."""
    old = before.get(row.role)
    if row.role is ZoneRole.HOT or old is None:
        return True
    place = (row.entries, row.policy, row.zone, row.canary.domain)
    return place != (old.entries, old.policy, old.zone, old.canary.domain)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
