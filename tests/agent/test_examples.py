"""The files in deploy/agent are what the program itself would write."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.examples import examples, main
from tests.servers.processes import which

DEPLOY = Path(__file__).parents[2] / "deploy" / "agent"


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_is_up_to_date(name: str) -> None:
    advice = "run: python -m skyddsnat.agent.examples deploy/agent"
    assert (DEPLOY / name).read_text() == examples()[name], advice


def test_examples_are_written_where_one_wants_them(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(examples())


def test_the_example_configuration_loads() -> None:
    assert [resolver.name for resolver in load(DEPLOY / "agent.toml.example").resolvers] == ["sthlm-1", "gbg-1"]


@pytest.mark.servers
def test_knot_and_unbound_accept_the_examples(tmp_path: Path) -> None:
    whole = tmp_path / "unbound.conf"
    whole.write_text(f'server:\n    username: ""\n    chroot: ""\ninclude: "{DEPLOY / "unbound.conf.example"}"\n')
    for words in (
        [which("knotc"), "-c", str(DEPLOY / "knot.conf.example"), "conf-check"],
        [which("unbound-checkconf"), str(whole)],
    ):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_lets_the_agent_write_only_its_own_places() -> None:
    unit = (DEPLOY / "skyddsnat-agent.service").read_text()
    config = load(DEPLOY / "agent.toml.example")
    assert "ProtectSystem=strict" in unit
    assert f"ReadWritePaths={config.primary.zone_dir}" in unit
    assert f"StateDirectory={config.data_dir.relative_to('/var/lib')}" in unit
    assert "skn_" not in unit
