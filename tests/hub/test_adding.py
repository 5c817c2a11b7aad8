"""Many rows at once are the rows that Django would have added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model, QuerySet
from django.utils import timezone

from skyddsnat.hub.adding import add_row, add_rows, add_tables, new_row
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.signals.models import Event, Signal, Submission
from skyddsnat.hub.vault.fields import Sealed, SealedTextField
from skyddsnat.policy.vocabulary import Marking, State
from tests.cast import Cast

OURS = [model for model in apps.get_models() if model.__module__.startswith("skyddsnat.")]


def cells(model: type[Model], pk: object) -> dict[str, Any]:
    """A row as the database holds it; what is sealed, opened: the same text sealed twice is not the same bytes."""
    fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
    with connection.cursor() as cursor:
        names = ", ".join(f'"{field.column}"' for field in fields)
        key = model._meta.pk.get_db_prep_value(pk, connection)
        sql = f'SELECT {names} FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s'  # noqa: S608  ours
        cursor.execute(sql, [key])
        (row,) = cursor.fetchall()
    found = dict(zip((field.attname for field in fields), row, strict=True))
    for field in fields:
        if isinstance(field, SealedTextField):
            held = Sealed(bytes(found[field.attname]))
            found[field.attname] = field.open(held, str(pk))
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def pairs(cast: Cast) -> list[tuple[type[Model], dict[str, Any]]]:
    """Columns of rows, with everything that is hard to write: words of enumerations, quotes, nothing, nested facts."""
    now = timezone.now()
    signal = Signal.objects.create(circle=cast.circle, type="domain", value="a.test", created_at=now, changed_at=now)
    here = {"circle_id": cast.circle.pk, "created_at": now, "changed_at": now}
    inbox = feeds.inbox("alfa").pk
    return [
        (Signal, here | {"type": "domain", "value": "b.test", "marking": Marking.AMBER, "state": State.SUBMITTED}),
        (Signal, here | {"type": "term", "value": "ord 'å' \"b\"\n", "techniques": ["A-1", "B-2"], "lifted": True}),
        (
            Submission,
            {"signal_id": signal.pk, "episode": 1, "member_id": "alfa", "channel": "csv", "scope": "exact", "at": now},
        ),
        (Submission, {"signal_id": signal.pk, "episode": 2, "member_id": "beta", "note": "…", "at": now}),
        (Event, {"signal_id": signal.pk, "episode": 1, "at": now, "kind": "reported", "facts": {"a": [1, True, None]}}),
        (Entry, {"at": now, "action": "a.b", "kind": "k", "object_id": "1", "facts": {}, "salt": b"\x00\xff"}),
        (
            ObjectVersion,
            {"collection_id": inbox, "stix_id": "x--1", "type": "x", "version": 2**40, "raw": '{"å":1}', "said": "0"},
        ),
    ]


def left_by(model: type[Model], act: Callable[[], Any]) -> dict[str, Any]:
    """The newest row behind the act, which is then undone."""
    with transaction.atomic():
        act()
        newest = model._base_manager.order_by("-pk").values_list("pk", flat=True)[0]
        found = cells(model, newest)
        transaction.set_rollback(True)
    return found


def test_rows_are_those_of_bulk_create(cast: Cast) -> None:
    for model, columns in pairs(cast):
        key = {} if model in {Event, Entry} else {"id": UUID(int=2**128 - 1)}
        if model is ObjectVersion:
            key = {"added": 2**50}
        mine = left_by(model, lambda: add_rows([new_row(model, **columns, **key)]))  # noqa: B023  called at once
        theirs = left_by(model, lambda: QuerySet(model).bulk_create([model(**columns, **key)]))  # noqa: B023
        if not key:
            assert (type(mine.pop("id")), type(theirs.pop("id"))) == (int, int)
        alone = left_by(model, lambda: add_row(new_row(model, **columns, **key)))  # noqa: B023
        if not key:
            assert type(alone.pop("id")) is int
        assert mine == alone == theirs


def test_a_row_that_is_added_alone_knows_its_number(cast: Cast) -> None:
    row = new_row(Entry, at=timezone.now(), action="a.b", kind="k", object_id="1", facts={})
    add_row(row)
    assert not row._state.adding
    assert row.pk == Entry.objects.get(action="a.b").pk


def test_a_row_is_new_until_it_is_added(cast: Cast) -> None:
    row = new_row(Signal, **pairs(cast)[0][1])
    assert row._state.adding
    add_rows([row])
    assert not row._state.adding
    assert Signal.objects.get(pk=row.pk).value == "b.test"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_new_row_is_what_the_model_makes(model: type[Model]) -> None:
    mine, theirs = new_row(model), model()
    made = {field.attname for field in model._meta.concrete_fields if callable(field.default)}
    assert mine.__dict__.keys() == theirs.__dict__.keys()
    held = [{k: v for k, v in row.__dict__.items() if k not in made | {"_state"}} for row in (mine, theirs)]
    assert held[0] == held[1]
    for name in made:
        assert type(mine.__dict__[name]) is type(theirs.__dict__[name])
        assert mine.__dict__[name] is not new_row(model).__dict__[name] or not isinstance(theirs.__dict__[name], list)


def test_a_name_that_is_no_column_is_refused() -> None:
    with pytest.raises(TypeError, match="names of its columns"):
        new_row(Signal, circle=None)


def test_constraints_are_the_databases(cast: Cast) -> None:
    now = timezone.now()
    same = {"circle_id": cast.circle.pk, "type": "domain", "value": "a.test", "created_at": now, "changed_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows([new_row(Signal, **same), new_row(Signal, **same)])
    assert not Signal.objects.exists()


def test_a_reference_to_nothing_is_refused(cast: Cast) -> None:
    report = {"signal_id": UUID(int=1), "episode": 1, "at": timezone.now(), "member_id": "alfa", "scope": "exact"}

    @transaction.atomic
    def add() -> None:
        add_rows([new_row(Submission, **report)])
        connection.check_constraints()  # SQLite looks at the end, PostgreSQL when the rows are in

    with pytest.raises(IntegrityError):
        add()
    assert not Submission.objects.exists()


def test_a_reference_may_still_come_before_what_it_refers_to(cast: Cast) -> None:
    """Whoever adds rows at once leaves the rest of the transaction as it was: references are looked up at its end."""
    now = timezone.now()
    with transaction.atomic():
        add_rows([new_row(Entry, at=now, action="a.b", kind="k", object_id="1", facts={})])
        signal = Signal(circle=cast.circle, type="domain", value="a.test", created_at=now, changed_at=now)
        Submission(signal_id=signal.pk, episode=1, at=now, member_id="alfa", scope="exact").save(force_insert=True)
        signal.save(force_insert=True)
        connection.check_constraints()
    assert Submission.objects.get().signal_id == signal.pk


def test_what_is_too_long_to_seal_is_refused_as_ever(cast: Cast) -> None:
    now = timezone.now()
    row = new_row(Signal, circle_id=cast.circle.pk, type="term", value="a" * 2049, created_at=now, changed_at=now)
    with pytest.raises(ValueError, match="2048"):
        add_rows([row])


def test_rows_of_several_models_are_asked_for_one_after_another(cast: Cast) -> None:
    """A table's rows may be made while the one before is being taken in, and may refer to it."""
    now = timezone.now()
    signal = new_row(Signal, circle_id=cast.circle.pk, type="domain", value="a.test", created_at=now, changed_at=now)
    said: list[str] = []

    def tables() -> Iterator[list[Model]]:
        yield []
        yield [signal]
        said.append("asked")
        at = {"signal_id": signal.pk, "episode": 1, "at": now}
        yield [new_row(Submission, **at, member_id=member, scope="exact") for member in ("alfa", "beta")]
        yield [new_row(Event, **at, kind="reported")]

    add_tables(tables())
    assert said == ["asked"]
    assert Signal.objects.get(pk=signal.pk).value == "a.test"
    assert set(Submission.objects.values_list("member_id", flat=True)) == {"alfa", "beta"}
    assert Event.objects.filter(signal=signal).count() == 1


@pytest.mark.parametrize("at", ["first", "last", "between"])
def test_of_several_tables_all_are_added_or_none(cast: Cast, at: str) -> None:
    now = timezone.now()
    values = {"circle_id": cast.circle.pk, "type": "domain", "value": "a.test", "created_at": now, "changed_at": now}

    def tables() -> Iterator[list[Model]]:
        one = new_row(Signal, **values)
        yield [one, new_row(Signal, **values)] if at == "first" else [one]
        if at == "between":
            raise IntegrityError
        report = {"signal_id": one.pk, "episode": 1, "at": now, "member_id": "alfa", "scope": "exact"}
        yield [new_row(Submission, **report), new_row(Submission, **report)]

    with pytest.raises(IntegrityError), transaction.atomic():
        add_tables(tables())
    assert not Signal.objects.exists()
    assert not Submission.objects.exists()
