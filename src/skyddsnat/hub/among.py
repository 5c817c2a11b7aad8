"""One of many texts, asked in one parameter: `rows.filter(Among(F("stix_id"), ids, beside={"collection_id": pk}))`.

`IN` with a place for each text makes Django prepare each of them by itself and the database read a statement that grows with
them; a thousand ids take both longer than to find the rows.  Here they go as one array, or as one JSON text to SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Lookup
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup


class Among(_Lookup):
    """Whether a column of texts is one of these.  Of none, no row is.

    beside: columns that stand before it in an index, by name, and what they hold.  Each text is then looked up in that index.
    Said as conditions of their own they may seem few enough rows to read them all, above all to PostgreSQL before it has counted.
    A look-up, since Django writes `= True` behind any other condition for SQLite, which then asks no index.
    """

    prepare_rhs = False

    def __init__(self, column: Combinable, texts: Iterable[str], *, beside: Mapping[str, object] | None = None) -> None:
        super().__init__(column, sorted(set(texts)))
        self.columns: list[Any] = [F(name) for name in beside or {}]
        self.values = [*(beside or {}).values()]

    def get_source_expressions(self) -> list[Any]:
        return [*self.columns, self.lhs]

    def set_source_expressions(self, new_exprs: Any) -> None:
        *self.columns, self.lhs = new_exprs

    def resolve_expression(self, *arguments: Any, **options: Any) -> Any:
        found = super().resolve_expression(*arguments, **options)
        found.columns = [one.resolve_expression(*arguments, **options) for one in self.columns]
        return found

    @property
    def identity(self) -> Any:
        return self.__class__, self.lhs, self.rhs, self.columns, self.values

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """By a list that the database reads itself."""
        columns = [compiler.compile(one)[0] for one in self.get_source_expressions()]  # columns have no parameters
        values = [
            column.output_field.get_db_prep_value(value, connection)
            for column, value in zip(self.columns, self.values, strict=True)
        ]
        if connection.vendor != "postgresql":
            same = "".join(f"{column} = %s AND " for column in columns[:-1])
            found = f"({same}{columns[-1]} IN (SELECT value FROM json_each(%s)))"  # noqa: S608  columns of ours
            return found, [*values, json.dumps(self.rhs)]
        if not values:
            return f"{columns[-1]} = ANY(%s::text[])", [_array(self.rhs)]
        places = "%s, " * len(values)
        return f"({', '.join(columns)}) IN (SELECT {places}unnest(%s::text[]))", [*values, _array(self.rhs)]


def _array(texts: Sequence[str]) -> str:
    """PostgreSQL's array of texts, in its own spelling: each between quotation marks, which with the backslash are escaped.

    The driver would look at each text by itself, which takes as long as to find its row.
    """
    whole = "".join(texts)
    if '"' in whole or "\\" in whole:
        texts = [text.replace("\\", r"\\").replace('"', r"\"") for text in texts]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"
