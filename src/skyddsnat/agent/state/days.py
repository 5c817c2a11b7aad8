"""What the regular looks at the resolvers showed, added up for each day in UTC.  Rounds ask for months that are long gone."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta

from skyddsnat.policy.statistics.words import Observed
from skyddsnat.site.database import transaction

KEPT = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look, or the sum of many.  current: resolvers that answered every canary of the list in force.

    canaries: test look-ups that were due; answered: those that gave the canary, of which a resolver that is not reached has none.
    timed: resolvers asked while the publisher was up; timely: of those, the ones whose list was at most 24 hours behind its word.
    observed: looks in which nothing was stopped, since the list is only observed.
    """

    resolvers: int = 0
    current: int = 0
    canaries: int = 0
    answered: int = 0
    timed: int = 0
    timely: int = 0
    observed: int = 0


class DayState:
    """The days."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, look: Look, *, day: date) -> None:
        """Count one look."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO days(day, looks, resolvers, current, canaries, answered, timed, timely, observed)"
                " VALUES(?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(day) DO UPDATE SET looks=looks+1,"
                " resolvers=resolvers+excluded.resolvers, current=current+excluded.current,"
                " canaries=canaries+excluded.canaries, answered=answered+excluded.answered,"
                " timed=timed+excluded.timed, timely=timely+excluded.timely, observed=observed+excluded.observed",
                [day.isoformat(), *astuple(look)],
            )
            self._db.execute("DELETE FROM days WHERE day < ?", [(day - KEPT).isoformat()])

    def between(self, first: date, last: date) -> tuple[int, Look]:
        """(days with a look, their sum) from `first` to `last`, both included."""
        row = self._db.execute(
            "SELECT COUNT(*), SUM(resolvers), SUM(current), SUM(canaries), SUM(answered), SUM(timed), SUM(timely),"
            " SUM(observed)"
            " FROM days WHERE day BETWEEN ? AND ?",
            [first.isoformat(), last.isoformat()],
        ).fetchone()
        days, *sums = (int(number or 0) for number in row)
        return days, Look(**dict(zip(_FIELDS, sums, strict=True)))

    def observed(self, first: date, last: date) -> Observed | None:
        """For how much of a time nothing was stopped, both days included, by the looks.

        None where there was no look, or where a day is from before the agent noted it and no other tells of observing.
        """
        days, known, looks, observed = self._db.execute(
            "SELECT COUNT(*), COUNT(observed), SUM(looks), SUM(observed) FROM days WHERE day BETWEEN ? AND ?",
            [first.isoformat(), last.isoformat()],
        ).fetchone()
        if known < days or not days:
            return Observed.SOME if observed else None
        if not observed:
            return Observed.NONE
        return Observed.ALL if observed == looks else Observed.SOME


_FIELDS = tuple(field.name for field in fields(Look))
