"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """`demo`: whether this is the demo, so that each page can say so."""
    return {"demo": settings.DEMO}
