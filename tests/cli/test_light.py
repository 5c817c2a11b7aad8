"""A command loads what it needs and little more, and is understood as typer would understand it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer import core
from typer.testing import CliRunner

from skyddsnat.cli import agent, plainly

DRAWS = ("pydantic", "rich.markdown", "pygments")
HEAVY = {
    "agent": (*DRAWS, "skyddsnat.catalogue", "skyddsnat.agent.counting.collect", "duckdb"),
    "stop-page": (*DRAWS, "uvicorn", "yaml"),
    "party": (*DRAWS, "numpy", "mpyc", "yaml"),
}


@pytest.mark.parametrize("program", HEAVY)
def test_a_program_s_status_loads_nothing_of_other_commands_and_no_library_that_draws(
    program: str, tmp_path: Path
) -> None:
    code = (
        "import sys; from skyddsnat.cli.main import app\n"
        f"sys.argv = ['skyddsnat', {program!r}, 'status', '--config', {str(tmp_path / 'its.toml')!r}]\n"
        "try: app()\n"
        "except SystemExit as end: assert end.code == 2, end.code\n"
        f"found = [name for name in {HEAVY[program]!r} if name in sys.modules]\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "its.toml" in done.stderr


def test_every_command_of_the_agent_is_where_the_table_says_and_has_words_in_its_help() -> None:
    said = CliRunner().invoke(agent.app, ["--help"], env={"COLUMNS": "200"}).output
    told = re.findall(r"^│ ([a-z-]+) +\S", said.partition("Set up")[2], re.MULTILINE)
    assert told == [*agent.Commands.places]
    assert told == [name for names in agent.Commands.panels.values() for name in names]


def test_a_slip_of_the_pen_is_told_what_comes_near_it() -> None:
    answer = CliRunner().invoke(agent.app, ["statu"])
    assert answer.exit_code == 2
    assert "status" in answer.output


def take(
    name: str,
    path: Path = Path("here"),
    number: Annotated[int, typer.Option(min=1, max=20)] = 2,
    folder: Annotated[Path | None, typer.Option(file_okay=False, exists=True)] = None,
    many: Annotated[list[str] | None, typer.Option()] = None,
    share: float = 0.5,
) -> None:
    print([name, path, number, folder, many, share])


@pytest.mark.parametrize(
    "words",
    [
        ["maja"],
        [""],
        ["å ä ö", "--path", "/a//b/../c", "--number", "7"],
        ["maja", "--number", "007"],
        ["maja", "--number", " 7"],
        ["maja", "--number", "7.0"],
        ["maja", "--number", "٣"],
        ["maja", "--number", "seven"],
        ["maja", "--number", "0"],
        ["maja", "--number", "21"],
        ["maja", "--number", "9" * 30],
        ["maja", "--folder", "/"],
        ["maja", "--folder", "/nowhere"],
        ["maja", "--folder", "/proc/version"],
        ["maja", "--many", "a", "--many", "b", "--share", "1"],
        ["maja", "--share", "half"],
        [],
    ],
)
def test_plain_words_are_taken_as_typer_takes_them(
    words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    app.command()(take)

    def said() -> tuple[Any, ...]:
        with pytest.raises(SystemExit) as end:
            typer.main.get_command(app)(words, prog_name="take")
        return end.value.code, *capfd.readouterr()

    monkeypatch.setattr(core._TyperParameter, plainly.READER, plainly._typers_own)
    by_typer = said()
    plainly.take_plainly()
    assert said() == by_typer
