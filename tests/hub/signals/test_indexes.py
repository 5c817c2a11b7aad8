"""Each index costs every row that comes in: none may only repeat the beginning of another."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Model

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.signals.models import Event, Signal, Submission


def covered(model: type[Model]) -> list[tuple[str, ...]]:
    """Plain indexes whose columns another one begins with."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    indexes = [one for one in found.values() if one["index"] or one["unique"] or one["primary_key"]]
    columns = [tuple(one["columns"]) for one in indexes]
    plain = [tuple(one["columns"]) for one in indexes if not one["unique"] and not one["primary_key"]]
    return [one for one in plain if any(len(one) < len(other) and other[: len(one)] == one for other in columns)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Signal, Submission, Event, Entry, ObjectVersion], ids=lambda model: model.__name__)
def test_no_index_is_the_beginning_of_another(model: type[Model]) -> None:
    assert covered(model) == []


@pytest.mark.django_db
def test_an_index_that_is_covered_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX too_many ON signals_submission (member_id)")
    assert covered(Submission) == [("member_id",)]
