"""The files in deploy/agent are what the program itself would write."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skyddsnat.agent.config import load
from skyddsnat.agent.examples import examples, main, snippets, with_snippets
from skyddsnat.cli.agent import app
from tests.servers.processes import which

ROOT = Path(__file__).parents[2]
DEPLOY, PAGES = ROOT / "deploy" / "agent", ROOT / "docs" / "operator"
ADVICE = "run: python -m skyddsnat.agent.examples deploy/agent docs/operator"
INSTALL = PAGES / "install.md"


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_is_up_to_date(name: str) -> None:
    assert (DEPLOY / name).read_text() == examples()[name], ADVICE


def test_the_operators_pages_show_what_init_writes() -> None:
    shown: list[str] = []
    for path in PAGES.glob("*.md"):
        page = path.read_text()
        assert with_snippets(page) == page, f"{path.name}: {ADVICE}"
        shown += [name for name in snippets() if f"<!-- snippet: {name} -->" in page]
    assert sorted(shown) == sorted(snippets()), "each has its place, and one alone"


def test_examples_are_written_where_one_wants_them(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("  <!-- snippet: kresd-skyddsnat.conf -->\n  ```\n  old\n  ```\nend\n")
    main(tmp_path, page.parent)
    assert {path.name for path in tmp_path.iterdir()} == {*examples(), "docs"}
    assert "  log_level('notice')\n" in page.read_text()
    assert page.read_text().endswith("  ```\nend\n")
    assert "old" not in page.read_text()


def test_the_example_configuration_loads() -> None:
    assert [resolver.name for resolver in load(DEPLOY / "agent.toml.example").resolvers] == [
        "sthlm-1",
        "gbg-1",
        "malmo-1",
        "kiruna-1",
    ]


@pytest.mark.servers
def test_knot_accepts_the_example() -> None:
    words = [which("knotc"), "-c", str(DEPLOY / "knot.conf.example"), "conf-check"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_lets_the_agent_write_only_its_own_places() -> None:
    unit = (DEPLOY / "skyddsnat-agent.service").read_text()
    config = load(DEPLOY / "agent.toml.example")
    assert "ProtectSystem=strict" in unit
    outputs, hashes = (config.primary.zone_dir.parent / name for name in ("outputs", "hashes"))
    assert f"ReadWritePaths={config.primary.zone_dir} -{outputs} -{hashes} -{config.verify.probe_dir}\n" in unit
    assert f"StateDirectory={config.data_dir.relative_to('/var/lib')}" in unit
    assert "skn_" not in unit
    assert "\nUser=skyddsnat\n" in unit
    assert "\nSocketBindDeny=any\n" in unit, "the kernel lets it listen nowhere"


@pytest.mark.servers
def test_systemd_finds_the_unit_as_little_exposed_as_the_documents_say() -> None:
    words = [which("systemd-analyze"), "security", "--offline=true", str(DEPLOY / "skyddsnat-agent.service")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})
    found = re.search(r"Overall exposure level for skyddsnat-agent.service: ([\d.]+) OK", done.stdout)
    said = re.search(r"`systemd-analyze security` gives it ([\d.]+)", INSTALL.read_text())
    assert found, done.stdout + done.stderr
    assert said, "docs/operator/install.md states the figure"
    assert float(found[1]) <= float(said[1])


@pytest.mark.servers
@pytest.mark.parametrize("unit", ["skyddsnat-squid.path", "skyddsnat-squid.service"])
def test_systemd_reads_the_units_that_have_squid_take_a_new_list(unit: str) -> None:
    done = subprocess.run(
        [which("systemd-analyze"), "verify", str(DEPLOY / unit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.servers
def test_the_probes_unit_is_as_narrow_and_its_command_is_a_real_one(tmp_path: Path) -> None:
    words = [which("systemd-analyze"), "security", "--offline=true", str(DEPLOY / "skyddsnat-probe.service")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})
    found = re.search(r"Overall exposure level for skyddsnat-probe.service: ([\d.]+) OK", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= 1.5
    started = re.search(r"^ExecStart=\S+/skyddsnat agent (.+)$", (DEPLOY / "skyddsnat-probe.service").read_text(), re.M)
    assert started
    result = CliRunner().invoke(app, started[1].replace("/srv/probes", str(tmp_path)).split())
    missing = "canary.json cannot be used (No such file or directory)"
    assert (result.exit_code, missing in result.stderr) == (1, True), "nothing is wrong but the missing file"
