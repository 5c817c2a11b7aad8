"""`skyddsnat stop-page`: the page in place of a blocked address.  Exit codes: 0 fine, 1 a finding, 2 wrong use."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skyddsnat.cli.ends import leave, told
from skyddsnat.site.errors import Exit
from skyddsnat.stop_page.config import DEFAULT_PATH, load
from skyddsnat.stop_page.errors import WrongUse
from skyddsnat.stop_page.setup import Sample, make_stop_page
from skyddsnat.stop_page.status import status_of

PROGRAM = "stop-page"
app = typer.Typer(
    no_args_is_help=True,
    help="The page that customers meet in place of a blocked address, and the way to complain.  Exit codes: 0 fine, 1 a finding, "
    "2 wrong use.",
)
ConfigOption = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SKYDDSNAT_STOP_PAGE_CONFIG", help="The stop page's configuration file."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
console = Console(highlight=False)


@app.command()
def init(
    config: ConfigOption = DEFAULT_PATH,
    operator: Annotated[str, typer.Option("--operator", help="Your name, as customers know it.")] = "",
    support_sv: Annotated[str, typer.Option("--support-sv", help="How customers reach you, in Swedish.")] = "",
    support_en: Annotated[str, typer.Option("--support-en", help="The same in English.")] = "",
    hub: Annotated[str, typer.Option("--hub", help="Address of the hub, https://…")] = "",
    listen: Annotated[
        list[str] | None, typer.Option("--listen", help="Address to listen on, as in the agent's page_ipv4; repeat.")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 80,
    own_address: Annotated[
        str, typer.Option("--own-address", help="https://… under your own name, if there is one.")
    ] = "",
    token_file: Annotated[Path, typer.Option("--token-file", help="File with the token of scope complaints.")] = Path(
        "/etc/skyddsnat-stop/complaints.token"
    ),
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Queue and counts.")] = Path(
        "/var/lib/skyddsnat/stop-page"
    ),
    key_file: Annotated[Path, typer.Option("--key-file", help="The queue's key, in a folder of its own.")] = Path(
        "/etc/skyddsnat-stop/key/queue.key"
    ),
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there; a key is kept.")] = False,
) -> None:
    """Make a stop page: stop-page.toml, the key of its queue, its folders."""
    with told(PROGRAM):
        sample = Sample(
            operator=_asked(operator, "--operator", "Your name, as customers know it"),
            support_sv=_asked(support_sv, "--support-sv", "How customers reach you, in Swedish"),
            support_en=_asked(support_en, "--support-en", "The same in English"),
            hub_url=_asked(hub, "--hub", "Address of the hub"),
            listen=listen or ["127.0.0.1"],
            port=port,
            own_address=own_address,
            token_file=token_file,
            data_dir=data_dir,
            key_file=key_file,
        )
        make_stop_page(sample, config, replace=force)
        console.print(f"written: {config}", soft_wrap=True)
        console.print(
            f"next: a token of scope complaints from the hub into {token_file}; then\n  skyddsnat stop-page status -c {config}\n"
            "names each help line whose number, hours and address you have to confirm before the page goes live",
            soft_wrap=True,
        )


@app.command()
def serve(config: ConfigOption = DEFAULT_PATH) -> None:
    """Answer, count and hand over, for ever.  Logs faults and no visit.  Ends cleanly on SIGTERM."""
    from skyddsnat.stop_page.serve import serve as run_service  # a server, which the other commands do without

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with told(PROGRAM):
        run_service(load(config))


@app.command()
def status(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Complaints that wait, this month's counts, and what needs a person.  Exit code 1 for a finding."""
    with told(PROGRAM):
        found = status_of(load(config), now=datetime.now(UTC))
        if as_json:
            typer.echo(json.dumps(found.facts(), ensure_ascii=False))
        else:
            console.print(f"complaints waiting: {found.waiting}, refused: {found.refused}")
            counts = ", ".join(f"{what} {n}" for what, n in found.counts.items()) or "nothing counted"
            console.print(f"{found.month}: {counts}")
            for line in found.findings:
                console.print(f"- {line}", soft_wrap=True)
        leave(Exit.FINDING if found.findings else Exit.FINE)


def _asked(given: str, option: str, question: str) -> str:
    """The option's value, or the answer to a question where somebody is there to answer."""
    if given.strip():
        return given.strip()
    if not sys.stdin.isatty():
        raise WrongUse(f"{option} is missing, expected it or a terminal to ask at")
    return str(typer.prompt(question)).strip()
