"""Plants a bug in the running hub: a function's code with some of its text changed, until the end of a `with`.

The planted code takes the place of the old one inside the function itself, so that whoever has imported it runs the bug.
"""

from __future__ import annotations
import __future__ as future

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import CodeType, FrameType
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.utils.module_loading import import_string

from skyddsnat.hub.prepared import Prepared, build_all_anew


@dataclass(frozen=True, slots=True)
class Edit:
    """where: `package.module.function` or `package.module.Class.method`.  old: text that stands there once."""

    where: str
    old: str
    new: str


_planted: dict[Any, str] = {}
"""The text of what has been planted, for a second edit of the same function."""


@contextmanager
def planted(*edits: Edit) -> Iterator[None]:
    """The hub with these bugs.  Raises AssertionError where the text to change is not there: the mutant needs a new place."""
    with ExitStack() as stack:
        for edit in edits:
            stack.enter_context(_one(edit))
        yield


@contextmanager
def _one(edit: Edit) -> Iterator[None]:
    function = inspect.unwrap(_found(edit.where))
    _note_what_builds()
    sound = function.__code__
    bug = function.__code__ = _changed(function, edit).__code__
    _forget_what_was_built_by(sound)
    try:
        yield
    finally:
        function.__code__ = sound
        _forget_what_was_built_by(bug)


# ---- The SQL of prepared queries is as old as the process: what the changed code has built is built anew, and nothing else.

_built_by: WeakKeyDictionary[Prepared, set[CodeType]] = WeakKeyDictionary()
_building: list[set[CodeType]] = []


@cache
def _note_what_builds() -> None:
    """From now on it is known of each prepared query which code ran when its SQL was built."""
    build_all_anew()
    ready = Prepared._ready

    def noted(query: Prepared) -> Any:
        if connection.vendor in query._built:
            return ready(query)
        _building.append(_built_by.setdefault(query, set()))
        before = sys.getprofile()
        sys.setprofile(_note)
        try:
            return ready(query)
        finally:
            sys.setprofile(before)
            _building.pop()

    Prepared._ready = noted  # type: ignore[method-assign]


def _note(frame: FrameType, event: str, _: object) -> None:
    if event == "call":
        for ran in _building:
            ran.add(frame.f_code)


def _forget_what_was_built_by(code: CodeType) -> None:
    for query, ran in list(_built_by.items()):
        if code in ran:
            query.build_anew()
            ran.clear()


def _found(where: str) -> Any:
    owner, _, name = where.rpartition(".")
    try:
        found: Any = import_string(owner) if owner.rpartition(".")[2][:1].isupper() else import_module(owner)
        return inspect.getattr_static(found, name)
    except (ImportError, AttributeError):
        raise AssertionError(f"there is no {where}: give the mutant its new place") from None


def _changed(function: Any, edit: Edit) -> Any:
    source = _planted.get(function.__code__) or textwrap.dedent(inspect.getsource(function))
    count = source.count(edit.old)
    assert count == 1, f"{edit.where} has {edit.old!r} {count} times, expected once: give the mutant its new place"
    text = source.replace(edit.old, edit.new)
    tree = ast.parse(text)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    names: dict[str, Any] = {}
    code = compile(tree, f"<planted in {edit.where}>", "exec", flags=future.annotations.compiler_flag)
    exec(code, function.__globals__, names)  # noqa: S102  the hub's own text with one bug in it
    _planted[names[definition.name].__code__] = text
    return names[definition.name]
