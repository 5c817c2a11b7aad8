"""`skyddsnat agent`: the operator's commands.  Exit codes: 0 fine, 1 a finding, 2 wrong use, 3 held for a person."""

from __future__ import annotations

import getpass
import logging
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import DEFAULT_PATH, load
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.enforce import Outcome, Step
from skyddsnat.agent.errors import AgentError, ConfigError, Exit
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.status import AgentState
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.cli import agent_screen as screen
from skyddsnat.cli.agent_init import init

app = typer.Typer(
    no_args_is_help=True,
    help="Take the verified feed into this operator's resolvers.  Exit codes: 0 fine, 1 a finding, 2 wrong use, "
    "3 held for a person.",
)
app.command()(init)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="SKYDDSNAT_AGENT_CONFIG", help="The agent's configuration file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
ByOption = Annotated[str, typer.Option("--by", help="Name of the person who decides.")]
OptionalBy = Annotated[
    str, typer.Option("--by", help="Name of the person who decides; your account's name if left out.")
]

console = Console(highlight=False)


@app.command()
def pull(
    config: ConfigOption = DEFAULT_PATH,
    *,
    full: Annotated[bool, typer.Option("--full", help="Read the feed from the start.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch the feed, check signature, freshness and digest, and keep it.  Changes no resolver."""
    with opened(config) as agent:
        pulled = agent.pull(from_start=full)
        status = agent.status()
        facts = {
            "ok": not pulled.reasons,
            "reasons": [*pulled.reasons],
            "news": pulled.news,
            "indicators": pulled.count,
        }
        if as_json:
            screen.print_json({**facts, "position": status.positions})
        elif pulled.reasons:
            console.print("[bold red]feed not taken[/]  the list in force stays")
            screen.show_reasons(console, pulled.reasons)
        else:
            console.print(f"feed taken: {pulled.news} new versions, {pulled.count} indicators live")
        leave(Exit.HELD if pulled.reasons else Exit.FINE)


@app.command()
def plan(
    config: ConfigOption = DEFAULT_PATH,
    *,
    names: Annotated[bool, typer.Option("--names", help="Print the names; this is journalled.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what publish would do and what the guards say.  Changes nothing."""
    with opened(config) as agent:
        made = agent.planner.plan()
        if made is None:
            raise AgentError('the feed has not been heard yet; run "skyddsnat agent pull"')
        if names:
            agent.journal.write("names_shown", by=account())
        facts = screen.plan_facts(made, names=names)
        if as_json:
            screen.print_json(facts)
        else:
            screen.show_plan(console, facts)
        leave(Exit.FINE if made.verdict.ok else Exit.HELD)


@app.command()
def publish(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Put the feed as pulled in force: zone files, primary, NOTIFY; then prove it at every resolver."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        step = agent.step()
        if step.outcome is Outcome.UNHEARD:
            raise AgentError('the feed has not been heard yet; run "skyddsnat agent pull"')
        if step.outcome is Outcome.NOTHING:
            agent.guarded_by_primary(agent.publisher.repair)
        finish(agent, step, as_json=as_json)


@app.command()
def verify(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Ask every resolver for the canaries and for the names that must not be blocked."""
    with opened(config) as agent:
        if not agent.config.resolvers:
            raise AgentError("no resolver is configured, expected a [[resolver]] for each; nothing can be proved")
        checks = agent.verify()
        show_checks(checks, as_json=as_json)
        leave(Exit.FINE if all(check.ok for check in checks) else Exit.FINDING)


@app.command()
def approve(version: str, by: ByOption, config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Approve a held list.  It takes two different people; the second approval puts it in force."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        approval = agent.guarded_by_primary(lambda: agent.decisions.approve(version, by=by))
        if approval.step is not None:
            finish(agent, approval.step, as_json=as_json)
        if as_json:
            screen.print_json({"version": approval.version, "approved_by": [*approval.people], "published": False})
        else:
            console.print(f"approved by {', '.join(approval.people)}; one more person is needed")
        leave(Exit.HELD)


@app.command()
def reject(version: str, by: ByOption, config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Reject a held list for good.  The list in force stays."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        rejected = agent.decisions.reject(version, by=by)
        if as_json:
            screen.print_json({"version": rejected.version, "rejected_by": rejected.decided_by})
        else:
            console.print(f"list {rejected.version[:12]} rejected by {rejected.decided_by}; the list in force stays")


@app.command()
def rollback(
    steps: Annotated[int, typer.Argument(metavar="[N]", help="How many published lists to go back.")] = 1,
    by: OptionalBy = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Go back to an older list, less what has been withdrawn since.  Nothing new comes in until two people approve."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        step = agent.guarded_by_primary(lambda: agent.decisions.roll_back(steps, by=by or account()))
        finish(agent, step, as_json=as_json)


@app.command()
def unblock(
    name: Annotated[str, typer.Argument(help="The name to lift.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words, for the journal.")] = "",
    by: OptionalBy = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let the feed decide over the name again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Lift a name at once at your own resolvers, without the hub.  Tell police or hotline afterwards, as a dispute."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        if undo:
            agent.decisions.unlift(name, by=by or account())
            if as_json:
                screen.print_json({"lifted_here": len(agent.state.notes.lifted())})
            else:
                console.print("the feed decides over that name again, from the next publish on")
            return
        step = agent.guarded_by_primary(lambda: agent.decisions.lift(name, by=by or account(), reason=reason))
        finish(agent, step, as_json=as_json)


@app.command()
def status(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Where the agent stands.  Exit code 3 if something is held, 1 if something is broken."""
    with opened(config) as agent:
        now = agent.status()
        if as_json:
            screen.print_json(screen.status_facts(now, name=agent.config.name, now=agent.clock()))
        else:
            screen.show_status(console, now, name=agent.config.name, now=agent.clock())
        leave({AgentState.HELD: Exit.HELD, AgentState.ERROR: Exit.FINDING}.get(now.state, Exit.FINE))


@app.command()
def doctor(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Check everything that can be checked from here, and tell what to do."""
    with opened(config) as agent:
        findings = examine(agent)
        if as_json:
            screen.print_json({"findings": [asdict(finding) for finding in findings]})
        else:
            screen.show_findings(console, findings)
        leave(Exit.FINE if all(finding.ok for finding in findings) else Exit.FINDING)


@app.command()
def run(config: ConfigOption = DEFAULT_PATH) -> None:
    """Do it all, for ever: poll, guard, publish, prove, report.  Ends cleanly on SIGTERM; the list stays in force."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened(config) as agent, agent_lock(agent.config.data_dir, name="running", wait_seconds=1):
        Loop(agent, stop=stop).run()


@contextmanager
def opened(path: Path) -> Iterator[Agent]:
    """The agent for a command; faults become one line and an exit code."""
    agent: Agent | None = None
    try:
        agent = Agent.open(load(path))
        yield agent
    except ConfigError as error:
        for line in error.problems:
            complain(line)
        raise typer.Exit(Exit.WRONG_USE) from None
    except AgentError as error:
        complain(str(error))
        raise typer.Exit(error.exit_code) from None
    except (OSError, sqlite3.Error) as error:
        complain(
            f"this machine does not do what the agent asks ({type(error).__name__}); look at disk and rights, or run doctor"
        )
        raise typer.Exit(Exit.FINDING) from None
    finally:
        if agent is not None:
            agent.close()


def finish(agent: Agent, step: Step, *, as_json: bool) -> NoReturn:
    """After anything that may have published: prove it, show it, leave with the right code."""
    settled = agent.settle(step, wait_seconds=agent.config.verify.wait_seconds)
    now = agent.status()
    proved = all(check.ok for check in settled.checks)
    if as_json:
        screen.print_json(
            {
                "outcome": step.outcome,
                "version": step.version,
                "added": step.added,
                "removed": step.removed,
                "proved": proved and bool(settled.checks),
                "went_back": settled.went_back,
                "resolvers": [screen.check_facts(check) for check in settled.checks],
                "held": now.list_hold,
            }
        )
    else:
        if step.published is None:
            console.print("nothing published")
        else:
            console.print(f"published {(step.version or '')[:12]}: {step.added} added, {step.removed} removed")
        if settled.went_back:
            console.print("[bold red]a lawful name was stopped; went back to the list before[/]")
        screen.show_status(console, now, name=agent.config.name, now=agent.clock())
    if step.outcome is Outcome.HELD:
        leave(Exit.HELD)
    leave(Exit.FINE if proved and not settled.went_back else Exit.FINDING)


def show_checks(checks: list[ResolverCheck], *, as_json: bool) -> None:
    """The resolvers, for machines or for people."""
    facts = [screen.check_facts(check) for check in checks]
    if as_json:
        screen.print_json({"resolvers": facts})
    else:
        screen.show_resolvers(console, facts)


def leave(code: Exit) -> NoReturn:
    """End the command with a code."""
    raise typer.Exit(code)


def complain(line: str) -> None:
    """One line on standard error."""
    print(f"skyddsnat agent: {line}", file=sys.stderr)


def account() -> str:
    """The account behind the command, also through sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()
