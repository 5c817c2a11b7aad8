"""The demo's people, for the sign-in page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils import translation

from skyddsnat.hub.pages import demo

register = template.Library()


@register.inclusion_tag("pages/parts/cast.html", takes_context=True)
def demo_cast(context: dict[str, Any]) -> dict[str, Any]:
    """Everyone with one-click sign-in.  Empty anywhere but in the demo, whoever asks."""
    if not settings.DEMO:
        return {"troupes": []}
    chosen = translation.get_language() or "sv"
    return {"troupes": demo.troupes(chosen), "csrf_token": context.get("csrf_token")}
