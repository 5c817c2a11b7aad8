"""Before a value is sealed the device looks whose keys it is sealed to, and the key stays open for the person who opened it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, sync_playwright

from skyddsnat.demo.story.chromium import launched
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.protocols.benchmark import canonical, envelope
from skyddsnat.protocols.benchmark.signing import fingerprint, public_hex
from tests.hub.benchmark.conftest import PARTIES, Bench, signer
from tests.hub.benchmark.results import give_alfa_the_seed

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.xdist_group("sealing")]

HUB = "https://hub.test"
PASSPHRASE = "en lång och trygg mening"
KEEP_KEY = """async (passphrase) => {
    const seed = Uint8Array.from({length: 32}, (_, at) => at);
    const file = await skyddsnatSealing.keys.keyFile("alfa", seed, passphrase);
    const db = await new Promise((done) => {
        const asked = indexedDB.open("skyddsnat-bench", 1);
        asked.onupgradeneeded = () => ["files", "unlocked", "own"].forEach((store) => asked.result.createObjectStore(store));
        asked.onsuccess = () => done(asked.result);
    });
    const store = db.transaction("files", "readwrite").objectStore("files");
    await new Promise((done) => { store.put(file, "alfa").onsuccess = done; });
    db.close();
}"""


FILES = """() => new Promise((done) => {
    indexedDB.open("skyddsnat-bench", 1).onsuccess = ({target}) => {
        target.result.transaction("files").objectStore("files").getAllKeys().onsuccess = (found) => done(found.target.result);
    };
})"""

TYPE_WHEN_SHOWN = """() => {
    const form = document.querySelector("[data-hand-in]"), field = form.querySelector("[data-value]");
    new MutationObserver(() => {
        field.value = "abc";
        field.dispatchEvent(new Event("input", {bubbles: true}));
        window.faults = form.querySelectorAll(".field-wrong").length;
    }).observe(form, {attributeFilter: ["hidden"]});
}"""


@pytest.fixture
def round_(bench: Bench) -> Round:
    give_alfa_the_seed()
    return bench.opened(metrics=["MET-BLK-05"])


@pytest.fixture
def served(round_: Round, bench: Bench) -> dict[str, bytes]:
    """What the hub answers to Alfa's lead; a wicked one answers otherwise."""
    client = bench.cast.sign_in(Client(headers={"accept-language": "en"}), bench.leads["alfa"])
    paths = [reverse(f"benchmark:{name}", args=[round_.pk]) for name in ("hand_in", "spec", "approvals")]
    return {path: client.get(path).content for path in [*paths, reverse("benchmark:keys")]}


@pytest.fixture
def posted() -> list[Any]:
    return []


@pytest.fixture
def page(served: dict[str, bytes], posted: list[Any]) -> Iterator[Page]:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HUB).partition("?")[0]
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if route.request.method == "POST":
            posted.append(json.loads(route.request.post_data or ""))
            route.fulfill(status=409, json={"title": "late", "detail": "the deadline has passed"})
        elif path in served:
            kind = "application/json" if path.endswith(("spec", "approvals")) else "text/html"
            route.fulfill(body=served[path], content_type=kind)
        elif file:
            route.fulfill(path=str(file))
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = launched(playwright)
        opened = browser.new_context().new_page()
        opened.route("**/*", answer)
        yield opened
        browser.close()


def test_a_new_key_writes_over_no_file_and_the_one_that_counts_is_opened(page: Page, round_: Round) -> None:
    page.goto(HUB + reverse("benchmark:keys"))
    page.evaluate(KEEP_KEY, PASSPHRASE)
    for number in range(2):
        page.reload()
        for field in ("#key-passphrase", "#key-again"):
            page.fill(field, f"en annan lång mening {number}")
        page.click("[data-key-make]")
        page.wait_for_selector("[data-key-send]:enabled")
    kept = page.evaluate(FILES)
    first = round_.specification.member_of["alfa"].signing_key
    assert len(kept) == 3, "each of the three is still there"
    assert f"alfa/{first}" in kept
    page.goto(HUB + reverse("benchmark:hand_in", args=[round_.pk]))
    page.fill("#unlock-passphrase", PASSPHRASE)
    page.click(".unlock button[type=submit]")
    page.wait_for_selector("[data-parties]:visible")


