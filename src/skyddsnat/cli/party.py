"""`skyddsnat party`: a computing party's commands.  Exit codes: 0 fine, 1 a finding, 2 wrong use, 3 held for a person."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skyddsnat.cli import party_screen as screen
from skyddsnat.cli.ends import account, leave, told
from skyddsnat.cli.party_init import init
from skyddsnat.cli.party_verify import verify_transcript
from skyddsnat.party import identity
from skyddsnat.party import status as standing
from skyddsnat.party.config import DEFAULT_PATH, Config, load
from skyddsnat.party.errors import WrongUse
from skyddsnat.party.lock import running_lock
from skyddsnat.party.service import Service, open_means
from skyddsnat.party.store import Decision, Kept, Store
from skyddsnat.site.errors import Exit
from skyddsnat.site.journal import Journal

app = typer.Typer(
    no_args_is_help=True,
    help="Compute rounds together with the two other parties; no single one learns anything.  Exit codes: 0 fine, 1 a finding, "
    "2 wrong use, 3 held for a person.",
)
app.command()(init)
app.command(name="verify-transcript")(verify_transcript)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="SKYDDSNAT_PARTY_CONFIG", help="The party's configuration file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
RoundArgument = Annotated[str, typer.Argument(metavar="ROUND", help="The round's id, as status lists it.")]
ByOption = Annotated[str, typer.Option("--by", help="Name of the person who decides; your account's name if left out.")]
SpecOption = Annotated[
    str,
    typer.Option(
        "--spec", help="The first 12 or more digits of the specification that you have read, as status shows it."
    ),
]

FEWEST_DIGITS = 12

console = Console(highlight=False)


@app.command()
def run(
    config: ConfigOption = DEFAULT_PATH,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look at every round once, and end.")] = False,
    approve_all: Annotated[
        bool,
        typer.Option("--approve-all", help="Approve what nobody has read.  For a demo alone, never at a real party."),
    ] = False,
) -> None:
    """Take part in rounds, for ever: keys, roots, the computation, shares, forgetting.  Ends cleanly on SIGTERM."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with told("party"):
        loaded = load(config)
        means = open_means(loaded)
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: means.stop.set())
            with running_lock(loaded.data_dir):
                service = Service(means, approve_all=approve_all)
                if once:
                    leave(Exit.FINE if service.turn() else Exit.FINDING)
                service.run()
        finally:
            means.close()


@app.command()
def status(
    round_: Annotated[
        str, typer.Argument(metavar="[ROUND]", help="One round with its specification; all if left out.")
    ] = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Where each round stands; with ROUND, what is to be approved.  Exit code 3 if one waits for approval, 1 for a finding."""
    with told("party"), remembered(config) as (loaded, store):
        if round_:
            facts = standing.detail(store, store.get(round_), pinned=known(loaded), now=datetime.now(UTC))
            if as_json:
                screen.print_json(facts)
            else:
                screen.show_round(console, facts)
            leave(
                Exit.HELD if facts["decision"] == Decision.WAITING else Exit.FINDING if facts["refused"] else Exit.FINE
            )
        facts = standing.overview(store, identity.load(loaded.key_file), party=loaded.id)
        if as_json:
            screen.print_json(facts)
        else:
            screen.show_overview(console, facts)
        if standing.has_findings(facts):
            leave(Exit.FINDING)
        leave(Exit.HELD if standing.waits_for_a_person(facts) else Exit.FINE)


@app.command()
def approve(
    round_: RoundArgument,
    spec: SpecOption = "",
    by: ByOption = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Approve a round as you have read it with status.  `run` then makes its keys and says so to the hub."""
    with told("party"), remembered(config) as (loaded, store):
        kept = store.get(round_)
        if not spec:
            ask(loaded, store, kept)
        decide(loaded, store, kept, Decision.APPROVED, spec=spec or kept.sha256, by=by, as_json=as_json)


@app.command()
def decline(
    round_: RoundArgument,
    by: ByOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, for the journal here; the hub is not told.")] = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Decline a round, or take an approval back before the computation: it then ends for all."""
    with told("party"), remembered(config) as (loaded, store):
        kept = store.get(round_)
        decide(loaded, store, kept, Decision.DECLINED, spec=kept.sha256, by=by, as_json=as_json, reason=reason)


def known(config: Config) -> frozenset[str]:
    """Parties whose key stands in party.toml, and this one itself."""
    return frozenset({config.id, *config.peers})


def ask(config: Config, store: Store, kept: Kept) -> None:
    """Show a person the specification and ask.  Raises WrongUse where nobody is here to read it."""
    if not sys.stdin.isatty():
        raise WrongUse(
            f"--spec is missing and nobody is here to ask; read it with status, then give --spec {kept.sha256[:12]}…"
        )
    screen.show_round(console, standing.detail(store, kept, pinned=known(config), now=datetime.now(UTC)))
    if not typer.confirm("Approve exactly this?"):
        raise WrongUse("not approved; decline it if it is to end for all")


def decide(
    config: Config, store: Store, kept: Kept, decision: Decision, *, spec: str, by: str, as_json: bool, reason: str = ""
) -> None:
    """Keep a person's word, and tell what follows."""
    given = spec.lower()
    if len(given) < FEWEST_DIGITS or not kept.sha256.startswith(given):
        raise WrongUse(
            f"--spec {given[:12]} is not the specification that waits ({kept.sha256[:12]}…); read it again with status"
        )
    person = by.strip() or account()
    now = datetime.now(UTC)
    store.decide(kept.round, decision, sha256=kept.sha256, by=person, at=now)
    journal = Journal(config.data_dir / "journal.jsonl", clock=lambda: datetime.now(UTC))
    journal.write(
        decision.value, round=kept.round, spec=kept.sha256, by=person, **({"reason": reason} if reason else {})
    )
    if as_json:
        screen.print_json({"round": kept.round, "spec": kept.sha256, "decision": decision.value, "by": person})
    else:
        console.print(f"{kept.round} {decision.value} by {person}; skyddsnat party run tells the hub")


@contextmanager
def remembered(path: Path) -> Iterator[tuple[Config, Store]]:
    """The configuration and the memory, for a command beside the running service."""
    loaded = load(path)
    store = Store.open(loaded.data_dir)
    try:
        yield loaded, store
    finally:
        store.close()
