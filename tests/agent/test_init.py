"""`init`: from a hub's address and a token to a site that works."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner, Result

from skyddsnat.agent.client import HubClient
from skyddsnat.agent.config import load
from skyddsnat.agent.errors import HubError, WrongUse
from skyddsnat.agent.samples import empty_zone
from skyddsnat.agent.setup import Offer, discover
from skyddsnat.cli import agent_asking
from skyddsnat.cli.agent import app
from skyddsnat.cli.agent_init import _log_public_key, _observe
from skyddsnat.protocols.feedhead import public_key_text
from skyddsnat.protocols.log import NoteKey
from tests.agent.conftest import Site
from tests.agent.fake_hub import STATS_TOKEN, TAXII_TOKEN
from tests.servers.processes import which

KINDS = (
    *("--resolver", "unbound-1=unbound:192.0.2.21", "--resolver", "bind-1=bind:192.0.2.22@5353"),
    *("--resolver", "powerdns-1=powerdns:192.0.2.23", "--resolver", "kresd-1=knot-resolver:192.0.2.24"),
)


def init(site: Site, *extra: str, key: str | None = None, kinds: tuple[str, ...] = KINDS) -> Result:
    etc = site.folder / "etc"
    words = [
        "init",
        *("--config", str(etc / "agent.toml"), "--hub", site.hub.url, "--name", "alfa-1"),
        *("--token-file", str(site.folder / "taxii.token"), "--report-token-file", str(site.folder / "stats.token")),
        *("--public-key", key or site.hub.public_key, "--zone", "rpz.skyddsnat.example"),
        *("--primary", "192.0.2.10", "--agent-address", "192.0.2.11"),
        *kinds,
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
    assert [(one.kind, one.port, one.told_at) for one in config.resolvers] == [
        ("unbound", 53, 53),
        ("bind", 5353, 5353),
        ("powerdns", 53, 53),
        ("knot-resolver", 53, 5300),
    ]
    assert config.primary.publish_interval_seconds == 6, "PowerDNS needs it"
    assert config.list.protect == ("alfa-operator.test",)
    assert len(base64.b64decode(config.primary.key.read() or "")) == 32
    assert CliRunner().invoke(app, ["pull", "-c", str(etc / "agent.toml")]).exit_code == 0


def test_init_begins_in_observe_mode_where_it_is_wanted(site: Site) -> None:
    assert init(site).exit_code == 0
    config = site.folder / "etc" / "agent.toml"
    assert load(config).list.policy.stops, "a script from before there was the question goes on as it was"
    said = init(site, "--observe", "--force")
    assert not load(config).list.policy.stops
    assert 'take action = "observe" out' in " ".join(said.output.split())
    assert init(site, "--block", "--force").exit_code == 0
    assert load(config).list.policy.stops


def test_a_person_is_asked_and_looking_first_is_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr("typer.confirm", lambda question, default: asked.append((question, default)) or default)
    assert _observe(None)
    assert "recommended the first time" in asked[0][0]
    assert not _observe(False)
    assert len(asked) == 1


def test_secrets_are_private_and_never_printed(site: Site) -> None:
    result = init(site)
    etc = site.folder / "etc"
    assert "skn_" not in result.output
    for name, holders in (
        ("tsig.key", {"knot-skyddsnat.conf"}),
        (
            "transfer.key",
            {"knot-skyddsnat.conf", "bind-skyddsnat.conf", "powerdns-skyddsnat.yml", "bridge-skyddsnat.conf"},
        ),
    ):
        secret = (etc / name).read_text().strip()
        assert secret not in result.output
        found = {path.name for path in etc.iterdir() if secret in path.read_text()}
        assert found == {name, *holders}
        assert not any((etc / one).stat().st_mode & 0o077 for one in found)


@pytest.mark.servers
@pytest.mark.parametrize("primary", ["192.0.2.10", "bind:192.0.2.10"])
def test_the_snippets_pass_the_servers_own_checks(site: Site, primary: str) -> None:
    assert init(site, "--primary", primary).exit_code == 0
    etc = site.folder / "etc"
    for words in checks(etc):
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=etc)
        assert done.returncode == 0, f"{words[0]}: {done.stdout}{done.stderr}"


@pytest.mark.servers
def test_the_checks_would_see_a_snippet_that_is_wrong(site: Site) -> None:
    init(site)
    etc = site.folder / "etc"
    for name in ("knot-skyddsnat.conf", "bind-skyddsnat.conf", "unbound-skyddsnat.conf"):
        (etc / name).write_text((etc / name).read_text().replace("base.rpz", "base..rpz"))
    powerdns = etc / "powerdns-skyddsnat.yml"
    powerdns.write_text(powerdns.read_text().replace("dumpFile", "dumpfile"))
    (etc / "kresd-skyddsnat.conf").write_text("policy.add(policy.rpx())")
    (etc / "bridge-skyddsnat.conf").write_text("zone: {}")
    results = [subprocess.run(words, capture_output=True, check=False, cwd=etc).returncode for words in checks(etc)]
    assert 0 not in results


def checks(etc: Path) -> list[list[str]]:
    """Each server's own check, of a configuration that has the snippets where they belong."""
    unbound = f'server:\n    username: ""\n    chroot: ""\n    directory: "{etc}"\n'
    (etc / "unbound.conf").write_text(f'{unbound}include: "{etc / "unbound-skyddsnat.conf"}"\n')
    options, logging = (f'include "{etc / f"bind-skyddsnat-{part}.conf"}";' for part in ("options", "logging"))
    top = f'include "{etc / "bind-skyddsnat.conf"}";'
    (etc / "named.conf").write_text(f'{top}\noptions {{ directory "{etc}"; {options} }};\nlogging {{ {logging} }};\n')
    main = etc / "recursor"
    main.mkdir(exist_ok=True)
    (main / "recursor.yml").write_text(f"recursor:\n  include_dir: {main / 'recursor.d'}\n")
    (main / "recursor.d").mkdir(exist_ok=True)
    (main / "recursor.d" / "skyddsnat.yml").write_text((etc / "powerdns-skyddsnat.yml").read_text())
    primary = [which("knotc"), "-c", str(etc / "knot-skyddsnat.conf"), "conf-check"]
    if not (etc / "knot-skyddsnat.conf").exists():
        primary = [which("named-checkconf"), str(etc / "bind-primary-skyddsnat.conf")]
    return [
        primary,
        [which("unbound-checkconf"), str(etc / "unbound.conf")],
        [which("named-checkconf"), str(etc / "named.conf")],
        [which("pdns_recursor"), f"--config-dir={main}", "--config=check"],
        [which("knotc"), "-c", str(etc / "bridge-skyddsnat.conf"), "conf-check"],
        kresd_check(etc),
    ]


