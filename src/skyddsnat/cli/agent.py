"""`skyddsnat agent`: the operator's commands.  Exit codes: 0 fine, 1 a finding, 2 wrong use, 3 held for a person."""

from __future__ import annotations

import typer

from skyddsnat.cli.late import Late


class Commands(Late):
    """Each in the order of the help, and where it is written."""

    program = extra = "agent"
    places = {
        "init": "agent_init:init",
        "doctor": "agent_work:doctor",
        "run": "agent_work:run",
        "status": "agent_work:status",
        "plan": "agent_plan:plan",
        "versions": "agent_history:versions",
        "journal": "agent_history:journal",
        "approve": "agent_work:approve",
        "reject": "agent_work:reject",
        "rollback": "agent_work:rollback",
        "unblock": "agent_work:unblock",
        "rebuild": "agent_work:rebuild",
        "rejoin": "agent_work:rejoin",
        "witness": "agent_work:witness",
        "count": "agent_count:count",
        "submit": "agent_benchmark:submit",
        "position": "agent_benchmark:position",
        "benchmark-key": "agent_benchmark:benchmark_key",
        "pull": "agent_work:pull",
        "publish": "agent_work:publish",
        "verify": "agent_work:verify",
        "probe": "agent_probe:probe",
        "hash": "agent_hash:look_up",
    }
    panels = {
        "Set up": ("init", "doctor", "run"),
        "Day by day": ("status", "plan", "versions", "journal"),
        "When something is held or wrong": (
            *("approve", "reject", "rollback", "unblock", "rebuild", "rejoin", "witness"),
        ),
        "Figures and benchmarking": ("count", "submit", "position", "benchmark-key"),
        "By hand, a step of what run does": ("pull", "publish", "verify"),
        "On other machines and for files": ("probe", "hash"),
    }


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Take the verified feed into this operator's resolvers.  Exit codes: 0 fine, 1 a finding, 2 wrong use, "
    "3 held for a person.",
)


@app.callback()
def _agent() -> None:
    """What makes these commands a group; each is loaded when it is called."""
