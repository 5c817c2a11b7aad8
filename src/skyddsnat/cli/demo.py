"""`skyddsnat demo`: a whole coalition with invented members on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.demo.run import run

app = typer.Typer()


@app.callback(invoke_without_command=True)
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Play the whole story without a person, then stop.")] = False,
    port: Annotated[int, typer.Option(help="Port of the hub, on loopback.", min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option(help="Folder that keeps the demo between two starts.")] = Path("var/demo"),
) -> None:
    """Run the demo until Ctrl-C.  Exit code 0 fine, 1 a step of the story or a server failed, 2 wrong use."""
    raise typer.Exit(run(data=data, port=port, once=once, say=say))


def say(line: str) -> None:
    """One line, at once, also into a pipe."""
    print(line, flush=True)
