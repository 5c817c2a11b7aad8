"""What the journeys of benchmark leads have in common: a language, the keyboard, the key, and the demo's rounds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from skyddsnat.protocols.benchmark import fields
from tests.journeys.arriving import arriving
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in, let_in

type Visit = Callable[..., Page]
LOCALES = {"en": "en-GB", "sv": "sv-SE"}


def keys(demo: RunningDemo) -> Mapping[str, Any]:
    found: Mapping[str, Any] = demo.credentials["benchmark"]
    return found


def in_language(visitor: Visit, demo: RunningDemo, person: str, language: str) -> Page:
    """The person's page, which is still empty."""
    page = visitor(locale=LOCALES[language])
    let_in(page, demo.one_click(person, language=language))
    return page


def come_in_and_choose(visitor: Visit, demo: RunningDemo, person: str, language: str) -> Page:
    """The same by the pages themselves: the person walks in and chooses the language there."""
    page = visitor(locale=LOCALES[language])
    come_in(page, demo, person)
    if page.evaluate("document.documentElement.lang") != language:
        with arriving(page):
            page.get_by_role("button", name={"sv": "Svenska", "en": "English"}[language]).click()
    return page


def tab_to(page: Page, selector: str, *, most: int = 200) -> None:
    """Press Tab until the element has focus: whatever a person without a mouse must be able to do."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} was not reached by {most} tabs on {page.url}")


def unlock(page: Page, demo: RunningDemo, member: str) -> None:
    """Choose the key file (the browser's own dialogue cannot be typed into) and type the passphrase."""
    expect(page.locator("#unlock-file")).to_be_visible()
    tab_to(page, "#unlock-file")
    page.set_input_files("#unlock-file", demo.data / "benchmark" / "keys" / f"{member}.json")
    tab_to(page, "#unlock-passphrase")
    page.keyboard.type(keys(demo)["passphrase"])
    page.keyboard.press("Enter")


def open_round(demo: RunningDemo) -> str:
    """The round that stays open for people; the demo opens it when it has played the earlier ones, each for seconds."""
    agents = json.loads((demo.data / "benchmark" / "agents.json").read_text())
    headers = {"Authorization": f"Bearer {agents['alfa']['token']}"}
    for _ in range(300):
        rounds = httpx.get(f"{demo.base_url}/api/bench/rounds", headers=headers).json()["rounds"]
        tomorrow = fields.moment_text(datetime.now(UTC) + timedelta(days=1))
        if waiting := [each["id"] for each in rounds if each["state"] == "open" and each["deadline"] > tomorrow]:
            return str(waiting[0])
        time.sleep(1)
    raise AssertionError(f"no round was opened: {rounds}")
