"""Migrations that draw only what they change make the tables that Django makes, forth and back, and nobody sees too little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, RemoveField, RenameField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from skyddsnat.hub.drawn_alone import DrawnAlone, RunPython

pytestmark = pytest.mark.django_db  # of its own making, in memory: the marker only lets connections be opened

KEY = ("id", models.BigAutoField(primary_key=True))
MEMBER = partial(models.ForeignKey, "toy.member", models.CASCADE)
BEGINNING: list[Operation] = [
    CreateModel("Member", [KEY, ("name", models.CharField(max_length=20))]),
    CreateModel("Person", [KEY, ("member", MEMBER(related_name="people"))]),
    CreateModel(
        "Report", [KEY, ("person", models.ForeignKey("toy.person", models.CASCADE)), ("text", models.TextField())]
    ),
]
CHANGES: list[Operation] = [
    CreateModel("Circle", [KEY, ("name", models.CharField(max_length=20)), ("people", models.ManyToManyField("toy.person"))]),
    AddField("Report", "circle", models.ForeignKey("toy.circle", models.CASCADE, null=True)),
    AddField("circle", "owner", MEMBER(null=True, related_name="circles")),
    RenameField("report", "text", "said"),
    AddField("report", "text", models.TextField(default="")),
    AlterField("report", "said", models.CharField(max_length=40, null=True)),
    AlterField("report", "person", models.ForeignKey("toy.person", models.CASCADE, db_index=False)),
    AddIndex("report", models.Index(fields=["person", "said"], name="toy_said")),
    AddConstraint("circle", models.UniqueConstraint(fields=["owner", "name"], name="toy_once")),
    RemoveField("report", "circle"),
]  # fmt: skip


class Toy:
    """A database with the beginning in it, all of which is drawn."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.state = connection, ProjectState()
        self.run(BEGINNING)

    def run(self, operations: Sequence[Operation]) -> Migration:
        migration = made(operations)
        assert self.state.apps
        with self.connection.schema_editor(atomic=True) as editor:
            self.state = migration.apply(self.state, editor)
        return migration

    def undo(self, migration: Migration, before: ProjectState) -> None:
        with self.connection.schema_editor(atomic=True) as editor:
            migration.unapply(before, editor)

    def tables(self) -> list[tuple[str, str]]:
        with self.connection.cursor() as cursor:
            return sorted(cursor.execute("SELECT name, coalesce(sql, '') FROM sqlite_master").fetchall())


def made(operations: Sequence[Operation]) -> Migration:
    migration: Migration = type("Migration", (Migration,), {"operations": operations})("0002_changes", "toy")
    return migration


@contextmanager
def toy() -> Iterator[Toy]:
    there = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    try:
        yield Toy(there)
    finally:
        there.close()


def test_the_tables_are_those_that_django_makes_forth_and_back() -> None:
    with toy() as theirs, toy() as ours:
        there, here = theirs.state.clone(), ours.state.clone()
        way, alone = theirs.run(CHANGES), ours.run([DrawnAlone(CHANGES)])
        assert ours.tables() == theirs.tables()
        assert ours.state == theirs.state
        theirs.undo(way, there)
        ours.undo(alone, here)
        assert ours.tables() == theirs.tables()


def test_nobody_else_is_drawn_anew() -> None:
    with toy() as ours:
        person = ours.state.apps.get_model("toy", "Person")
        report = ours.state.apps.get_model("toy", "Report")
        ours.run([DrawnAlone(CHANGES)])
        assert ours.state.apps.get_model("toy", "Person") is person
        assert ours.state.apps.get_model("toy", "Report") is not report


def test_python_sees_every_relation_forth_and_back() -> None:
    seen: list[Any] = []

    def look(apps: Any, editor: Any) -> None:
        member, person, report = (apps.get_model("toy", name) for name in ("Member", "Person", "Report"))
        assert report._meta.get_field("person").related_model is person
        assert person._meta.get_field("member").related_model is member
        seen.append(sorted(relation.name for relation in member._meta.related_objects))

    before_it = [
        AddField("person", "name", models.TextField(default="")),
        CreateModel("Circle", [KEY, ("owner", MEMBER())]),
    ]
    with toy() as ours:
        before = ours.state.clone()
        done = ours.run([DrawnAlone(before_it), RunPython(look, look), DrawnAlone([RemoveField("report", "text")])])
        ours.undo(done, before)
    assert seen == [["circle", "people"]] * 2


def test_what_may_look_at_other_models_stands_beside_it() -> None:
    with pytest.raises(TypeError, match="got RunPython, expected an operation on one model"):
        DrawnAlone([migrations.RunPython(migrations.RunPython.noop)])
    number = AlterField("member", "id", models.CharField(max_length=20, primary_key=True))
    with toy() as ours, pytest.raises(ValueError, match=r"toy\.member\.id, which others refer to"):
        ours.run([DrawnAlone([number])])


def test_it_can_be_written_into_a_migration_and_says_what_it_does() -> None:
    from django.db.migrations.writer import OperationWriter

    text, imports = OperationWriter(DrawnAlone([RemoveField("circle", "name")])).serialize()
    assert "skyddsnat.hub.drawn_alone.DrawnAlone(" in text
    assert "import skyddsnat.hub.drawn_alone" in imports
    assert DrawnAlone(CHANGES[:2]).describe() == "Create model Circle; Add field circle to Report"


def test_every_migration_of_ours_draws_what_it_changes_alone() -> None:
    ours = {
        key: migration
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if type(migration).__module__.startswith("skyddsnat.")
    }
    assert len(ours) > 40
    wrong = [
        f"{key[0]}.{key[1]}: {type(operation).__name__}"
        for key, migration in ours.items()
        for operation in migration.operations
        if not isinstance(operation, DrawnAlone | RunPython)
    ]
    assert wrong == [], "write it in DrawnAlone([…]), and RunPython of hub.drawn_alone; see docs/adr/0055"
