"""What people are shown of sealed texts: where a cell does not open, that it does not, so that the rest of a page can be used.

Only for what is shown.  Whatever decides or sends must read the attribute itself, and stop where it does not open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import pgettext_lazy

from skyddsnat.hub.vault.errors import CannotOpen

CLOSED = pgettext_lazy("in place of a sealed text", "cannot be opened")


def shown(read: Callable[[], str]) -> str:
    """What is read, or that it cannot be opened.  The vault has put the incident into the log by then."""
    try:
        return read()
    except CannotOpen:
        return str(CLOSED)


def opens(row: Any, name: str) -> bool:
    """Whether a row's sealed text can be read."""
    try:
        getattr(row, name)
    except CannotOpen:
        return False
    return True
