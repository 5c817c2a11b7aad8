"""What the regular looks at the resolvers showed, added up for each day in UTC.  Rounds ask for months that are long gone."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta

from skyddsnat.agent.state.database import transaction

KEPT = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look, or the sum of many.  current: resolvers that answered every canary of the list in force.

    canaries: test look-ups that were due; answered: those that gave the canary, of which a resolver that is not reached has none.
    timed: resolvers asked while the publisher was up; timely: of those, the ones whose list was at most 24 hours behind its word.
    """

    resolvers: int = 0
    current: int = 0
    canaries: int = 0
    answered: int = 0
    timed: int = 0
    timely: int = 0


class DayState:
    """The days."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, look: Look, *, day: date) -> None:
        """Count one look."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO days(day, looks, resolvers, current, canaries, answered, timed, timely)"
                " VALUES(?, 1, ?, ?, ?, ?, ?, ?) ON CONFLICT(day) DO UPDATE SET looks=looks+1,"
                " resolvers=resolvers+excluded.resolvers, current=current+excluded.current,"
                " canaries=canaries+excluded.canaries, answered=answered+excluded.answered,"
                " timed=timed+excluded.timed, timely=timely+excluded.timely",
                [day.isoformat(), *astuple(look)],
            )
            self._db.execute("DELETE FROM days WHERE day < ?", [(day - KEPT).isoformat()])

    def between(self, first: date, last: date) -> tuple[int, Look]:
        """(days with a look, their sum) from `first` to `last`, both included."""
        row = self._db.execute(
            "SELECT COUNT(*), SUM(resolvers), SUM(current), SUM(canaries), SUM(answered), SUM(timed), SUM(timely)"
            " FROM days WHERE day BETWEEN ? AND ?",
            [first.isoformat(), last.isoformat()],
        ).fetchone()
        days, *sums = (int(number or 0) for number in row)
        return days, Look(**dict(zip(_FIELDS, sums, strict=True)))


_FIELDS = tuple(field.name for field in fields(Look))
