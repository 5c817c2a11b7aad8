"""The catalogue's texts in the language of the person."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from skyddsnat.catalogue.text import Text

register = template.Library()


@register.filter
def said(text: Text | None) -> str:
    """A catalogue text in the active language; nothing for an optional text that is not there."""
    return text.get(get_language() or "en") if text is not None else ""
