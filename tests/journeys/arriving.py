"""Waiting for a page that something leads to: from then on it hears every key (docs/adr/0061-keys-wait-for-the-page.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done inside leads to another page.  Afterwards that one is there, and its scripts listen.

    The wait begins before the act, so the page that is left, which has long been ready, is not taken for the one that comes.
    All scripts are modules: they have run when a page says `load`.
    """
    with page.expect_navigation():
        yield
