"""One of many texts, asked in one parameter: `rows.filter(Among(F("stix_id"), ids))`.

`IN` with a place for each text makes Django prepare each of them by itself and the database read a statement that grows with
them; a thousand ids take both longer than to find the rows.  Here they go as one array, or as one JSON text to SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Func
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """Whether a column of texts is one of these.  Of none, no row is."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, column: Combinable, texts: Iterable[str]) -> None:
        super().__init__(column)
        self.texts = sorted(set(texts))

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> Any:
        """By a list that the database reads itself."""
        column, parameters = compiler.compile(self.get_source_expressions()[0])
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*parameters, self.texts]
        found = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608  a column of ours
        return found, [*parameters, json.dumps(self.texts)]
