"""Operations of a migration that draw only the models that they change (docs/adr/0055).

To draw a model is to make a class of it as it was at that migration.  After each operation Django draws anew all that are
related to the changed one, and by way of members and people that is nearly every model there is: 7,200 classes for an empty
database.  An operation on tables, columns and indexes looks at its own model, and at the tables and keys that this refers to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced

type Key = tuple[str, str]
"""A noun's label and a model's name in small letters."""


class DrawnAlone(Operation):
    """These operations, one after the other, as if they stood in the migration themselves.

    Raises TypeError for one that may look at more than its own model, and ValueError where a field is changed that others
    refer to: such stand beside it.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        for operation in operations:
            if not isinstance(operation, migrations.CreateModel | FieldOperation | IndexOperation):
                raise TypeError(
                    f"got {type(operation).__name__}, expected an operation on one model's table, columns or indexes; "
                    "write it beside DrawnAlone"
                )
        self.operations = operations

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        _change(state, app_label, self.operations)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation, before, after in self._steps(app_label, from_state):
            operation.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation, before, after in reversed(list(self._steps(app_label, to_state))):
            operation.database_backwards(app_label, schema_editor, after, before)

    def _steps(self, app_label: str, state: ProjectState) -> Iterator[tuple[Operation, ProjectState, ProjectState]]:
        """Each operation, the state before it and the one after, beginning with this one."""
        _ = state.apps  # a state of which nothing is drawn yet, as for `sqlmigrate`, would be drawn whole at every step
        for operation in self.operations:
            after = state.clone()
            _change(after, app_label, [operation])
            yield operation, state, after
            state = after


class RunPython(migrations.RunPython):
    """Django's, which has all models drawn before it runs forth, and here before it runs back as well."""

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        from_state.clear_delayed_apps_cache()
        super().database_backwards(app_label, schema_editor, from_state, to_state)


def _change(state: ProjectState, app_label: str, operations: Sequence[Operation]) -> None:
    """Let them change the state, then draw what they changed, if it is a state of which anything is drawn."""
    drawn = state.__dict__.pop("apps", None)  # a cached property; without it Django changes the state and draws nothing
    changed: dict[Key, ModelState] = {}
    for operation in operations:
        key = app_label, _model_of(operation)
        _refuse_what_others_refer_to(state, key, operation)
        operation.state_forwards(app_label, state)
        changed[key] = state.models[key]
    if drawn is None:
        return
    with drawn.bulk_update():
        for key in changed:
            drawn.unregister_model(*key)
    drawn.render_multiple(list(changed.values()))
    state.apps = drawn
    state.is_delayed = True  # so whoever follows relations has all of them drawn first


def _model_of(operation: Any) -> str:
    name: str = operation.name if isinstance(operation, migrations.CreateModel) else operation.model_name
    return name.lower()


def _refuse_what_others_refer_to(state: ProjectState, key: Key, operation: Operation) -> None:
    if not isinstance(operation, migrations.AlterField | migrations.RemoveField | migrations.RenameField):
        return
    name = operation.old_name if isinstance(operation, migrations.RenameField) else operation.name
    if field_is_referenced(state, key, (name, state.models[key].fields[name])):
        raise ValueError(
            f"got a change of {'.'.join(key)}.{name}, which others refer to, expected a field of its model's own; "
            "write it beside DrawnAlone"
        )
