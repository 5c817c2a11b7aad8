"""The package check, on a machine that is made to look as if it lacked something."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "packages"


@pytest.fixture
def poor(tmp_path: Path) -> dict[str, str]:
    """An ordinary user without sudo, on a machine with apt-get and next to nothing else."""
    for name, text in {"id": "echo 1000", "apt-get": "echo called >&2; exit 9", "ls": "exit 2"}.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    return {**os.environ, "PATH": str(tmp_path)}


def check(*groups: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", str(SCRIPT), *groups], env=env, capture_output=True, text=True, check=False)


def test_who_may_not_install_is_told_the_one_command_to_run(poor: dict[str, str]) -> None:
    done = check("gettext", "python", env=poor)
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends gettext python3 python3-pip\n" in done.stderr
    assert "called" not in done.stderr


def test_nothing_is_said_when_nothing_is_missing(tmp_path: Path, poor: dict[str, str]) -> None:
    (tmp_path / "msgfmt").write_text("#!/bin/sh\n")
    (tmp_path / "msgfmt").chmod(0o755)
    done = check("gettext", env=poor)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_another_system_than_debian_is_told_what_is_missing(tmp_path: Path, poor: dict[str, str]) -> None:
    (tmp_path / "apt-get").unlink()
    done = check("gettext", env=poor)
    assert done.returncode == 1
    assert "gettext" in done.stderr
    assert "no apt-get" in done.stderr


def test_an_unknown_group_is_wrong_use(poor: dict[str, str]) -> None:
    done = check("everything", env=poor)
    assert done.returncode == 2
    assert "expected demo, browser, servers, gettext or python" in done.stderr
