"""Where the agent stands, in one value: for the status command, the report to the hub, and the loop's own decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from skyddsnat.agent.config import Config
from skyddsnat.agent.outputs.keeper import OutputState, output_states
from skyddsnat.agent.state import State
from skyddsnat.agent.state.lists import KeptList
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.zones import ZoneRole
from skyddsnat.agent.verify import UNREACHED

FAULT_IS_AN_ERROR = timedelta(seconds=60)
"""A hub that misses a few polls is no error of the agent's."""


class AgentState(StrEnum):
    """The agent in one word (contract with the hub's report)."""

    STARTING = "starting"
    LIVE = "live"
    OBSERVING = "observing"
    HELD = "held"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Proved:
    """How many of the resolvers in agent.toml have shown that they have the list in force, and how many answer at all."""

    of: int
    answering: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that status shows.  zones: (serial, entries) by role.  No listed name is in it.

    observing: no look-up is stopped.  staged: version whose way into the zones is not ended.
    probes: each access type with "at" of its last line, None before the first.
    """

    state: AgentState
    live: KeptList | None
    feed_hold: dict[str, Any] | None
    list_hold: dict[str, Any] | None
    approvals: tuple[str, ...]
    pin: dict[str, Any] | None
    faults: dict[str, dict[str, str]]
    positions: dict[str, int]
    heard_at: datetime | None
    resolvers: list[dict[str, Any]]
    proved: Proved
    publish_seconds: float | None
    zones: dict[ZoneRole, tuple[int, int]]
    lifted: int
    lift_seconds: float | None = None
    observing: bool = False
    staged: str | None = None
    probes: tuple[dict[str, Any], ...] = ()
    outputs: tuple[OutputState, ...] = ()
    hashes: dict[str, Any] | None = None
    log: dict[str, Any] | None = None
    log_alarm: dict[str, Any] | None = None


def read_status(config: Config, state: State, *, now: datetime) -> Status:
    """Read the status from the agent's memory."""
    notes = state.notes
    seen = {str(collection): state.feed.seen(str(collection)) for collection in config.hub.collections}
    heard = [one.heard_at for one in seen.values()]
    list_hold = notes.get(Notes.LIST_HOLD)
    live = state.lists.live()
    faults = notes.get(Notes.FAULTS) or {}
    named = {resolver.name for resolver in config.resolvers}
    resolvers = [check for check in notes.get(Notes.RESOLVERS) or [] if check["name"] in named]
    zones = state.zones.sizes()
    held = notes.get(Notes.FEED_HOLD) is not None or list_hold is not None
    return Status(
        state=_word(held=held, broken=_is_broken(faults, resolvers, now), live=live),
        live=live,
        feed_hold=notes.get(Notes.FEED_HOLD),
        list_hold=list_hold,
        approvals=state.lists.approvals(list_hold["version"]) if list_hold else (),
        pin=notes.get(Notes.PIN),
        faults=faults,
        positions={collection: one.position for collection, one in seen.items()},
        heard_at=min((at for at in heard if at is not None), default=None) if all(heard) else None,
        resolvers=resolvers,
        proved=_proved(resolvers, of=len(named), zones=zones),
        publish_seconds=notes.get(Notes.MEASURED),
        lift_seconds=notes.get(Notes.LIFT_SECONDS),
        zones=zones,
        lifted=len(notes.lifted()),
        observing=not config.list.policy.stops,
        staged=notes.get(Notes.PUBLISHING),
        probes=_probes(config, notes.get(Notes.PROBES) or {}),
        outputs=output_states(config.outputs, state),
        hashes=notes.get(Notes.HASHES) if config.hash_dir else None,
        log=notes.get(Notes.WITNESS),
        log_alarm=notes.get(Notes.LOG_ALARM),
    )


def _proved(checks: list[dict[str, Any]], *, of: int, zones: dict[ZoneRole, tuple[int, int]]) -> Proved:
    """A look from before the newest publish has another serial, and proves nothing of it."""
    answering = [check for check in checks if check["fault"] != UNREACHED]
    serial = zones[ZoneRole.HOT][0] if ZoneRole.HOT in zones else None
    having = [check for check in answering if not check["behind"] and check["serial"] == serial]
    return Proved(of=of, answering=len(answering), by=len(having))


def _probes(config: Config, noted: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    nothing = {"at": None, "asked": 0, "answered": 0, "after": None}
    return tuple({"access": access, **nothing, **noted.get(access, {})} for access in config.verify.probes)


def _is_broken(faults: dict[str, dict[str, str]], resolvers: list[dict[str, Any]], now: datetime) -> bool:
    lasting = any(
        part != "hub" or now - datetime.fromisoformat(fault["since"]) > FAULT_IS_AN_ERROR
        for part, fault in faults.items()
    )
    return lasting or any(not resolver["ok"] for resolver in resolvers)


def _word(*, held: bool, broken: bool, live: KeptList | None) -> AgentState:
    if held:
        return AgentState.HELD
    if broken:
        return AgentState.ERROR
    if live is None:
        return AgentState.STARTING
    return AgentState.OBSERVING if live.observed else AgentState.LIVE
