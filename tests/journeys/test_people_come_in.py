"""How a person comes in: the link, a password, an authenticator app, recovery codes; later a code, or a passkey."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from skyddsnat.demo.story.browser import fresh_code, one_time_code
from tests.journeys.arriving import arriving
from tests.journeys.axe import examine
from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import come_in

pytestmark = [pytest.mark.servers, pytest.mark.browser]

Visit = Callable[..., Page]
PASSWORD = "en lång rad av ord utan mening"


def test_an_invited_person_comes_in_and_signs_in_again_with_a_code(demo: RunningDemo, visitor: Visit) -> None:
    link, code = invitation(visitor, demo, "nils.ny@beta.test")
    newcomer = visitor()
    newcomer.goto(link)
    expect(newcomer).not_to_have_url(re.compile(re.escape(link)))  # the secret does not stay in the address
    newcomer.locator("input[name=code]").fill(code)
    secret = enrol_with_an_app(newcomer)
    expect(newcomer.locator("#codes")).to_be_visible()
    assert len(newcomer.locator("#codes").inner_text().split()) == 10
    newcomer.get_by_role("link", name=re.compile("My work")).last.click()
    expect(newcomer).to_have_url(f"{demo.base_url}/")

    again = visitor()
    sign_in(again, "nils.ny@beta.test", secret, after=newcomer)
    expect(again).to_have_url(f"{demo.base_url}/")

    assert httpx.get(link).status_code == httpx.codes.NOT_FOUND  # a link works once


def test_a_passkey_is_added_and_then_opens_the_hub_without_a_password(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    come_in(page, demo, "tove")
    page.goto("/account/factors/passkeys/add/")
    page.locator("#passkey input[type=text]").fill("Min dator")
    page.locator("[data-passkey-start]").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/account/security/")
    expect(page.get_by_role("rowheader", name="Min dator")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.locator("[data-passkey-start]").click()
    page.wait_for_url(f"{demo.base_url}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_wrong_code_opens_nothing(demo: RunningDemo, visitor: Visit) -> None:
    page = visitor()
    who = demo.person("grace")
    give_password(page, who["email"], who["password"])
    right = one_time_code(who["totp_secret"], time.time())
    page.locator("input[name=code]").fill(f"{(int(right) + 500_000) % 10**6:06}")
    page.locator("form .btn-primary").first.click()
    expect(page.locator(".error, [role=alert], .errorlist").first).to_be_visible()
    page.goto("/signals/")
    expect(page).to_have_url(re.compile("/account/login/"))


def invitation(visitor: Visit, demo: RunningDemo, email: str) -> tuple[str, str]:
    """The link that the coordinator hands over, and the code that a colleague at Beta was shown on confirming."""
    page, colleague = visitor(), visitor()
    come_in(page, demo, "helen")
    page.goto("/members/people/")
    with arriving(page):
        page.get_by_role("link", name=re.compile("Invite")).first.click()
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=name]").fill("Nils Ny")
    if page.locator("select[name=member]").count():
        page.locator("select[name=member]").select_option("beta")
    page.locator("input[name=roles][value=analyst]").check()
    if page.locator("input[name=language][value=en]").count():
        page.locator("input[name=language][value=en]").check()
    else:
        page.locator("select[name=language]").select_option("en")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/decisions/")
    assert examine(page) == []
    come_in(colleague, demo, "emma")
    colleague.goto("/members/decisions/")
    assert examine(colleague) == []
    colleague.get_by_role("button", name="Confirm: Let Nils Ny in").click()
    code = colleague.locator("#code").inner_text().strip()
    assert examine(colleague) == []
    page.goto("/members/people/?member=beta")
    page.get_by_role("link", name="Nils Ny").click()
    with arriving(page):
        page.get_by_role("link", name="Make a link").click()
    page.locator("main form .btn-primary").click()
    link = page.locator("#link").inner_text().strip()
    assert examine(page) == []
    return link, code


def enrol_with_an_app(page: Page) -> str:
    """Choose a password, then the app; gives the app's secret."""
    assert examine(page) == []
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.locator("form .btn-primary").first.click()
    page.locator("a[href*='/factors/app/add/']").first.wait_for()
    assert examine(page) == []
    page.locator("a[href*='/factors/app/add/']").first.click()
    secret = page.locator("#secret").inner_text().strip()
    assert examine(page) == []
    page.locator("input[name=code]").fill(fresh_code(secret, seconds=10))
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url("**/codes/**")
    assert examine(page) == []
    return secret


def give_password(page: Page, email: str, password: str) -> None:
    """The first step of signing in."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form .btn-primary").first.click()
    page.wait_for_url("**/second-step/**")
    assert examine(page) == []


def sign_in(page: Page, email: str, secret: str, *, after: Page) -> None:
    """Password and code.  A code opens once: after enrolling, the next one must be waited for."""
    give_password(page, email, PASSWORD)
    after.wait_for_timeout((31 - time.time() % 30) * 1000)
    page.locator("input[name=code]").fill(fresh_code(secret, seconds=10))
    page.locator("form .btn-primary").first.click()
    page.wait_for_url(lambda url: "/account/" not in url)
