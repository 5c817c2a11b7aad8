"""Keeps the files in step with the list in force: whatever was put in force, lifted or rolled back, and never what is held.

A file that could not be written, or whose reload command failed, is tried again; it stops no publish.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from skyddsnat.agent.config import Config, OutputConfig
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.outputs.formats import Compiled, Made, make
from skyddsnat.agent.plan import Planner
from skyddsnat.agent.primaries.zonefile import FILE_MODE, run_command
from skyddsnat.agent.state import State
from skyddsnat.agent.state.notes import Notes
from skyddsnat.site.files import replace_file


class OutputError(AgentError):
    """A file cannot be written, or nobody took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputState:
    """One output as status shows it.  current: it is of the list in force.  seconds: to make and reload it."""

    kind: str
    file: str
    version: str | None
    current: bool
    entries: int = 0
    left_out: int = 0
    narrowed: int = 0
    seconds: float | None = None


class OutputKeeper:
    """Writes each output when the list in force is another one than it has."""

    def __init__(
        self, config: Config, state: State, *, planner: Planner, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._outputs = config.outputs
        self._policy = config.list.policy
        self._state = state
        self._planner = planner
        self._monotonic = monotonic

    def bring_up(self, *, look_at_files: bool = False) -> None:
        """Write what is behind.  look_at_files: also what somebody has changed meanwhile.

        Raises OutputError for the first that failed, after all were tried.
        """
        behind = self.behind(look_at_files=look_at_files)
        live, in_force = self._planner.in_force()
        if not behind or live is None:
            return
        entries = sorted(in_force) if self._planner.stops else []  # observed alone, nothing is stopped here either
        compiled = Compiled(version=live.version, policy=self._policy, entries=entries)
        failed: OutputError | None = None
        for output in behind:
            try:
                self._write(output, compiled)
            except OutputError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def behind(self, *, look_at_files: bool = False) -> tuple[OutputConfig, ...]:
        """Outputs that do not have the list in force; none before there is one."""
        if not self._outputs or (live := self._planner.in_force()[0]) is None:
            return ()
        known: Mapping[str, Any] = self._state.notes.get(Notes.OUTPUTS) or {}
        return tuple(
            output
            for output in self._outputs
            if not _is_right(output, known.get(str(output.file)), live.version, look_at_files=look_at_files)
        )

    def _write(self, output: OutputConfig, compiled: Compiled) -> None:
        started = self._monotonic()
        made = make(output.kind, compiled)
        self._note(output, None)
        try:
            replace_file(output.file, made.content, mode=FILE_MODE)
        except OSError as error:
            raise OutputError(
                f"output {output.file} cannot be written ({type(error).__name__}), expected an existing folder that the agent "
                "may write to; the file before stays, the agent tries again"
            ) from error
        run_command(output.reload_command, {"{file}": str(output.file)}, fault=OutputError)
        self._note(output, _facts(output, compiled, made, seconds=self._monotonic() - started))

    def _note(self, output: OutputConfig, facts: dict[str, Any] | None) -> None:
        files = {str(one.file) for one in self._outputs}
        known = {file: one for file, one in (self._state.notes.get(Notes.OUTPUTS) or {}).items() if file in files}
        known.pop(str(output.file), None)
        if facts is not None:
            known[str(output.file)] = facts
        self._state.notes.put(Notes.OUTPUTS, known or None)


def output_states(outputs: tuple[OutputConfig, ...], state: State) -> tuple[OutputState, ...]:
    """Where each output stands, from the agent's memory."""
    live = state.lists.live()
    known = state.notes.get(Notes.OUTPUTS) or {}
    found = []
    for output in outputs:
        facts = known.get(str(output.file)) or {}
        found.append(
            OutputState(
                kind=output.kind,
                file=str(output.file),
                version=facts.get("version"),
                current=live is not None and facts.get("version") == live.version and facts["kind"] == output.kind,
                **{key: facts[key] for key in ("entries", "left_out", "narrowed", "seconds") if key in facts},
            )
        )
    return tuple(found)


def _facts(output: OutputConfig, compiled: Compiled, made: Made, *, seconds: float) -> dict[str, Any]:
    counts = {key: value for key, value in asdict(made).items() if key != "content"}
    return {
        "kind": output.kind,
        "version": compiled.version,
        "sha256": hashlib.sha256(made.content).hexdigest(),
        "seconds": round(seconds, 3),
        **counts,
    }


def _is_right(output: OutputConfig, facts: Mapping[str, Any] | None, version: str, *, look_at_files: bool) -> bool:
    if facts is None or (facts["kind"], facts["version"]) != (output.kind, version):
        return False
    if not look_at_files:
        return True
    try:
        return hashlib.sha256(output.file.read_bytes()).hexdigest() == str(facts["sha256"])
    except OSError:
        return False
