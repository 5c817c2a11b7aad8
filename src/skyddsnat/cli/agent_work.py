"""Commands of the agent that open all of it: take the feed, put it in force, decide, prove, and stand there for ever."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from dataclasses import asdict
from typing import Annotated, NoReturn

import typer

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import DEFAULT_PATH
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.enforce import Outcome, Step
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.lock import RUNNING, agent_lock
from skyddsnat.agent.loop import Loop
from skyddsnat.agent.status import AgentState
from skyddsnat.agent.verify import ResolverCheck
from skyddsnat.agent.witness import LogRefused
from skyddsnat.cli import agent_screen as screen
from skyddsnat.cli.agent_open import ByOption, ConfigOption, JsonOption, OptionalBy, console, opened
from skyddsnat.cli.ends import account, leave
from skyddsnat.site.errors import Exit


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


def publish(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Put the feed as pulled in force: zone files, primary, NOTIFY; then prove it at every resolver."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        step = agent.step()
        if step.outcome is Outcome.UNHEARD:
            raise AgentError('the feed has not been heard yet; run "skyddsnat agent pull"')
        if step.outcome is Outcome.NOTHING:
            agent.guarded_by_primary(agent.publisher.repair)
        finish(agent, step, as_json=as_json)


def verify(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Ask every resolver for the canaries and for the names that must not be blocked."""
    with opened(config) as agent:
        if not agent.config.resolvers:
            raise AgentError("no resolver is configured, expected a [[resolver]] for each; nothing can be proved")
        checks = agent.verify()
        show_checks(checks, as_json=as_json)
        leave(Exit.FINE if all(check.ok for check in checks) else Exit.FINDING)


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


def reject(version: str, by: ByOption, config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Reject a held list for good.  The list in force stays."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        rejected = agent.decisions.reject(version, by=by)
        if as_json:
            screen.print_json({"version": rejected.version, "rejected_by": rejected.decided_by})
        else:
            console.print(f"list {rejected.version[:12]} rejected by {rejected.decided_by}; the list in force stays")


def rejoin(by: ByOption, config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Take the feed of a hub that was restored from a backup.  It takes two different people; ask the hub's operator first."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        people, done = agent.rejoin(by=by)
        if as_json:
            screen.print_json({"approved_by": [*people], **(asdict(done) if done else {"reasons": None})})
        elif done is None:
            console.print(f"said by {', '.join(people)}; one more person is needed")
        elif done.reasons:
            console.print("[bold red]feed not taken[/]  the list in force stays")
            screen.show_reasons(console, done.reasons)
        else:
            console.print(
                f"feed read anew: {done.lost:,} versions are lost at the hub, {done.kept_free:,} names that it had withdrawn "
                'stay lifted here; look with "skyddsnat agent plan"'
            )
        leave(Exit.FINE if done is not None and not done.reasons else Exit.HELD)


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


def rebuild(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Have base follow hot now instead of at night: write base, prove it at every resolver, only then trim hot."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        rebuilt = agent.rebuild(wait_seconds=agent.config.verify.wait_seconds)
        sizes = {str(role): size for role, (_, size) in agent.state.zones.sizes().items()}
        if as_json:
            facts = {"moved": rebuilt.moved, "trimmed": rebuilt.trimmed, "zones": sizes}
            screen.print_json({**facts, "resolvers": [screen.check_facts(check) for check in rebuilt.checks]})
        elif not rebuilt.moved:
            console.print("base has followed hot already; nothing to do")
        else:
            console.print(
                f"base rebuilt; hot {'trimmed' if rebuilt.trimmed else 'kept: a resolver lacks the new base'}"
            )
            show_checks(rebuilt.checks, as_json=False)
        leave(Exit.FINE if rebuilt.trimmed or not rebuilt.moved else Exit.FINDING)


def status(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Where the agent stands.  Exit code 3 if something is held, 1 if something is broken."""
    with opened(config) as agent:
        now = agent.status()
        if as_json:
            screen.print_json(screen.status_facts(now, name=agent.config.name, now=agent.clock()))
        else:
            screen.show_status(console, now, name=agent.config.name, now=agent.clock())
        leave({AgentState.HELD: Exit.HELD, AgentState.ERROR: Exit.FINDING}.get(now.state, Exit.FINE))


def witness(
    config: ConfigOption = DEFAULT_PATH,
    *,
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="You have looked at why the log is refused; give --by and --reason.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="With --acknowledge: begin anew with the log as the hub shows it now.")
    ] = False,
    by: OptionalBy = "",
    reason: Annotated[str, typer.Option("--reason", help="What was found out.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Look at the hub's log as a witness: it must go on from what was seen before.  Exit code 1 if it does not."""
    with opened(config) as agent, agent_lock(agent.config.data_dir):
        if not agent.witness.watches:
            raise WrongUse(
                "log_public_key is missing in [hub], expected the log's key from the coordinator; add it first"
            )
        if acknowledge:
            if not reason.strip():
                raise WrongUse("--reason is missing, expected what was found out about the refused log")
            agent.witness.acknowledge(by=by or account(), reason=reason, adopt=adopt)
            agent.fault("log", None)
        fault = ""
        try:
            agent.watch_log()
        except LogRefused as refused:
            fault = str(refused)
        now = agent.status()
        if as_json:
            screen.print_json({"ok": not fault, "fault": fault, **screen.log_facts(now)})
        else:
            screen.show_log(console, now)
            if fault:
                console.print(fault, soft_wrap=True)
        leave(Exit.FINDING if fault else Exit.FINE)


def doctor(config: ConfigOption = DEFAULT_PATH, *, as_json: JsonOption = False) -> None:
    """Check everything that can be checked from here, and tell what to do."""
    with opened(config) as agent:
        findings = examine(agent)
        if as_json:
            screen.print_json({"findings": [asdict(finding) for finding in findings]})
        else:
            screen.show_findings(console, findings)
        leave(Exit.FINE if all(finding.ok for finding in findings) else Exit.FINDING)


def run(config: ConfigOption = DEFAULT_PATH) -> None:
    """Do it all, for ever: poll, guard, publish, prove, report.  Ends cleanly on SIGTERM; the list stays in force."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened(config) as agent, agent_lock(agent.config.data_dir, name=RUNNING, wait_seconds=1):
        Loop(agent, stop=stop).run()


def finish(agent: Agent, step: Step, *, as_json: bool) -> NoReturn:
    """After anything that may have published: prove it, show it, leave with the right code."""
    settled = agent.settle(step, wait_seconds=agent.config.verify.wait_seconds)
    agent.bring_outputs_up()
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
