"""Columns that the database holds sealed.  Models use them like text; nothing can be stored in them that is not sealed.

The row's id is part of what is authenticated, so it must be known before the first save: made in Python (a UUID), or `bound`
names other columns that are.  A cell opens when its attribute is read, not when its row is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from skyddsnat.hub.vault.envelope import place, seal, seal_many, unseal
from skyddsnat.hub.vault.errors import CannotOpen, UnknownKey
from skyddsnat.hub.vault.ring import ring

if TYPE_CHECKING:
    _Text = models.Field["str | Sealed", str]
    _Index = models.CharField[str, str]
else:
    _Text, _Index = models.Field, models.CharField

log = logging.getLogger(__name__)
_NOTHING: Final = object()


class Sealed:
    """A cell as the database holds it.  Says nothing of what is in it."""

    __slots__ = ("envelope",)

    def __init__(self, envelope: bytes) -> None:
        self.envelope = envelope

    @property
    def kid(self) -> int:
        """The key that it is sealed under; 0 for what is no sealed cell."""
        return self.envelope[1] if len(self.envelope) > 1 else 0

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        """The same bytes: the same text sealed twice is not equal."""
        return isinstance(other, Sealed) and self.envelope == other.envelope

    def __hash__(self) -> int:
        return hash(self.envelope)


class SealedAttribute(DeferredAttribute):
    """Opens the cell when it is first asked for."""

    field: SealedTextField

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__.get(self.field.attname, _NOTHING)
        if held is _NOTHING:
            held = super().__get__(instance, owner)
        if isinstance(held, Sealed):
            held = self.field.open(held, self.field.row_of(instance))
            instance.__dict__[self.field.attname] = held
        return held

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(_Text):
    """Text of limited length, AES-256-GCM at rest.  bound: the attributes that name the row; its primary key if left out."""

    descriptor_class = SealedAttribute
    description = "Sealed text (up to %(max_length)s)"

    def __init__(self, *args: Any, max_length: int, bound: Sequence[str] = ("pk",), **options: Any) -> None:
        self.bound = tuple(bound)
        super().__init__(*args, **{"max_length": max_length} | options)
        self.validators.append(MaxLengthValidator(max_length))

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        if self.bound != ("pk",):
            options["bound"] = self.bound
        return name, path, args, options

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed and cannot be searched, expected a look-up by its blind index")

    @cached_property
    def place(self) -> bytes:
        """Table and column, as they are authenticated."""
        return place(self.model._meta.db_table, str(self.column))

    def row_of(self, instance: models.Model) -> str:
        """The text that names the row.  Raises ValueError while the row has no name."""
        if self.bound == ("pk",):
            pk = instance.pk
            if pk is None:
                raise ValueError(f"{self} needs a row id that is made before the first save")
            return str(pk)
        return "\0".join(str(getattr(instance, name)) for name in self.bound)

    def seal(self, text: str, row: str) -> Sealed:
        """Seal for one row, under the current key."""
        if not isinstance(text, str):
            raise TypeError(f"{self} takes text, got {type(text).__name__}")
        if len(text) > (self.max_length or 0):
            raise ValueError(f"{self} takes {self.max_length} characters, got {len(text)}")
        keys = ring()
        return Sealed(seal(keys.ciphers[keys.current], keys.current, text, at=self.place + row.encode()))

    def open(self, cell: Sealed, row: str) -> str:
        """The text.  Raises CannotOpen, and says in the log which cell it was."""
        at = self.place + row.encode()
        try:
            try:
                return unseal(ring().ciphers, cell.envelope, at=at)
            except UnknownKey:
                return unseal(ring(fresh=True).ciphers, cell.envelope, at=at)  # a key that came a moment ago
        except CannotOpen as fault:
            self._tell(fault, row)

    def opener(self) -> Callable[[Sealed | bytes | str, object], str]:
        """What opens the cells of many rows, as the ORM or the driver has them, with the keys looked up once."""
        ciphers, start = ring().ciphers, self.place

        def one(cell: Sealed | bytes | str, row: object) -> str:
            if isinstance(cell, str):  # as type checkers see what `values_list` gives
                raise TypeError(f"{self} got text, expected a cell")
            text, envelope = str(row), cell.envelope if isinstance(cell, Sealed) else cell
            try:
                return unseal(ciphers, envelope, at=start + text.encode())
            except CannotOpen:
                return self.open(Sealed(envelope), text)

        return one

    def cells_of(self, instances: Sequence[models.Model]) -> Sequence[bytes | None]:
        """The cells of many new rows as `pre_save` would seal them, with the keys looked up once (hub/adding.py)."""
        keys = ring()
        name, longest = self.attname, self.max_length or 0
        pk = self.model._meta.pk.attname if self.bound == ("pk",) else ""
        held = [one.__dict__[name] for one in instances]
        if not all(type(text) is str and len(text) <= longest for text in held):
            return [
                None if cell is None else cell.envelope for cell in (self.pre_save(one, add=True) for one in instances)
            ]
        rows = [str(one.__dict__.get(pk) or self.row_of(one)).encode() for one in instances]
        cipher, place = keys.ciphers[keys.current], self.place
        return seal_many(cipher, keys.current, list(zip(held, rows, strict=True)), at=place)

    def _tell(self, fault: CannotOpen, row: str) -> NoReturn:
        where = f"{self.model._meta.db_table}.{self.column} of row {row!r}"
        log.error("incident: %s cannot be opened: %s", where, fault)
        raise type(fault)(f"{where}: {fault}") from None

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.attname, _NOTHING)
        if held is _NOTHING:
            held = getattr(model_instance, self.attname)
        if isinstance(held, Sealed) and held.kid != ring().current:
            held = getattr(model_instance, self.attname)  # what is written moves on to the current key
        if held is None or isinstance(held, Sealed):
            return held
        return self.seal(held, self.row_of(model_instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, Sealed):
            return connection.Database.Binary(value.envelope)
        if value is None or value == b"":  # what the schema editor takes for a default
            return value
        raise TypeError(f"{self} got what is not sealed; assign it to a row and save that")

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise TypeError(f"{self} is sealed and cannot be dumped")


class BlindIndexField(_Index):
    """HMAC of a sealed column's text, beside it: rows are found by their exact text and by nothing else.

    of: the sealed column; beside: columns that are part of what is looked up.  It shows which rows of the table are equal.
    """

    def __init__(self, *args: Any, of: str, beside: Sequence[str] = (), **options: Any) -> None:
        self.of, self.beside = of, tuple(beside)
        super().__init__(*args, **{"max_length": 64, "editable": False} | options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for one in ("max_length", "editable"):
            options.pop(one, None)
        return name, path, args, options | {"of": self.of, "beside": self.beside}

    def index(self, text: str, **beside: str) -> str:
        """What the column holds for a text."""
        words = [beside[name] for name in self.beside]
        return ring().blind(self.place, "\0".join([*words, text]))

    def indexes(self, words: Iterable[Sequence[str]]) -> list[str]:
        """The same for many, with the keys looked up once.  words: what stands beside, in its order, and the text."""
        blind, place = ring().blind, self.place
        return [blind(place, "\0".join(those)) for those in words]

    @cached_property
    def place(self) -> bytes:
        """Table and column, as they go into the index."""
        return place(self.model._meta.db_table, str(self.column))

    def cells_of(self, instances: Sequence[models.Model]) -> list[str]:
        """The cells of many new rows as `pre_save` would work them out, with the keys looked up once (hub/adding.py)."""
        keys, start = ring(), self.place
        cells: list[str] = []
        for one in instances:
            text = one.__dict__[self.of]
            if isinstance(text, str):
                words = [getattr(one, name) for name in self.beside]
                one.__dict__[self.attname] = keys.blind(start, "\0".join([*words, text]))
                cells.append(one.__dict__[self.attname])
            else:
                cells.append(self.pre_save(one, add=True))
        return cells

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.of)
        if not isinstance(held, str):  # not read, so not changed
            return getattr(model_instance, self.attname)
        found = self.index(held, **{name: getattr(model_instance, name) for name in self.beside})
        setattr(model_instance, self.attname, found)
        return found
