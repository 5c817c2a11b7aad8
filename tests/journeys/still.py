"""A Chromium that lays pages out and draws nothing (docs/adr/0057-nothing-is-drawn.md)."""

from __future__ import annotations

from playwright.sync_api import Page

from skyddsnat.demo.story.browser import Browser

STILL = (
    "--enable-begin-frame-control",  # a frame is drawn when somebody asks for one, and nobody does
    "--run-all-compositor-stages-before-draw",
    "--js-flags=--no-maglev,--no-turbofan",  # a page lives for half a second: its scripts are over before they are optimised
)
"""Flags for chromium-headless-shell, where nobody looks at a picture or presses a key.  To click takes a frame: see `let_in`."""


def let_in(page: Page, reader: Browser) -> None:
    """Give the page the session of someone who has signed in without a browser, in place of whose it had."""
    page.goto("about:blank")  # what is still open asks the hub for nothing in another's name
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": reader.base_url} for name, value in reader.cookies.items()]
    )
