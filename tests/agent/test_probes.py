"""Look-ups from where customers are: the probe's own command, what the agent makes of it, and reports made to mislead."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.doctor import examine
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.probes.question import read_question, write_question
from skyddsnat.agent.probes.reports import Probes
from skyddsnat.agent.state.days import Look
from skyddsnat.cli.agent import app
from tests.agent.conftest import Site, unused_endpoint
from tests.agent.test_commands import command, facts


def shared(site: Site) -> Path:
    folder = site.folder / "probes"
    folder.mkdir(exist_ok=True)
    site.configure(probes='["mobile"]', probe_dir=f'"{folder}"')
    return folder


def probe(folder: Path, port: int, *, report: str = "mobile.jsonl", access: str = "mobile") -> Result:
    words = ["probe", "--access", access, "--canary", str(folder / "canary.json"), "--report", str(folder / report)]
    return CliRunner().invoke(app, [*words, "--resolver", "127.0.0.1", "--port", str(port)])


def looks(agent: Agent) -> Look:
    today = agent.clock().date()
    return agent.state.days.between(today, today)[1]


def line(agent: Agent, folder: Path, *, answered: bool = True, **changes: object) -> str:
    asked = read_question((folder / "canary.json").read_bytes())
    looked = [{"owner": one.owner, "answered": answered, "ms": 2.0} for one in asked]
    told = {"at": agent.clock().isoformat(), "access": "mobile", "looked": looked}
    return json.dumps(told | changes) + "\n"


@pytest.mark.servers
def test_a_probe_proves_the_list_from_its_access_and_counts_once(dns_site: Site) -> None:
    assert dns_site.unbound is not None
    folder = shared(dns_site)
    agent = dns_site.agent()
    dns_site.hub.verify("bad.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=60)
    question = (folder / "canary.json").read_text()
    assert "bad.test" not in question
    assert probe(folder, dns_site.unbound.endpoint.port).exit_code == 0
    before = looks(agent)
    agent.verify()
    agent.verify()
    after = looks(agent)
    assert (after.canaries - before.canaries, after.answered - before.answered) == (2 + 2 + 2, 2 + 2 + 2)
    (told,) = facts(command(dns_site, "status", "--json"))["probes"]
    assert (told["access"], told["asked"], told["answered"]) == ("mobile", 2, 2)
    assert told["after"] > 0
    assert "2 of 2 canaries answered" in command(dns_site, "status").stdout
    assert {one.what: one.ok for one in examine(agent)}["probe mobile sees the canaries"]


def test_an_access_whose_resolver_lacks_the_list_is_seen_and_counted(site: Site) -> None:
    folder = shared(site)
    nobody = unused_endpoint()
    with site.config_file.open("a") as out:
        out.write(f'\n[[resolver]]\nname = "gone"\naddress = "{nobody.address}"\nport = {nobody.port}\n')
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=0)
    assert probe(folder, nobody.port).exit_code == 1
    agent.verify()
    assert (looks(agent).canaries, looks(agent).answered) == (6, 0), "two looks at the resolver, one report"
    (finding,) = [one for one in examine(agent) if one.what.startswith("probe")]
    assert "customers there do not get the list" in finding.advice
    site.clock.move(minutes=20)
    (finding,) = [one for one in examine(agent) if one.what.startswith("probe")]
    assert "is the probe running" in finding.advice


def test_reports_made_to_mislead_count_for_nothing(site: Site) -> None:
    folder = shared(site)
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.step()
    agent.verify()
    zones, probes = agent.state.zones.all().values(), Probes(folder, ["mobile"], agent.state.notes)
    now = agent.clock()
    bad = [
        "no json\n",
        "[]\n",
        '{"at": "yesterday", "access": "mobile", "looked": []}\n',
        line(agent, folder, access="fixed"),
        line(agent, folder).replace('"access"', '"axcess"'),
        line(agent, folder, at=(now + timedelta(hours=1)).isoformat()),
        line(agent, folder, at=now.replace(tzinfo=None).isoformat()),
        line(agent, folder, at="0001-01-01T00:00:00+14:00"),
        line(agent, folder, at="9999-12-31T23:59:59-14:00"),
        line(agent, folder, looked=[{"owner": "c1.canary.other.test", "answered": True}]),
        line(agent, folder, looked="all"),
        line(agent, folder).rstrip("\n"),
    ]
    report = folder / "mobile.jsonl"
    for text in bad:
        report.write_text(text)
        assert probes.count(zones, now=now) == (0, 0), text
    report.write_bytes(b"\xff" * 200_000 + b"\n" + line(agent, folder, answered=False).encode())
    assert probes.count(zones, now=now) == (2, 0)
    many = [{"owner": next(iter(zones)).canary.owner, "answered": True}] * 100_000
    report.write_text(line(agent, folder, looked=many[:300], at=(now + timedelta(seconds=1)).isoformat()))
    assert probes.count(zones, now=now)[0] == 100
    report.unlink()
    os.mkfifo(report)
    assert probes.count(zones, now=now) == (0, 0)


def test_a_folder_that_takes_no_file_is_a_fault_and_stops_no_publish(site: Site) -> None:
    folder = site.folder / "missing"
    site.configure(probes='["mobile"]', probe_dir=f'"{folder}"')
    agent = site.agent()
    site.hub.verify("bad.test")
    agent.pull()
    agent.settle(agent.step(), wait_seconds=0)
    assert "probe_dir" in agent.status().faults["probes"]["line"]
    folder.mkdir()
    agent.verify()
    assert agent.status().faults == {}


def test_wrong_use_of_the_probe_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "canary.json").write_text("{}")
    assert "expected skyddsnat/canary/1" in probe(tmp_path, 1).stderr
    assert "short name" in probe(tmp_path, 1, access="../x").stderr
    result = CliRunner().invoke(app, ["probe", "--access", "mobile", "--every", "5"])
    assert (result.exit_code, "read only once" in result.stderr) == (2, True)
    result = CliRunner().invoke(app, ["probe", "--access", "mobile", "--resolver", "dns.example"])
    assert (result.exit_code, "expected an IP address" in result.stderr) == (2, True)


@pytest.mark.parametrize("owner", ["x..y", "x." * 130 + "y", ".".join(["x" * 63] * 3 + ["y" * 61]), "", 7, "\x1b[2J"])
def test_a_question_that_asks_for_no_name_ends_no_probe_in_a_fault(tmp_path: Path, owner: object) -> None:
    """Others may write to the shared folder."""
    question = {"format": "skyddsnat/canary/1", "canaries": [{"owner": owner, "address": "192.0.2.1"}]}
    (tmp_path / "canary.json").write_text(json.dumps(question))
    found = probe(tmp_path, 9)
    assert (found.exit_code, type(found.exception)) == (1, SystemExit)


def test_a_question_of_very_many_names_is_not_asked(tmp_path: Path) -> None:
    many = [{"owner": f"x{number}.test", "address": "192.0.2.1"} for number in range(11)]
    with pytest.raises(AgentError, match="canary file is not one"):
        read_question(json.dumps({"format": "skyddsnat/canary/1", "canaries": many}).encode())


def test_what_a_probe_puts_in_place_of_its_report_costs_the_agent_no_open_file(tmp_path: Path, site: Site) -> None:
    (tmp_path / "mobile.jsonl").mkdir()
    os.mkfifo(tmp_path / "fixed.jsonl")
    probes = Probes(tmp_path, ["mobile", "fixed"], site.agent().state.notes)
    assert probes.count([], now=site.clock()) == (0, 0)
    reports = {(tmp_path / name).stat().st_ino for name in ("mobile.jsonl", "fixed.jsonl")}
    assert not reports & {path.stat().st_ino for path in Path("/proc/self/fd").iterdir() if path.exists()}


def test_what_a_probe_puts_in_place_of_the_question_leads_the_agent_nowhere(tmp_path: Path) -> None:
    folder, own = tmp_path / "probes", tmp_path / "state.sqlite"
    folder.mkdir()
    own.write_bytes(b"the agent's memory")
    own.chmod(0o600)
    (folder / ".canary.json.new").symlink_to(own)
    os.mkfifo(folder / "canary.json")
    write_question(folder, [])
    assert (own.read_bytes(), own.stat().st_mode & 0o777) == (b"the agent's memory", 0o600)
    assert read_question((folder / "canary.json").read_bytes()) == ()
    assert (folder / "canary.json").stat().st_mode & 0o777 == 0o644
