"""Sealed texts on pages: `{{ report|opened:"note" }}`."""

from __future__ import annotations

from typing import Any

from django import template

from skyddsnat.hub.vault.shown import opens, shown

register = template.Library()


@register.filter
def opened(row: Any, name: str) -> str:
    """The row's text, or in plain words that it cannot be opened."""
    return shown(lambda: str(getattr(row, name)))


@register.filter
def can_open(row: Any, name: str) -> bool:
    """Whether there is a text to show."""
    return opens(row, name)
