"""The words of a signal that stand in each row of a list.  They are few, so that each is made once and kept."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.core.files.storage import Storage, storages
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from skyddsnat.hub.pages.templatetags.look import icon, state_icon
from skyddsnat.hub.signals.models import Signal

register = template.Library()


@register.simple_tag
def state(signal: Signal, word: str = "", label: str | Promise = "") -> SafeString:
    """Where a signal stands.  word, label: in place of its own state, where a row tells of an earlier one."""
    word = word or signal.state
    return _state(get_language(), storages["staticfiles"], word, str(label), signal.lifted)


@lru_cache(maxsize=256)
def _state(_language: str | None, _storage: Storage, word: str, label: str, lifted: bool) -> SafeString:
    text = capfirst(label or str(Signal.StateChoice(word).label))
    badge = format_html('<span class="badge badge-{}">{}{}</span>', word, icon(state_icon(word)), text)
    if not lifted:
        return badge
    return format_html('{} <span class="badge badge-warn">{}{}</span>', badge, icon("pause"), _("suspended"))


@register.simple_tag
def ceiling(signal: Signal) -> SafeString:
    """The most that an agent may do with a signal."""
    return _ceiling(get_language(), signal.ceiling)


@lru_cache(maxsize=64)
def _ceiling(_language: str | None, word: str) -> SafeString:
    return format_html(
        '<span class="ceiling ceiling-{}"><span class="ceiling-steps" aria-hidden="true"><span></span><span></span><span></span>'
        '</span><span class="visually-hidden">{} </span>{}</span>',
        word,
        _("Ceiling:"),
        capfirst(str(Signal.CeilingChoice(word).label)),
    )
