"""What one person may do to many signals at once, how many, and what is held so that it can be undone (docs/adr/0017).

Nothing here decides about one signal: each row is asked again by the rules for one.  Approval, reveal, a change of scope and the
decision of an objection are not here, and must not be: each is a person's look at one thing.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.review import SUBMITTING_ROLES, Judge
from skyddsnat.policy.vocabulary import Role


class BulkAct(StrEnum):
    """Acts on many."""

    READ = "read"
    UNREAD = "unread"
    READ_ALL = "read_all"
    CLAIM = "claim"
    RELEASE = "release"
    RETRACT = "retract"  # the own member's reports; never a verdict
    REJECT = "reject"
    RENEW = "renew"


class Place(StrEnum):
    """Where rows are chosen."""

    LIST = "list"
    QUEUE = "queue"


MARKS = frozenset({BulkAct.READ, BulkAct.UNREAD, BulkAct.READ_ALL})
"""Concern the person alone."""

HELD = frozenset({BulkAct.RETRACT, BulkAct.REJECT, BulkAct.RENEW})
"""Cannot be taken back once others and agents know: they wait first, and undoing them means that they never happened."""

WHOLE_FILTER = frozenset({BulkAct.READ, BulkAct.UNREAD, BulkAct.RETRACT, BulkAct.REJECT})
"""May reach rows beyond the page.  A claim beyond it would hoard, a renewal claims a look at each."""

A_PAGE = 50
MOST: dict[BulkAct, int] = {
    BulkAct.READ: 5_000,
    BulkAct.UNREAD: 5_000,
    BulkAct.READ_ALL: 0,
    BulkAct.CLAIM: A_PAGE,
    BulkAct.RELEASE: A_PAGE,
    BulkAct.RETRACT: 200,
    BulkAct.REJECT: 200,
    BulkAct.RENEW: A_PAGE,
}
PLACES: dict[Place, tuple[BulkAct, ...]] = {
    Place.LIST: (BulkAct.READ, BulkAct.UNREAD, BulkAct.RETRACT, BulkAct.RENEW),
    Place.QUEUE: (BulkAct.READ, BulkAct.UNREAD, BulkAct.CLAIM, BulkAct.RELEASE, BulkAct.REJECT),
}

HOLDS = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
"""How long a held act waits, at the person's choice: the longest is twenty times the shortest (WCAG 2.2.1)."""

UNDO_FOR = timedelta(minutes=5)
"""How long an act that is not held can be turned back."""


def check_bulk(judge: Judge, act: BulkAct) -> None:
    """Whether this person may do it to many.  Raises PolicyRefusal: no_role, not_a_reviewer, needs_mandate."""
    if act in MARKS:
        return
    if act is BulkAct.RETRACT:
        if not judge.roles & SUBMITTING_ROLES:
            raise PolicyRefusal("no_role")
        return
    if Role.REVIEWER not in judge.roles:
        raise PolicyRefusal("not_a_reviewer")
    if act in {BulkAct.REJECT, BulkAct.RENEW} and judge.mandate is None:
        raise PolicyRefusal("needs_mandate")


def check_size(act: BulkAct, count: int, *, whole_filter: bool) -> None:
    """Raises PolicyRefusal: nothing_chosen, only_this_page, too_many_chosen."""
    if act is BulkAct.READ_ALL:
        return
    if count < 1:
        raise PolicyRefusal("nothing_chosen")
    if whole_filter and act not in WHOLE_FILTER:
        raise PolicyRefusal("only_this_page", act)
    if count > MOST[act]:
        raise PolicyRefusal("too_many_chosen", f"{count}, expected at most {MOST[act]}")


def bulk_acts(judge: Judge, place: Place) -> tuple[BulkAct, ...]:
    """The acts that the place offers this person."""
    return tuple(act for act in PLACES[place] if _may(judge, act))


def _may(judge: Judge, act: BulkAct) -> bool:
    try:
        check_bulk(judge, act)
    except PolicyRefusal:
        return False
    return True
