"""What the demo's operator keeps on its machine is read by the agent itself."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.counting.counters import ask, read
from skyddsnat.agent.counting.formats import FORMATS
from skyddsnat.agent.counting.settings import LogConfig
from skyddsnat.agent.samples import empty_zone
from skyddsnat.demo.processes import Children
from skyddsnat.demo.sites import Site, Subscription, asks
from skyddsnat.demo.sites.networks import NETWORKS, Network
from skyddsnat.protocols.rpz import Action

KEY = "A" * 43 + "="


def _subscription(benchmark_key: str = "") -> Subscription:
    return Subscription(
        hub_url="http://127.0.0.1:8000",
        public_key=KEY,
        log_public_key="",
        collections=((uuid4(), "Operatörernas uppslag verified"),),
        taxii_token="skn_taxii",
        stats_token="skn_stats",
        shares_token="skn_shares",
        benchmark_key=benchmark_key,
        passphrase="en mening",
    )


@pytest.mark.parametrize("benchmark_key", ["", "keys/alfa.json"])
def test_the_agents_configuration_is_read_with_and_without_a_benchmark_key(tmp_path: Path, benchmark_key: str) -> None:
    site = Site(tmp_path, Children(tmp_path / "logs"), _subscription(benchmark_key))
    site._write()
    found = load(site.config).benchmark
    assert (found is not None and found.key_file is not None) == bool(benchmark_key)


@pytest.mark.servers
@pytest.mark.parametrize("network", NETWORKS[:4], ids=[network.kind for network in NETWORKS[:4]])
def test_the_servers_start_in_a_folder_too_deep_for_a_socket(tmp_path: Path, network: Network) -> None:
    folder = tmp_path / ("deep" * 15) / ("deeper" * 10)
    children = Children(folder / "logs")
    try:
        Site(folder, children, _subscription(), network).start_servers()
        children.check()
    finally:
        children.stop_all()


@pytest.mark.servers
@pytest.mark.parametrize("network", NETWORKS[:4], ids=[network.kind for network in NETWORKS[:4]])
def test_what_a_customer_is_stopped_from_stands_where_the_agent_counts_it(tmp_path: Path, network: Network) -> None:
    children = Children(tmp_path / "logs")
    site = Site(tmp_path / "site", children, _subscription(), network)
    base = network.zones[1][1]
    zone = site.folder / "zones" / "base.zone"
    zone.parent.mkdir(parents=True)
    zone.write_text(empty_zone(base) + f"wild.test.{base}. CNAME .\n*.wild.test.{base}. CNAME .\n")
    try:
        site.start_servers()
        children.wait_until(children.running[-1], lambda: site.is_stopped("www.wild.test"))
        (log,) = load(site.config).count.logs
        before = _hits(log, "www.wild.test")
        asks(site.resolver, "www.wild.test", "AAAA", source="127.3.0.7")
        asks(site.resolver, "www.lagligt.test", "A", source="127.3.0.7")  # brings PowerDNS' counters up to date
        children.wait_until(children.running[-1], lambda: _hits(log, "www.wild.test") > before)
    finally:
        children.stop_all()


def _hits(log: LogConfig, name: str) -> int:
    """As the agent reads them: lines with a time, or a counter."""
    if log.counters:
        return read(log.kind, ask(log.counters), action=Action.NX).hits or 0
    lines = Path(log.hits[-1].removesuffix("*")).read_text().splitlines()
    found = [hit for hit in map(FORMATS[log.kind].read, lines) if hit is not None and hit.name == name]
    assert all(hit.time for hit in found)
    return len(found)
