"""The `skyddsnat` command as a whole: what it offers, and how it says no."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from skyddsnat import __version__
from skyddsnat.cli import main


def test_the_version_is_one_line() -> None:
    answer = CliRunner().invoke(main.root, ["--version"])
    assert (answer.exit_code, answer.output) == (0, f"skyddsnat {__version__}\n")


def test_help_lists_every_program_without_importing_one() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from skyddsnat.cli import main\n"
        "text = CliRunner().invoke(main.root, ['--help']).output\n"
        "assert all(name in text for name in main.PROGRAMS), text\n"
        "assert not {'django', 'dns', 'httpx'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_word_is_wrong_use() -> None:
    assert CliRunner().invoke(main.root, ["nonsense"]).exit_code == main.WRONG_USE


def test_a_program_without_its_libraries_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> None:
        raise ModuleNotFoundError("No module named 'dns'", name="dns")

    monkeypatch.setattr(importlib, "import_module", not_installed)
    answer = CliRunner().invoke(main.root, ["agent", "status"])
    assert answer.exit_code == main.WRONG_USE
    assert answer.output.count("\n") == 1
    assert "skyddsnat[agent]" in answer.output


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, "Permission denied", "agent.toml"), 1), (KeyError("secret"), 70)]
)
def test_a_fault_is_one_line_without_its_inner_words(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(main, "root", fail)
    with pytest.raises(SystemExit) as stopped:
        main.app()
    said = capsys.readouterr().err
    assert stopped.value.code == code
    assert said.count("\n") == 1
    assert "secret" not in said
