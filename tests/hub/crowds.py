"""Many at the same moment: a database that several connections share, and a program of its own that crowds into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection

from tests import prepared
from tests.programs import told


@pytest.fixture
def database(db: None, tmp_path: Path) -> str:
    """The URL of an empty database that several connections can share."""
    if connection.vendor == "sqlite":
        prepared.lay(tmp_path / "crowd.sqlite")
        return f"sqlite:{tmp_path / 'crowd.sqlite'}"
    import psycopg

    where, name = connection.settings_dict, f"crowd_{uuid4().hex[:8]}"
    asked = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **asked) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {prepared.template(where) or 'template1'}")
    account = f"{quote(where['USER'])}:{quote(where['PASSWORD'])}"
    return f"postgresql://{account}@/{name}?host={quote(where['HOST'], safe='')}"


def crowd(module: str, database: str, *orders: str, **settings: str) -> dict[str, Any]:
    """What such a program tells.  settings: more of its environment."""
    found: dict[str, Any] = told("-m", module, *orders, environment={**settings, "SKYDDSNAT_DATABASE": database})
    return found
