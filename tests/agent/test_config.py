"""agent.toml: read strictly, every problem told at once in a line that says what to do."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.agent.config import OutputKind, Secret, load, parse
from skyddsnat.agent.errors import ConfigError
from skyddsnat.agent.sample_toml import AgentSample, KnownResolver, agent_toml
from skyddsnat.agent.samples import Endpoint
from tests.agent.conftest import Site


def problems(site: Site) -> str:
    with pytest.raises(ConfigError) as caught:
        load(site.config_file)
    return "\n".join(caught.value.problems)


def test_the_sample_is_a_valid_file_with_the_defaults_that_it_shows(site: Site) -> None:
    config = load(site.config_file)
    assert config.hub.poll_seconds == 2
    assert config.limits.head_age == timedelta(hours=1)
    assert (config.limits.additions, config.limits.additions_share) == (50, 0.05)
    assert config.verify.canary_domain == "canary.hot.rpz.skyddsnat.test"


def test_every_commented_setting_of_the_sample_is_a_real_one_with_the_shown_default(site: Site) -> None:
    """Comments go stale: each one is switched on in turn and must change nothing."""
    text = site.config_file.read_text()
    usual = load(site.config_file)
    commented = [line for line in text.splitlines() if re.match(r"# [a-z_0-9]+ = ", line)]
    assert len(commented) > 20
    own = ("page_ipv4", "page_ipv6", "ca_file", "reload_command", "folder", "key_file", "passphrase_file", "token_file")
    own += ("stop_page_counts",)
    for line in commented:
        site.config_file.write_text(text.replace(line, line[2:], 1))
        if line[2:].startswith(own):
            load(site.config_file)
        else:
            assert load(site.config_file) == usual, line


def test_the_samples_output_is_a_real_one(site: Site) -> None:
    text = site.config_file.read_text()
    shown = [line.removeprefix("#     ") for line in text.splitlines() if line.startswith("#     ")]
    site.config_file.write_text("\n".join([text, *shown]))
    (output,) = load(site.config_file).outputs
    assert (output.kind, output.reload_command) == (OutputKind.SQUID_URLS, ("squid", "-k", "reconfigure"))


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ('kind = "rpz"\nfile = "a"', '[[output]] no. 1 kind: got \'rpz\', expected "dnsdist" or "domains" or'),
        ('kind = "hosts"', "[[output]] no. 1 file: got nothing, expected the path of the file to write"),
        ('kind = "hosts"\nfile = "a"\n[[output]]\nkind = "json"\nfile = "a"', "a different file for each output"),
    ],
)
def test_an_output_that_cannot_be_written_is_a_problem_of_the_file(site: Site, table: str, part: str) -> None:
    site.more = f"\n[[output]]\n{table}\n"
    site.configure()
    assert part in problems(site)


def test_all_problems_are_told_at_once(site: Site) -> None:
    site.configure(poll_seconds='"fast"', additions="-3", url='"ftp://hub.example"', action='"shout"')
    text = problems(site)
    for part in ("[hub] poll_seconds", "[guards] additions", "[hub] url", "[list] action"):
        assert part in text
    assert 'got "fast"' in text.replace("'", '"')
    assert "expected a number from 0.2 to 3600" in text


def test_a_table_inside_another_is_named_as_it_stands_in_the_file_and_a_key_is_told_of_once(site: Site) -> None:
    with site.config_file.open("a") as out:
        out.write('[[count.log]]\nresolver = "one"\nhits = "/var/log/rpz"\n')
        out.write('[[resolver]]\nname = "one"\naddress = "192.0.2.1"\nkind = "bind"\n')
    (line,) = problems(site).splitlines()
    assert "[[count.log]] no. 1 hits: got '/var/log/rpz', expected file patterns" in line


def test_a_misspelt_key_is_not_silently_ignored(site: Site) -> None:
    text = site.config_file.read_text().replace("# additions = 50", "aditions = 5000")
    site.config_file.write_text(text)
    assert '[guards] aditions: unknown key; did you mean "additions"?' in problems(site)


def test_a_misspelt_table_is_not_silently_ignored(site: Site) -> None:
    site.config_file.write_text(site.config_file.read_text().replace("[guards]", "[gards]"))
    assert 'did you mean "guards"?' in problems(site)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("url", '"http://hub.example"', "https"),
        ("url", '"https://user@hub.example"', "https://hub.example"),
        ("public_key", '"AAAA"', "32 bytes"),
        ("public_key", '"not base64!"', "32 bytes"),
        ("hot_zone", '"base.rpz.skyddsnat.test"', "another name than hot_zone"),
        ("hot_zone", '"HOT.example"', "lower case"),
        ("name", '"Alfa 1"', "short name"),
        ("must_not_block", '"www.example.test"', "list of texts"),
        ("block_origins", '["police", "press"]', "police"),
        ("action", '"page"', "page_ipv4"),
        ("head_age_seconds", "90000", "from 60 to 86400"),
        ("additions_percent", "50", "from 0 to 20"),
        ("removals_percent", "80", "from 0 to 50"),
    ],
)
def test_a_value_out_of_bounds_is_refused(site: Site, key: str, value: str, expected: str) -> None:
    site.configure(**{key: value})
    assert expected in problems(site)


def test_no_setting_can_switch_a_guard_off(site: Site) -> None:
    """The widest that a file may say still holds eight thousand names, and the narrowest lets twenty removals pass."""
    site.configure(additions="500", additions_percent="20", additions_in_a_day="5000", removals_percent="0")
    limits = load(site.config_file).limits
    assert limits.most_additions(300) < limits.most_additions_in_a_day(300) < 8000
    assert limits.most_removals(10) == 20
    site.configure(additions="501")
    assert "from 0 to 500" in problems(site)


def test_a_missing_and_a_broken_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="skyddsnat agent init"):
        load(tmp_path / "none.toml")
    broken = tmp_path / "agent.toml"
    broken.write_text("[agent\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load(broken)


def test_relative_paths_start_at_the_file(site: Site) -> None:
    site.configure(data_dir='"state"')
    assert load(site.config_file).data_dir == site.folder / "state"


def test_a_secret_of_the_environment_goes_before_the_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    token = load(site.config_file).hub.token
    assert token.read() == "skn_taxii_of_the_test"
    monkeypatch.setenv("SKYDDSNAT_TAXII_TOKEN", " skn_other \n")
    assert token.read() == "skn_other"


def test_a_secret_that_cannot_be_read_names_the_file_and_not_the_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.token cannot be read"):
        Secret(variable="SKYDDSNAT_NOTHING", file=tmp_path / "none.token").read()
    assert Secret(variable="SKYDDSNAT_NOTHING", file=None).read() is None


def test_a_page_policy_needs_one_address(site: Site) -> None:
    site.configure(action='"page"', page_ipv4='"192.0.2.80"')
    assert load(site.config_file).list.policy.ipv4 == IPv4Address("192.0.2.80")


def test_names_with_quotes_and_newlines_cannot_break_out_of_the_sample(site: Site) -> None:
    config = load(site.config_file)
    nasty = 'x"\n[guards]\nadditions = 10000 # \\'
    text = agent_toml(
        AgentSample(
            name="alfa",
            data_dir=Path("/tmp/d"),  # noqa: S108 - only a text here
            hub_url="https://hub.example",
            collections=[(config.hub.collections[0], nasty), (UUID(int=7), "x\u2028[guards]\radditions = 9")],
            public_key=config.hub.public_key,
            token_file=Path("t"),
            report_token_file=Path("s"),
            log_public_key="",
            hot_zone="hot.example",
            base_zone="base.example",
            zone_dir=Path("z"),
            primary=None,
            key_file=None,
            resolvers=[KnownResolver(name=nasty, endpoint=Endpoint("192.0.2.1"))],
        )
    )
    site.config_file.write_text(text)
    config = load(site.config_file)
    assert config.resolvers[0].name == nasty
    assert config.limits.additions == 50


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "url", "port", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["agent", "hub", "list", "guards", "primary", "resolver", "verify", "other"]),
        json_like,
        max_size=6,
    )
)
def test_whatever_stands_in_the_file_the_answer_is_problems_and_never_a_crash(data: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(data, path=Path("/etc/skyddsnat/agent.toml"))
    assert all(": got " in line or "unknown key" in line for line in caught.value.problems)


def test_the_samples_log_is_a_real_one(site: Site) -> None:
    text = site.config_file.read_text()
    shown = [line.removeprefix("#   ") for line in text.splitlines() if re.match(r"#   \S", line)]
    kind = '[[resolver]]\nname = "unbound-1"\nkind = "unbound"\naddress = "192.0.2.1"'
    site.config_file.write_text("\n".join([text, *shown, kind]))
    (log,) = load(site.config_file).count.logs
    assert (log.resolver, log.counters[-1]) == ("unbound-1", "stats_noreset")


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        ("other", 'hits = ["x.log"]', "whose kind is"),
        ("bind", "", "file patterns"),
        ("bind", 'hits = ["x.log"]\ntimezone = "Mars/Olympus"', "a time zone"),
        ("powerdns", "", "rec_control"),
        ("knot-resolver", 'hits = ["x.log"]\ncounters = ["true"]', "hits alone"),
    ],
)
def test_a_log_that_cannot_be_counted_is_refused(site: Site, kind: str, settings: str, expected: str) -> None:
    resolver = f'[[resolver]]\nname = "one"\nkind = "{kind}"\naddress = "192.0.2.1"\n'
    with site.config_file.open("a") as out:
        out.write(f'[[count.log]]\nresolver = "one"\n{settings}\n{resolver}')
    assert expected in problems(site)


RESOLVER = '\n[[resolver]]\nname = "one"\naddress = "192.0.2.1"\n'


def test_a_resolver_has_a_kind_and_powerdns_sets_the_pace(site: Site) -> None:
    site.more = RESOLVER
    usual = load(site.configure().config_file)
    assert (usual.resolvers[0].kind, usual.resolvers[0].told_at) == ("other", 53)
    assert usual.primary.publish_interval_seconds == 0
    site.more = f'{RESOLVER}kind = "powerdns"\nnotify_port = 5300\ncontrol = ["rec_control"]\n'
    config = load(site.configure().config_file)
    assert (config.resolvers[0].kind, config.resolvers[0].told_at) == ("powerdns", 5300)
    assert config.primary.publish_interval_seconds == 6
    assert load(site.configure(publish_interval_seconds="0").config_file).primary.publish_interval_seconds == 0


def test_a_kind_that_nobody_knows_and_a_reload_for_bind_are_problems(site: Site) -> None:
    site.more = f'{RESOLVER}kind = "djbdns"\n'
    assert '[[resolver]] no. 1 kind: got \'djbdns\', expected "bind" or "unbound"' in problems(site.configure())
    site.more = ""
    text = site.configure(reload_command='["rndc", "reload"]').config_file.read_text()
    server = 'kind = "bind"\naddress = "192.0.2.1"\nkey_file = "tsig.key"'
    site.config_file.write_text(text.replace('kind = "zonefile"', server))
    assert "reload_command" in problems(site)
