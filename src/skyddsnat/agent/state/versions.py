"""Versions of lists that an agent before layout 8 kept: each a SHA-256 of all of the list's lines at once.

They are worked out anew when such a memory is opened for the first time, so that the list in force is known to be the one that
the feed gives, and what people have said of a list, or are asked about one, stays said of that list.
"""

from __future__ import annotations

import hashlib
import sqlite3

from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.sets import COLUMNS, KeptSet, KeptSets
from skyddsnat.agent.state.zones import policy_of
from skyddsnat.policy.entries import Entries
from skyddsnat.protocols.rpz import Action, Policy, list_version


def renew_versions(connection: sqlite3.Connection) -> None:
    """Give each kept list the version that it has now.  Raises AgentError if one is damaged.

    A version is only changed where it fits what is kept, under a policy that is known; another one was of a policy that is used
    no more, and no list that is compiled now can be taken for it.
    """
    sets, policies = KeptSets(connection), _policies(connection)
    now: dict[str, str] = {}
    shared = Entries()  # holds the core of the list before, so that it is read once
    for version, *columns in connection.execute(f"SELECT version, {COLUMNS} FROM lists").fetchall():  # noqa: S608
        kept = KeptSet(*columns)
        text = sets.text(kept)
        policy = next((policy for policy in policies if _before(text, policy) == version), None)
        if policy is not None:
            shared = sets.entries(kept)
            now[version] = list_version(shared, policy=policy)
    for old, new in now.items():
        for table in ("lists", "approvals"):
            connection.execute(f"UPDATE {table} SET version=? WHERE version=?", [new, old])  # noqa: S608
    _renew_notes(Notes(connection), now)


def _before(text: str, policy: Policy) -> str:
    return hashlib.sha256("\n".join(["skyddsnat/list/1", policy.line, *([text] if text else [])]).encode()).hexdigest()


def _policies(connection: sqlite3.Connection) -> list[Policy]:
    """Those without addresses, and those of the zones."""
    kept = [policy_of(text) for (text,) in connection.execute("SELECT DISTINCT policy FROM zones")]
    return [*dict.fromkeys([*kept, Policy(action=Action.NX), Policy(action=Action.OBSERVE)])]


def _renew_notes(notes: Notes, now: dict[str, str]) -> None:
    """What the notes say of a list; its outputs are left, and written once more under the new version."""
    for key in (Notes.LIST_HOLD, Notes.TRIAL, Notes.PIN):
        if (note := notes.get(key)) is not None:
            notes.put(key, note | {"version": now.get(note["version"], note["version"])})
    if (publishing := notes.get(Notes.PUBLISHING)) is not None:
        notes.put(Notes.PUBLISHING, now.get(publishing, publishing))
