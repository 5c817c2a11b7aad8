"""What the agent remembers, in one SQLite file of its data folder.

database.py  the file: schema, durability, transactions
feed.py      collections and their indicators, as the hub has signed them
sets.py      what is listed: large sets once, and lists as differences from them
lists.py     compiled lists: in force, held, approved; the last thirty can be put back; what came and went with each step
zones.py     what was last put into the hot and the base zone
days.py      what the looks at the resolvers showed, added up a day: what a benchmark round may ask for later
updates.py   how long each change took until it was proved, and each halt: the same
notes.py     small facts: a hold, faults, a pin, names lifted here, health of resolvers
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from skyddsnat.agent.state.database import open_database
from skyddsnat.agent.state.days import DayState
from skyddsnat.agent.state.feed import FeedState
from skyddsnat.agent.state.lists import ListState
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.sets import KeptSets
from skyddsnat.agent.state.updates import UpdateState
from skyddsnat.agent.state.zones import ZoneState


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory; each part shares one connection."""

    connection: sqlite3.Connection
    feed: FeedState
    lists: ListState
    zones: ZoneState
    notes: Notes
    days: DayState
    updates: UpdateState

    @classmethod
    def open(cls, data_dir: Path) -> State:
        """Open or create the memory in a folder that only the agent may read."""
        connection = open_database(data_dir / "state.sqlite")
        sets = KeptSets(connection)
        return cls(
            connection,
            FeedState(connection),
            ListState(connection, sets),
            ZoneState(connection, sets),
            Notes(connection),
            DayState(connection),
            UpdateState(connection),
        )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
