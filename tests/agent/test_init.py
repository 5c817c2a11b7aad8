"""`init`: from a hub's address and a token to a site that works."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner, Result

from skyddsnat.agent.config import load
from skyddsnat.cli.agent import app
from skyddsnat.protocols.feedhead import public_key_text
from tests.agent.conftest import Site
from tests.servers.processes import which


def init(site: Site, *extra: str, key: str | None = None) -> Result:
    etc = site.folder / "etc"
    words = [
        "init",
        *("--config", str(etc / "agent.toml"), "--hub", site.hub.url, "--name", "alfa-1"),
        *("--token-file", str(site.folder / "taxii.token"), "--report-token-file", str(site.folder / "stats.token")),
        *("--public-key", key or site.hub.public_key, "--zone", "rpz.skyddsnat.example"),
        *("--primary", "192.0.2.10", "--agent-address", "192.0.2.11"),
        *("--resolver", "unbound-1=192.0.2.21", "--resolver", "unbound-2=192.0.2.22@5353"),
        *("--must-not-block", "www.lawful.test", "--protect", "alfa-operator.test"),
        *("--data-dir", str(site.folder / "var"), "--zone-dir", str(site.folder / "var-zones")),
        *extra,
    ]
    return CliRunner().invoke(app, words)


def test_init_writes_a_configuration_that_loads_and_pulls(site: Site) -> None:
    result = init(site)
    assert result.exit_code == 0, result.output
    etc = site.folder / "etc"
    config = load(etc / "agent.toml")
    assert config.hub.collections == (site.hub.collection,)
    assert [resolver.port for resolver in config.resolvers] == [53, 5353]
    assert config.list.protect == ("alfa-operator.test",)
    assert len(base64.b64decode(config.primary.key.read() or "")) == 32
    assert CliRunner().invoke(app, ["pull", "-c", str(etc / "agent.toml")]).exit_code == 0


def test_secrets_are_private_and_never_printed(site: Site) -> None:
    result = init(site)
    etc = site.folder / "etc"
    secret = (etc / "tsig.key").read_text().strip()
    assert secret not in result.output
    assert "skn_" not in result.output
    assert secret in (etc / "knot-skyddsnat.conf").read_text()
    for name in ("tsig.key", "knot-skyddsnat.conf"):
        assert (etc / name).stat().st_mode & 0o077 == 0
    assert secret not in (etc / "agent.toml").read_text()


@pytest.mark.servers
def test_the_snippets_pass_the_servers_own_checks(site: Site) -> None:
    init(site)
    etc = site.folder / "etc"
    unbound = f'server:\n    username: ""\n    chroot: ""\ninclude: "{etc / "unbound-skyddsnat.conf"}"\n'
    (etc / "unbound.conf").write_text(unbound)
    for words in (
        [which("knotc"), "-c", str(etc / "knot-skyddsnat.conf"), "conf-check"],
        [which("unbound-checkconf"), str(etc / "unbound.conf")],
    ):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_site_without_a_primary_reads_files(site: Site) -> None:
    result = init(site, "--primary", "none")
    assert result.exit_code == 0
    assert load(site.folder / "etc" / "agent.toml").primary.kind == "zonefile"
    assert not (site.folder / "etc" / "tsig.key").exists()
    assert f'zonefile: "{site.folder / "var-zones" / "hot.zone"}"' in result.output.replace("\n", "")


def test_nothing_is_overwritten_without_being_told(site: Site) -> None:
    assert init(site).exit_code == 0
    key = (site.folder / "etc" / "tsig.key").read_text()
    (site.folder / "var-zones" / "hot.zone").write_text("a list in force")
    again = init(site)
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    assert init(site, "--force").exit_code == 0
    assert (site.folder / "etc" / "tsig.key").read_text() == key, "the key in use stays"
    assert (site.folder / "var-zones" / "hot.zone").read_text() == "a list in force"


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (["--collection", "00000000-0000-4000-8000-000000000000"], "is not offered"),
        (["--resolver", "192.0.2.1"], "name=address"),
        (["--resolver", "one=resolver.example"], "IP address"),
        (["--primary", "192.0.2.1@99999"], "IP address"),
        (["--token-file", "/nowhere/token"], "does not exist"),
        (["--hub", "http://127.0.0.1:9"], "not reached"),
    ],
)
def test_a_wrong_answer_is_one_line_and_nothing_is_written(site: Site, extra: list[str], told: str) -> None:
    result = init(site, *extra)
    assert result.exit_code in {1, 2}
    assert told in result.stderr
    assert not (site.folder / "etc" / "agent.toml").exists()


def test_a_key_that_the_hub_does_not_sign_with_is_refused(site: Site) -> None:
    result = init(site, key=public_key_text(Ed25519PrivateKey.generate()))
    assert (result.exit_code, "call the coordinator" in result.stderr) == (2, True)


def test_without_a_key_from_elsewhere_and_nobody_to_ask_it_stops(site: Site, tmp_path: Path) -> None:
    words = ["init", "-c", str(tmp_path / "a.toml"), "--hub", site.hub.url, "--name", "alfa-1"]
    tokens = ["--token-file", str(site.folder / "taxii.token"), "--report-token-file", str(site.folder / "stats.token")]
    result = CliRunner().invoke(app, [*words, *tokens])
    assert result.exit_code == 2
    assert "--public-key is missing" in result.stderr
