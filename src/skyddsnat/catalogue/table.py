"""What a YAML file is made of once it is read (`strict_yaml`), for those who take it apart without reading YAML themselves."""

from __future__ import annotations

from decimal import Decimal

type Scalar = str | int | Decimal | bool | None
type Value = Scalar | list[Value] | Table


class Table(dict[str | int, Value]):
    """A YAML mapping that knows the line on which it begins."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
