"""What does not work now, by part of the agent: noted for status and report, journalled when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state.notes import Notes
from skyddsnat.site.journal import Journal


class Faults:
    """The notes."""

    def __init__(self, notes: Notes, *, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._notes = notes
        self._journal = journal
        self._clock = clock

    def note(self, part: str, error: AgentError | None) -> None:
        """Note that a part does not work, or works again."""
        faults: dict[str, Any] = self._notes.get(Notes.FAULTS) or {}
        before = faults.pop(part, None)
        if error is None:
            if before is not None:
                self._notes.put(Notes.FAULTS, faults or None)
                self._journal.write("works_again", part=part)
            return
        since = before["since"] if before is not None else self._clock().isoformat()
        self._notes.put(Notes.FAULTS, {**faults, part: {"line": str(error), "since": since}})
        if before is None:
            self._journal.write("fault", part=part, line=str(error))
