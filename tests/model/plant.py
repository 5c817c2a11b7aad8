"""Plants a bug in the running hub: a function's code with some of its text changed, until the end of a `with`.

The planted code takes the place of the old one inside the function itself, so that whoever has imported it runs the bug.
"""

from __future__ import annotations
import __future__ as future

import ast
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.module_loading import import_string

from skyddsnat.hub.prepared import build_all_anew


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
    sound, function.__code__ = function.__code__, _changed(function, edit).__code__
    build_all_anew()  # the SQL of prepared queries is as old as the process
    try:
        yield
    finally:
        function.__code__ = sound
        build_all_anew()


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
