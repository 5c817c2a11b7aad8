"""A length of time as people say it."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()
A_MINUTE = timedelta(minutes=1)


@register.filter
def span(length: timedelta) -> str:
    """`2 days, 3 hours`; less than a minute is said so."""
    if length < A_MINUTE:
        return _("less than a minute")
    now = timezone.now()
    return timesince(now - length, now, depth=2)
