"""Codes as words, where a template has only the code."""

from __future__ import annotations

from django import template

from skyddsnat.hub.signals.words import ACTS, stop
from skyddsnat.policy.bulk import BulkAct

register = template.Library()


@register.simple_tag
def act_name(act: str) -> str:
    """An act on many."""
    return str(ACTS[BulkAct(act)])


@register.simple_tag
def stop_text(code: str) -> str:
    """Why an act was not done."""
    return str(stop(code))
