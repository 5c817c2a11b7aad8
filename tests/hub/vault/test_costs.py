"""What sealing costs, as figures: nothing here is judged by the clock."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from django.utils import timezone

from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.vault.fields import SealedTextField
from skyddsnat.protocols.taxii import read_query
from tests.cast import Cast
from tests.figures import figure
from tests.hub.feed.indicators import many

pytestmark = pytest.mark.django_db


def micro(act: Callable[[], object], times: int = 2_000) -> float:
    """Microseconds of one call, the least of five rounds, of the processor's time: others share the machine."""
    return min(_round(act, times) for _ in range(5))


def _round(act: Callable[[], object], times: int) -> float:
    began = process_time()
    for _ in range(times):
        act()
    return (process_time() - began) / times * 1e6


def test_the_cost_of_a_cell() -> None:
    field, index = Submission._meta.get_field("note"), Signal._meta.get_field("value_index")
    cell = field.seal("plommonkrakel.test", "row")
    assert field.open(cell, "row") == "plommonkrakel.test"
    figure(
        "vault.cell",
        seal_us=round(micro(lambda: field.seal("plommonkrakel.test", "row")), 2),
        open_us=round(micro(lambda: field.open(cell, "row")), 2),
        index_us=round(micro(lambda: index.index("plommonkrakel.test", type="domain")), 2),
        bytes_more=len(cell.envelope) - len("plommonkrakel.test"),
    )


def test_the_cost_of_a_feed_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same page with cells opened, and with cells passed through unopened: as it was before there was a seal."""
    verified = feeds.feeds(cast.circle.pk)[1]
    publish(verified, many(1_000), now=timezone.now())
    query = read_query({"limit": ["1000"]})

    def timed() -> float:
        began = process_time()
        assert len(feeds.page(verified.pk, query).rows) == 1_000
        return process_time() - began

    sealed, clear = [], []
    for _ in range(25):
        sealed.append(timed())
        with monkeypatch.context() as patch:
            patch.setattr(SealedTextField, "opener", lambda self: lambda cell, row: cell)
            clear.append(timed())
    took, was = min(sealed), min(clear)
    figure("vault.feed_page", objects_a_second=round(1_000 / took), ratio_to_clear=round(took / was, 2))