def test_what_is_sealed_goes_to_parties_that_were_compared_and_stay_the_same(
    page: Page, round_: Round, served: dict[str, bytes], posted: list[Any]
) -> None:
    path, spec = (reverse(f"benchmark:{name}", args=[round_.pk]) for name in ("hand_in", "spec"))
    page.goto(HUB + path)
    page.evaluate(KEEP_KEY, PASSPHRASE)
    page.reload()
    page.fill("#unlock-passphrase", PASSPHRASE)
    page.click(".unlock button[type=submit]")
    page.wait_for_selector("[data-parties]:visible")
    shown = page.locator("[data-parties] code").all_inner_texts()
    assert shown == [fingerprint(public_hex(signer(party))) for party in PARTIES]

    page.fill("[data-value]", "97.3")
    page.click("[data-send]")
    assert not posted, "nobody has said that the fingerprints were compared"
    page.check("[data-parties] input")
    page.click("[data-send]")
    page.wait_for_selector("text=The hub did not take it: the deadline has passed")
    envelope.read_submission(posted[0])[0].check(round_.specification)

    page.reload()
    page.wait_for_selector("[data-hand-in]:visible")
    assert page.locator("[data-parties]:visible").count() == 0, "the device knows them now"
    page.fill("[data-value]", "abc")
    page.click("[data-send]")
    page.wait_for_selector("text=Not handed in yet. Values to put right: 1.")
    assert page.evaluate("document.activeElement.matches('[data-value]')"), "and there one stands"
    page.fill("[data-value]", "97.3")
    assert page.locator("[data-state]:visible").count() == 0
    assert len(posted) == 1

    wicked = json.loads(served[spec])
    wicked["parties"][1]["signing_key"] = public_hex(signer("the hub itself"))
    served[spec] = canonical.dumps(wicked)
    served[path] = served[path].replace(round_.spec_sha256.encode(), hashlib.sha256(served[spec]).hexdigest().encode())
    page.reload()
    page.wait_for_selector("text=another key than the one that this device sealed to before")
    assert page.is_disabled("[data-send]")
    assert len(posted) == 1

    served[path] = served[path].replace(b'data-person="', b'data-person="another-')
    page.reload()
    page.wait_for_selector("#unlock-passphrase:visible")
    assert page.locator("[data-hand-in]:visible").count() == 0, "a colleague on the same device has no open key"


def opened(page: Page, path: str) -> None:
    """The page, whose key is being opened."""
    page.goto(HUB + path)
    page.evaluate(KEEP_KEY, PASSPHRASE)
    page.reload()
    page.evaluate(TYPE_WHEN_SHOWN)
    page.fill("#unlock-passphrase", PASSPHRASE)
    page.click(".unlock button[type=submit]")


def test_the_form_listens_from_when_it_is_shown(page: Page, round_: Round) -> None:
    opened(page, reverse("benchmark:hand_in", args=[round_.pk]))
    page.wait_for_selector("[data-hand-in]:visible")
    assert page.evaluate("window.faults") == 1, "a value that is no number was typed as soon as it could be"


def test_once_a_round_has_closed_the_receipt_is_looked_for_in_its_list(
    page: Page, round_: Round, served: dict[str, bytes]
) -> None:
    path = reverse("benchmark:hand_in", args=[round_.pk])
    served[path] = served[path].replace(b'"listed": ""', b'"listed": "/submissions.json"')
    opened(page, path)
    page.wait_for_selector("text=This device has no receipt of yours for this round")
