"""The page on which a lead hands in: every item with its bounds, the script's hash, and no value of anyone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.benchmark.models import Round
from tests.cast import Cast
from tests.hub.benchmark.conftest import Bench
from tools import vendor

pytestmark = pytest.mark.django_db


def page(cast: Cast, person: Any, round_: Round, language: str = "en") -> Any:
    client = Client()
    client.cookies["language"] = language
    return cast.sign_in(client, person).get(reverse("benchmark:hand_in", args=[round_.pk]))


def settings_in(answer: Any) -> dict[str, Any]:
    (text,) = re.findall(
        r'<script id="hand-in-settings" type="application/json">(.*?)</script>', answer.content.decode()
    )
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_item_of_the_round_is_asked_for_with_its_bounds(cast: Cast, bench: Bench, language: str) -> None:
    round_ = bench.opened(metrics=["MET-BLK-05", "MET-BLK-01"], maturity=True)
    text = page(cast, bench.leads["alfa"], round_, language).content.decode()
    asked = re.findall(r'data-item="([^"]+)" data-low="([^"]+)" data-high="([^"]+)"', text)
    assert [name for name, _, _ in asked] == [item.id for item in round_.specification.items]
    bounds = {name: (low, high) for name, low, high in asked}
    assert bounds["MET-BLK-05"] == ("0", "100")
    assert bounds["MQ-A1"] == ("0", "3")


def test_the_page_tells_the_hash_of_the_script_that_seals(cast: Cast, bench: Bench) -> None:
    text = page(cast, bench.leads["alfa"], bench.opened()).content.decode()
    assert json.loads(vendor.BUNDLE_MANIFEST.read_text())["bundle"] in text


def test_the_script_is_told_whose_key_counts_and_which_number_comes_next(cast: Cast, bench: Bench) -> None:
    round_ = bench.opened()
    first = settings_in(page(cast, bench.leads["alfa"], round_))
    assert (first["member"], first["seq"], first["spec_sha256"]) == ("alfa", 1, round_.spec_sha256)
    assert len(first["known"]) == 1
    bench.hand_in(round_, "alfa")
    assert settings_in(page(cast, bench.leads["alfa"], round_))["seq"] == 2
    assert settings_in(page(cast, bench.leads["beta"], round_))["seq"] == 1


def test_nobody_but_a_lead_of_a_member_in_the_round_finds_it(cast: Cast, bench: Bench) -> None:
    round_ = bench.opened()
    assert page(cast, bench.leads["alfa"], round_).status_code == 200
    assert page(cast, cast.person("alfa", "analyst"), round_).status_code == 403
    assert page(cast, cast.person("solros", "coordinator"), round_).status_code in {403, 404}
    stranger = page(cast, bench.leads["alfa"], Round(pk="finns-inte"))
    assert stranger.status_code == 404


def test_after_the_deadline_the_page_offers_no_other_submission(cast: Cast, bench: Bench) -> None:
    text = page(cast, bench.leads["alfa"], bench.closed()).content.decode()
    assert "The round does not take submissions now." in text
    assert "Number 1" in text
    assert "Handing in again replaces it." not in text