def kresd_check(etc: Path) -> list[str]:
    """kresd has no check of its own: it loads the policy, with zone files in place, and quits."""
    text = (etc / "kresd-skyddsnat.conf").read_text()
    for role in ("hot", "base"):
        (etc / f"skyddsnat-{role}.zone").write_text(empty_zone(f"{role}.rpz.skyddsnat.example"))
    (etc / "kresd.conf").write_text(f"{text.replace('/var/lib/kresd-rpz', str(etc))}\nquit()\n")
    return [which("kresd"), "-n", "-c", str(etc / "kresd.conf"), str(etc)]


def test_a_site_without_a_primary_reads_files(site: Site) -> None:
    kinds = ("--resolver", "one=unbound:192.0.2.1", "--resolver", "two=knot-resolver:192.0.2.2")
    result = init(site, "--primary", "none", kinds=kinds)
    assert result.exit_code == 0, result.output
    etc = site.folder / "etc"
    assert load(etc / "agent.toml").primary.kind == "zonefile"
    assert not (etc / "tsig.key").exists()
    assert not (etc / "bridge-skyddsnat.conf").exists()
    hot = str(site.folder / "var-zones" / "hot.zone")
    assert f'zonefile: "{hot}"' in (etc / "unbound-skyddsnat.conf").read_text()
    assert hot in (etc / "kresd-skyddsnat.conf").read_text()


def test_a_resolver_that_cannot_read_files_needs_a_primary(site: Site) -> None:
    result = init(site, "--primary", "none")
    assert (result.exit_code, "bind and no primary" in result.stderr) == (2, True)


def test_the_agents_own_address_is_where_the_way_to_the_resolvers_begins(site: Site) -> None:
    """A snippet that takes NOTIFY from another address than the agent's is the usual mistake."""
    init(site, "--agent-address", "", kinds=("--resolver", "one=unbound:127.0.0.9"))
    assert "allow-notify: 127.0.0.1\n" in (site.folder / "etc" / "unbound-skyddsnat.conf").read_text()
    wrong = init(site, "--force", "--agent-address", "agent.example")
    assert (wrong.exit_code, "IP address" in wrong.stderr) == (2, True)


def test_beside_knot_the_nightly_rebuild_goes_by_file(site: Site) -> None:
    init(site, "--primary", "127.0.0.1")
    assert load(site.folder / "etc" / "agent.toml").primary.reload_command == ("knotc", "zone-reload", "{zone}")
    init(site, "--force", "--primary", "bind:127.0.0.1")
    config = load(site.folder / "etc" / "agent.toml").primary
    assert (config.kind, config.reload_command) == ("bind", ())


