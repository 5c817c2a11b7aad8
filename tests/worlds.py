"""A world that is made once and stands for several tests or examples, each of which undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from skyddsnat.hub.feed import queries as feeds
from tests.cast import Cast, make_cast


def at_work() -> Cast:
    """The cast, with the inboxes and feeds that otherwise come with the first report."""
    cast = make_cast()
    for circle in (cast.circle, cast.leads):
        feeds.feeds(circle.pk)
    for member in cast.members:
        feeds.inbox(member)
    return cast


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """What is made within stands until its end, beneath the transactions of tests.  blocker: the fixture `django_db_blocker`."""
    with blocker.unblock(), undone():
        yield
