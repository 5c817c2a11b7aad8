"""The world of a file's tests as each of them finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from skyddsnat.hub.accounts import tokens, uses
from tests.model.world import World


@pytest.fixture
def world(made: World, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """As it was made (a file's own `made`): what a test does is taken back, and what the world remembers of it too."""
    cache.clear()
    monkeypatch.setattr(tokens, "uses", uses.Uses())
    sessions, given = dict(made.sessions), dict(made.cast._tokens)
    made.sign_in_anew()
    yield made
    made.sessions, made.cast._tokens = sessions, given
