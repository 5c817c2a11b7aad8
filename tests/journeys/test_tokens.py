"""An engineer makes a token for a machine, sees it once, uses it, and revokes it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from skyddsnat.demo.story.machine import Machine
from tests.journeys.arriving import arriving
from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import let_in

pytestmark = [pytest.mark.servers, pytest.mark.browser]


def test_a_token_is_shown_once_works_and_is_revoked(demo: RunningDemo, visitor: Callable[..., Page]) -> None:
    page = visitor()
    let_in(page, demo.one_click("nora"))
    page.goto("/account/tokens/")
    page.locator("a[href$='/tokens/new/']").first.click()
    page.locator("input[name=label]").fill("Journey token")
    page.locator("input[name=scopes][value=taxii]").check()
    page.locator("main form .btn-primary").click()
    plain = page.locator("#token").inner_text().strip()
    assert examine(page) == []
    feed = demo.collection("Nationell blockering verified")
    machine = Machine(demo.taxii_root, member="alfa", token=plain)
    assert machine.status_of(feed).status_code == httpx.codes.OK

    page.goto("/account/tokens/")
    row = page.get_by_role("row").filter(has_text="Journey token")
    expect(row.locator(".badge-ok")).to_be_visible()
    assert plain not in page.content()

    with arriving(page):
        row.locator("a[href$='/revoke/']").click()
    assert examine(page) == []
    with arriving(page):
        page.locator("main form [class*=btn]").first.click()
    page.goto("/account/tokens/")
    expect(page.get_by_role("row").filter(has_text="Journey token").locator(".badge-neutral")).to_be_visible()
    assert machine.status_of(feed).status_code == httpx.codes.UNAUTHORIZED