@pytest.mark.parametrize("content", [b"", b"key: agent\n  secret: x\n", b"\xff\xfe", b"c2hvcnQ=\n"])
def test_a_key_that_is_none_is_said_before_anything_is_written(site: Site, content: bytes) -> None:
    """What another program made, or a crash left empty, would go into the primary's configuration as it is."""
    etc = site.folder / "etc"
    etc.mkdir()
    (etc / "tsig.key").write_bytes(content)
    done = init(site)
    assert done.exit_code == 2
    assert "tsig.key is there and is no secret" in done.output
    assert [path.name for path in etc.iterdir()] == ["tsig.key"]


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
        (["--resolver", "one=192.0.2.1"], "name=kind:address"),
        (["--resolver", "one=bind9:192.0.2.1"], "name=kind:address"),
        (["--resolver", "one=bind:resolver.example"], "IP address"),
        (["--token-file", "/nowhere/token"], "does not exist"),
        (["--hub", "http://127.0.0.1:9"], "not reached (ConnectError); check the address"),
        (["--hub", "hub.example"], "expected an address such as https://hub.example"),
        (["--hub", "https://[hub"], "expected an address such as https://hub.example"),
        (["--hub", "http://192.0.2.1"], "expected https"),
        (["--must-not-block", "not a name"], "[verify] must_not_block"),
        (["--protect", "http://alfa.test/"], "[list] protect"),
        (["--resolver", "bind-1=bind:192.0.2.30"], "a different name for each resolver"),
        (["--hub", "https://hub.example:99999"], "such as https://hub.example or https://hub.example:8443"),
        (["--hub", "https://hub.example:none"], "such as https://hub.example or https://hub.example:8443"),
        (["--hub", "https://hub example"], "such as https://hub.example or https://hub.example:8443"),
        (["--primary", "192.0.2.1@99999"], "expected one from 1 to 65535, such as 192.0.2.10@5353"),
        (["--primary", "bind:ns1.example"], "such as 192.0.2.10 or 192.0.2.10@5353"),
        (["--agent-address", "192.0.2.11@53"], "without a port, such as 192.0.2.11"),
        (["--name", "Alfa Sthlm"], "such as alfa-sthlm-1"),
        (["--zone", "rpz..example"], "such as rpz.skyddsnat.example"),
        (["--zone-dir", __file__], "is a file, expected one that can be written, such as /var/lib/skyddsnat/zones"),
        (["--config", f"{__file__}/agent.toml"], "is a file, expected a folder for it"),
    ],
)
def test_a_wrong_answer_is_one_line_and_nothing_is_written(site: Site, extra: list[str], told: str) -> None:
    result = init(site, *extra)
    assert result.exit_code in {1, 2}
    assert told in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not (site.folder / "etc" / "agent.toml").exists()
    assert not (site.folder / "etc" / "tsig.key").exists()
    assert not (site.folder / "var-zones").exists()


