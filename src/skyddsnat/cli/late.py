"""Commands that are loaded when one of them is called: `skyddsnat agent status` reads no log and no catalogue."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from skyddsnat.site.garbage import none_while_loading

WRONG_USE = 2


@contextmanager
def loading(program: str, extra: str) -> Iterator[None]:
    """Import something of a program.  Ends with one line when its libraries, those of the extra, are not installed."""
    try:
        with none_while_loading():
            yield
    except ModuleNotFoundError as missing:
        if not extra or (missing.name or "").startswith("skyddsnat"):
            raise
        typer.echo(
            f"`skyddsnat {program}` needs the library {missing.name}, which is not installed; "
            f'run: pip install "skyddsnat[{extra}]"',
            err=True,
        )
        raise typer.Exit(WRONG_USE) from missing


class Late(TyperGroup):
    """A program's commands in the order of its help.

    places: `module:function` below skyddsnat.cli, by command.  panels: which commands stand together there, by heading.
    """

    program: ClassVar[str]
    extra: ClassVar[str]
    places: ClassVar[Mapping[str, str]]
    panels: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        return [*self.places]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # the command's type is typer's own secret
        # A slip of the pen is told what comes near it: for that all are loaded.
        for name in [cmd_name] if cmd_name in self.places else self.places:
            if name not in self.commands:
                self.commands[name] = self._load(name)
        return self.commands.get(cmd_name)

    def _load(self, name: str) -> Any:
        module, _, function = self.places[name].partition(":")
        with loading(self.program, self.extra):
            called = getattr(importlib.import_module(f"skyddsnat.cli.{module}"), function)
        alone = typer.Typer(add_completion=False)
        panel = next((title for title, names in self.panels.items() if name in names), None)
        alone.command(name, rich_help_panel=panel)(called)
        return typer.main.get_command(alone)
