"""What the demo's operator keeps on its machine is read by the agent itself."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from skyddsnat.agent.config import load
from skyddsnat.demo.processes import Children
from skyddsnat.demo.sites import Site, Subscription
from skyddsnat.demo.sites.networks import NETWORKS, Network

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