def test_no_token_leaves_for_an_address_without_tls() -> None:
    """Whoever types http by mistake has told the token to the whole way there."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"collections": []})

    for url in ("http://192.0.2.1", "ftp://hub.example", "https://"):
        with pytest.raises(WrongUse):
            discover(url=url, token_file=None, transport=httpx.MockTransport(answer))
    assert sent == []


def test_places_are_given_from_where_one_stands(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.folder)
    assert init(site, "--config", "here/agent.toml", "--data-dir", "data", "--zone-dir", "zones").exit_code == 0
    config = load(site.folder / "here" / "agent.toml")
    assert (config.data_dir, config.primary.zone_dir) == (site.folder / "data", site.folder / "zones")
    assert config.primary.key.read()


def type_in(site: Site, monkeypatch: pytest.MonkeyPatch, typed: list[str], *extra: str) -> Result:
    """A person at a terminal."""
    monkeypatch.setattr(agent_asking, "somebody_is_here", lambda: True)
    etc = site.folder / "etc"
    places = ("--config", str(etc / "agent.toml"), "--data-dir", str(site.folder / "var"))
    zones = () if "--zone-dir" in extra else ("--zone-dir", str(site.folder / "var-zones"))
    return CliRunner().invoke(app, ["init", *places, *zones, *extra], input="\n".join([*typed, ""]))


def test_a_person_is_asked_again_for_each_answer_that_cannot_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [
        *("hub.example", "http://192.0.2.1", "https://hub.example:99999", site.hub.url),
        *("two words", "skn_of_another", site.hub.url, TAXII_TOKEN),
        *("Alfa Sthlm", "alfa-1", STATS_TOKEN, "y", "y"),
        *("rpz..example", "rpz.skyddsnat.example"),
        *("ns1.example", "192.0.2.10@99999", "192.0.2.10"),
        *("one=bind9:192.0.2.1", "one=bind:ns2.example", "one=bind:192.0.2.1", "one=unbound:192.0.2.2", ""),
        *("192.0.2.11@53", "192.0.2.11"),
        *("/dev/null/zones", str(site.folder / "var-zones"), "y"),
    ]
    result = type_in(site, monkeypatch, typed, "--zone-dir", __file__)
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    for got, expected in (
        ("hub 'hub.example'", "expected an address such as https://hub.example"),
        ("hub 'http://192.0.2.1'", "expected https"),
        ("hub 'https://hub.example:99999'", "or https://hub.example:8443"),
        ("that is no token", "skn_"),
        ("hub answered 401", "token refused"),
        ("name 'Alfa Sthlm'", "such as alfa-sthlm-1"),
        ("'ns1.example'", "such as 192.0.2.10 or 192.0.2.10@5353"),
        ("port 99999", "from 1 to 65535"),
        ("resolver 'one=bind9:192.0.2.1'", "expected name=kind:address"),
        ("'ns2.example'", "expected an IP address"),
        ("there is a one already", "expected a different name"),
        ("zone 'rpz..example'", "such as rpz.skyddsnat.example"),
        ("'192.0.2.11@53'", "without a port"),
        (f"folder {__file__}", "is a file"),
        ("folder /dev/null/zones", "is a file"),
    ):
        assert got in told
        assert expected in told[told.index(got) :], got
    config = load(site.folder / "etc" / "agent.toml")
    assert (config.hub.token.read(), config.hub.report_token.read()) == (TAXII_TOKEN, STATS_TOKEN)
    assert [(one.name, one.kind) for one in config.resolvers] == [("one", "bind")]
    assert (config.primary.address, config.primary.zone_dir) == ("192.0.2.10", site.folder / "var-zones")


def test_a_person_is_asked_again_where_no_hub_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    tokens = ("--token-file", str(site.folder / "taxii.token"), "--report-token-file", str(site.folder / "stats.token"))
    typed = ["http://127.0.0.1:9", site.hub.url, "alfa-1", "y", "y", "rpz.alfa.example", "none", "", "", "n"]
    result = type_in(site, monkeypatch, typed, *tokens)
    assert result.exit_code == 0, result.output
    assert "not reached (ConnectError); check the address" in " ".join(result.output.split())


def test_a_site_that_is_there_is_said_before_the_first_question(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert init(site).exit_code == 0
    again = type_in(site, monkeypatch, [])
    assert (again.exit_code, "--force" in again.stderr, "Address of the hub" in again.output) == (2, True, False)


def test_what_is_no_secret_in_a_tokens_file_is_said(site: Site) -> None:
    for text in ("skn_one\nskn_two\n", "skn_å", "a token"):
        (site.folder / "taxii.token").write_text(text)
        result = init(site)
        assert (result.exit_code, "holds more than a secret" in result.stderr) == (2, True)
        assert "skn_" not in result.stderr


def test_without_a_resolver_it_says_what_is_missing(site: Site) -> None:
    assert "no resolver is named" in " ".join(init(site, kinds=()).output.split())


def test_a_key_that_the_hub_does_not_sign_with_is_refused(site: Site) -> None:
    result = init(site, key=public_key_text(Ed25519PrivateKey.generate()))
    assert (result.exit_code, "call the coordinator" in result.stderr) == (2, True)


def test_without_a_key_from_elsewhere_and_nobody_to_ask_it_stops(site: Site, tmp_path: Path) -> None:
    words = ["init", "-c", str(tmp_path / "a.toml"), "--hub", site.hub.url, "--name", "alfa-1"]
    tokens = ["--token-file", str(site.folder / "taxii.token"), "--report-token-file", str(site.folder / "stats.token")]
    result = CliRunner().invoke(app, [*words, *tokens])
    assert result.exit_code == 2
    assert "--public-key is missing" in result.stderr


def test_a_key_to_compare_is_shown_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What styles the terminal could show another key than the one that is pinned."""
    monkeypatch.setattr(agent_asking, "somebody_is_here", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda _: True)
    key = NoteKey("hub.example/log[conceal]", 1, bytes(32)).text()
    assert _log_public_key("", Offer((), "", key)) == key
    assert key in capsys.readouterr().out


@pytest.mark.parametrize("key", ["\x1b[2Jx", "[conceal]" + "A" * 34 + "=", "A" * 44, 7])
def test_a_feed_whose_key_is_none_is_not_offered(site: Site, monkeypatch: pytest.MonkeyPatch, key: object) -> None:
    monkeypatch.setattr(HubClient, "head", lambda *_: {"key": key})
    with pytest.raises(HubError, match="none is a signed one"):
        discover(url=site.hub.url, token_file=site.folder / "taxii.token")
