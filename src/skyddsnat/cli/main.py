"""The `skyddsnat` command.  Each program's commands are imported only when one of them is called.

So the agent's machine needs no Django and the hub's no DNS library: each program has its own extra.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from skyddsnat import __version__
from skyddsnat.cli.late import WRONG_USE, loading
from skyddsnat.cli.plainly import take_plainly
from skyddsnat.site.garbage import none_at_the_end

FINE, FINDING, FAULT = 0, 1, 70
TRACEBACK = "SKYDDSNAT_TRACEBACK"

PROGRAMS = {
    "hub": ("hub", "The coalition's hub: set up, serve, keep in order."),
    "agent": ("agent", "An operator's agent: take the verified list and put it into the resolvers."),
    "stop-page": ("stop-page", "An operator's stop page: what customers meet in place of a blocked address."),
    "party": ("party", "A computing party: approve rounds, compute with the two others, learn nothing."),
    "catalogue": ("", "The coalition's vocabulary: check it, read it."),
    "demo": ("hub,agent", "A whole coalition with invented members on this machine."),
}


class Program(TyperGroup):
    """Stands for a program in the list of commands, and becomes the real one when it is called."""

    def __init__(self, name: str, *, extra: str, words: str) -> None:
        super().__init__(name=name, help=words, short_help=words, add_help_option=False)
        self.extra = extra

    def load(self) -> TyperGroup:
        """The real commands.  Ends with one line when the program's libraries are not installed."""
        with loading(self.name or "", self.extra):
            module = importlib.import_module(f"skyddsnat.cli.{(self.name or '').replace('-', '_')}")
        group = typer.main.get_group(module.app)
        group.name = self.name
        return group

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:  # the context's type is typer's own secret
        return self.load().make_context(info_name, args, parent=parent, **extra)


class Programs(TyperGroup):
    """The first word after `skyddsnat`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(PROGRAMS)

    def get_command(self, ctx: Any, cmd_name: str) -> Program | None:
        if cmd_name not in PROGRAMS:
            return None
        extra, words = PROGRAMS[cmd_name]
        return Program(cmd_name, extra=extra, words=words)


root = typer.Typer(
    cls=Programs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Skyddsnät: a coalition's shared work against the sexual exploitation of children online.",
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"skyddsnat {__version__}")
        raise typer.Exit(FINE)


@root.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    pass


def app(prog_name: str = "skyddsnat") -> None:
    """Run the command line.  Whatever goes wrong is one line; SKYDDSNAT_TRACEBACK=1 shows where it came from."""
    take_plainly()
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # its own command draws, which is half of its load
    try:
        with none_at_the_end():
            root(prog_name=prog_name)
    except Exception as error:  # noqa: BLE001 - the rim: nothing above this line could answer
        if os.environ.get(TRACEBACK):
            traceback.print_exc()
        message, code = _in_a_line(error)
        print(f"{prog_name}: {message}", file=sys.stderr)
        raise SystemExit(code) from None


def _in_a_line(error: Exception) -> tuple[str, int]:
    """Wrong settings and unreadable files speak for themselves; all else is a fault of ours and only says where."""
    kind = type(error)
    if any(one.__name__ == "ImproperlyConfigured" and one.__module__.startswith("django.") for one in kind.__mro__):
        return str(error), WRONG_USE
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}", FINDING
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((one for one in reversed(frames) if "skyddsnat" in one.filename), frames[-1])
    place = f"{os.path.basename(frame.filename)}, line {frame.lineno}"
    return f"a fault of ours ({kind.__name__} in {place}); set {TRACEBACK}=1 to see more, and report it", FAULT
