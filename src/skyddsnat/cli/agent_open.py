"""What the agent's commands share: their options, and an agent opened for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from skyddsnat.agent.config import load
from skyddsnat.cli.ends import told

if TYPE_CHECKING:
    from skyddsnat.agent.assembly import Agent

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="SKYDDSNAT_AGENT_CONFIG", help="The agent's configuration file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
ByOption = Annotated[str, typer.Option("--by", help="Name of the person who decides.")]
OptionalBy = Annotated[
    str, typer.Option("--by", help="Name of the person who decides; your account's name if left out.")
]

console = Console(highlight=False)


@contextmanager
def opened(path: Path) -> Iterator[Agent]:
    """The agent for a command; faults become one line and an exit code."""
    # All parts of the agent, which commands that count and compare do without.
    from skyddsnat.agent.assembly import Agent

    with told("agent", advice="look at disk and rights, or run doctor"):
        agent = Agent.open(load(path))
        try:
            yield agent
        finally:
            agent.close()
