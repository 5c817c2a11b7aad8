"""The throw-away PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from skyddsnat.hub.settings import env
from tests.servers.postgres import cluster

pytestmark = pytest.mark.servers


def test_the_cluster_answers_over_its_socket_only_and_leaves_nothing_behind() -> None:
    with cluster() as url:
        settings = env.database(url)
        with psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"]) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert folder.is_dir()
    assert not folder.exists()
