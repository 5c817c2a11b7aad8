"""What was last put into each zone: the ground for the next DNS UPDATE, and for what to check."""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

import orjson

from skyddsnat.agent.state.packing import from_us, pack, to_us, unpack
from skyddsnat.agent.state.sets import COLUMNS, KeptSet, KeptSets
from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.entries import Entries
from skyddsnat.protocols.rpz import Action, Canary, Policy, Record, passthru_rows, zone_records


class ZoneRole(StrEnum):
    """The small, fast zone; the large one."""

    HOT = "hot"
    BASE = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRow:
    """A zone as published.

    entries: of base a list, which is large and shared with others; of hot a plain set.
    passed: what it lets through of the next zone; hot alone has any.  seen_everywhere: every resolver has answered this canary.
    """

    role: ZoneRole
    zone: str
    entries: Set[Listed]
    policy: Policy
    canary: Canary
    serial: int
    file_sha256: str
    published_at: datetime
    seen_everywhere: bool = False
    passed: frozenset[Listed] = frozenset()

    @property
    def records(self) -> frozenset[Record]:
        """Its rows."""
        return zone_records(self.entries, policy=self.policy, canary=self.canary) | self.passthru

    @property
    def passthru(self) -> frozenset[Record]:
        """Those of them that let names through."""
        return passthru_rows(self.passed, blocked=self.entries, zone=self.zone) if self.passed else frozenset()


class ZoneState:
    """The two rows."""

    def __init__(self, connection: sqlite3.Connection, sets: KeptSets) -> None:
        self._db = connection
        self._sets = sets
        self._known: dict[ZoneRole, tuple[list[object], ZoneRow]] = {}

    def all(self) -> dict[ZoneRole, ZoneRow]:
        """What is published, by role; empty before the first publish."""
        facts = self._db.execute(
            "SELECT role, token, serial, file_sha256, published_at, seen_everywhere FROM zones"
        ).fetchall()
        return {ZoneRole(role): self._one(ZoneRole(role), key) for role, *key in facts}

    def _one(self, role: ZoneRole, key: list[object]) -> ZoneRow:
        """A zone; a large one is read again only when its row has changed."""
        known = self._known.get(role)
        if known is None or known[0] != key:
            row = self._db.execute(
                "SELECT role, zone, policy, token, domain, serial, file_sha256, published_at, seen_everywhere, passed,"  # noqa: S608
                f" {COLUMNS} FROM zones WHERE role=?",
                [role],
            ).fetchone()
            known = self._known[role] = (key, _row(row[:10], self._sets.entries(KeptSet(*row[10:]))))
        return known[1]

    def put(self, row: ZoneRow) -> None:
        """Record a published zone."""
        policy = {"action": row.policy.action, "ipv4": _text(row.policy.ipv4), "ipv6": _text(row.policy.ipv6)}
        self._db.execute(
            "INSERT OR REPLACE INTO zones(role, zone, size, policy, token, domain, serial, file_sha256, published_at,"
            f" seen_everywhere, passed, {COLUMNS}) VALUES({', '.join('?' * 14)})",
            [
                row.role,
                row.zone,
                len(row.entries),
                orjson.dumps(policy).decode(),
                row.canary.token,
                row.canary.domain,
                row.serial,
                row.file_sha256,
                to_us(row.published_at),
                row.seen_everywhere,
                pack(row.passed) if row.passed else None,
                *(
                    self._sets.keep(row.entries)
                    if isinstance(row.entries, Entries)
                    else (None, pack(row.entries), None)
                ),
            ],
        )

    def sizes(self) -> dict[ZoneRole, tuple[int, int]]:
        """(serial, entries) of each zone, without reading the entries."""
        return {
            ZoneRole(role): (serial, size)
            for role, serial, size in self._db.execute("SELECT role, serial, size FROM zones")
        }

    def mark_seen(self, role: ZoneRole, *, token: str) -> None:
        """Note that every resolver has answered the canary with this token."""
        self._db.execute("UPDATE zones SET seen_everywhere=1 WHERE role=? AND token=?", [role, token])


def _text(address: IPv4Address | IPv6Address | None) -> str | None:
    return None if address is None else str(address)


def _row(row: tuple[str, str, str, str, str, int, str, int, int, bytes | None], entries: Entries) -> ZoneRow:
    role, zone, policy, token, domain, serial, file_sha256, published_at, seen, passed = row
    return ZoneRow(
        role=ZoneRole(role),
        zone=zone,
        entries=entries if ZoneRole(role) is ZoneRole.BASE else entries.plain,
        policy=policy_of(policy),
        canary=Canary(token, domain),
        serial=serial,
        file_sha256=file_sha256,
        published_at=from_us(published_at),
        seen_everywhere=bool(seen),
        passed=unpack(passed) if passed else frozenset(),
    )


def policy_of(text: str) -> Policy:
    """The policy again, from a zone's row."""
    facts = orjson.loads(text)
    return Policy(
        action=Action(facts["action"]),
        ipv4=IPv4Address(facts["ipv4"]) if facts["ipv4"] else None,
        ipv6=IPv6Address(facts["ipv6"]) if facts["ipv6"] else None,
    )
