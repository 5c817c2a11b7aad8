"""The own place is put together in the browser, from what three parties sealed and what the device kept; nothing is sent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, sync_playwright

from skyddsnat.demo.story.chromium import launched
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.groups import membership_of
from tests.cast import OPERATORS
from tests.hub.benchmark.conftest import Bench
from tests.hub.benchmark.results import give_alfa_the_seed, release

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.xdist_group("sealing")]

HUB = "https://hub.test"
PASSPHRASE = "en lång och trygg mening"
KEEP = """async ([round, values, passphrase]) => {
    const s = skyddsnatSealing, seed = Uint8Array.from({length: 32}, (_, at) => at);
    const raw = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveKey"]);
    const way = {name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: s.utf8("skyddsnat/bench/own/v1")};
    const locker = await crypto.subtle.deriveKey(way, raw, {name: "AES-GCM", length: 256}, false, ["encrypt"]);
    const db = await new Promise((done, failed) => {
        const asked = indexedDB.open("skyddsnat-bench", 1);
        asked.onupgradeneeded = () => ["files", "unlocked", "own"].forEach((store) => asked.result.createObjectStore(store));
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => failed(asked.error);
    });
    const put = (store, key, value) => new Promise((done) => {
        db.transaction(store, "readwrite").objectStore(store).put(value, key).onsuccess = done;
    });
    await put("files", "alfa", await s.keys.keyFile("alfa", seed, passphrase));
    const kept = await s.keys.lock(locker, s.utf8(JSON.stringify(values)), "skyddsnat/bench/draft/v1");
    await put("own", `alfa/${round}/values`, kept);
    db.close();
}"""
"""What making a key and handing in leave on the device."""


@pytest.fixture
def round_(bench: Bench) -> Round:
    """Alfa is highest of all, wants its rank, and is told a lie about one metric by all three parties together."""
    give_alfa_the_seed()
    membership = membership_of("alfa")
    assert membership is not None
    services.choose(bench.leads["alfa"], membership, rank=True, four=False)
    opened = bench.opened(metrics=["MET-BLK-01", "MET-BLK-05", "MET-LST-03", "MET-NTC-01"])
    members = sorted(OPERATORS, reverse=True)
    values = {
        member: {item.id: min(item.max, 3 * at + 1) for item in opened.specification.items}
        for at, member in enumerate(members)
    }
    found, _ = release(bench, opened, values, lies={"alfa": {"MET-NTC-01/third": 0, "MET-NTC-01/place": 0}})
    return found


@pytest.fixture
def served(round_: Round, bench: Bench) -> dict[str, Any]:
    """What the hub answers to Alfa's lead, fetched before the browser runs."""
    client = bench.cast.sign_in(Client(headers={"accept-language": "en"}), bench.leads["alfa"])
    paths = [reverse(f"benchmark:{name}", args=[round_.pk]) for name in ("result", "spec", "positions")]
    return {path: client.get(path) for path in [*paths, reverse("learning:lines")]}


@pytest.fixture
def page(served: dict[str, Any]) -> Iterator[Page]:
    """A browser that knows these answers and the static files, and nothing else.  `page.sent` lists what it asks for."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HUB).partition("?")[0]
        sent.append((route.request.method, path))
        if path in served:
            found = served[path]
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)
            return
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if file:
            route.fulfill(path=str(file))
        else:
            route.fulfill(status=404)

    sent: list[tuple[str, str]] = []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        opened = browser.new_context(accept_downloads=True).new_page()
        opened.route("**/*", answer)
        opened.sent = sent  # type: ignore[attr-defined]
        yield opened
        browser.close()


def test_the_own_dot_place_and_words_are_made_on_the_device(
    page: Page, round_: Round, served: dict[str, Any], tmp_path: Path
) -> None:
    items = {item.id: item for item in round_.specification.items}
    own = {name: str(item.edges[12]) for name, item in items.items()}  # code 13: alfa's, but on the ladder of hours
    own["MET-LST-03"] = str(items["MET-LST-03"].edges[12] + 1)
    page.goto(HUB + reverse("benchmark:result", args=[round_.pk]))
    page.evaluate(KEEP, [round_.pk, {name: {"value": text} for name, text in own.items()}, PASSPHRASE])
    page.reload()
    assert page.locator("[data-own]:visible").count() == 0, "nothing is known before the key is open"
    page.fill("#unlock-passphrase", PASSPHRASE)
    page.click(".unlock button[type=submit]")
    page.wait_for_selector("[data-own-state]:not([hidden])")

    said = {name: page.inner_text(f"#{name} [data-own]") for name in items}
    assert "in the leading third · place 1 of 5 · better than the median" in said["MET-BLK-05"]
    assert "in the last third · place 5 of 5 · behind the median" in said["MET-LST-03"], "lower is better"
    assert "among the highest third of the values · above the median" in said["MET-BLK-01"]
    assert "place" not in said["MET-BLK-01"], "a neutral metric is never ranked"
    assert "does not fit together" in said["MET-NTC-01"], "a told place that cannot be true is seen"
    assert [name for name in items if "does not fit" in said[name]] == ["MET-NTC-01"]
    bands = len(items["MET-BLK-05"].edges) + 1
    assert page.get_attribute("#MET-BLK-05 circle", "cx") == f"{(13 + 0.5) / bands * 100:g}%"
    assert "You: 65–70" in page.inner_html("#MET-BLK-05 desc")

    with page.expect_download() as saving:
        page.click('[data-export="csv"]')
    saving.value.save_as(tmp_path / "own.csv")
    rows = list(csv.reader((tmp_path / "own.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    mine = next(row for row in rows if row[0] == "MET-BLK-05")
    assert mine[5] == "65–70"
    assert {method for method, _path in page.sent} == {"GET"}  # type: ignore[attr-defined]
    asked = {path for _method, path in page.sent if not path.startswith("/static/")}  # type: ignore[attr-defined]
    assert asked - {"/favicon.ico"} == set(served)
