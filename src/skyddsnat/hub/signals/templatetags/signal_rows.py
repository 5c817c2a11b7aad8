"""What each row of the list and of the queue begins with: fifty of them stand on a page, so they are made without a template."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.vocabulary import Scope

register = template.Library()


@register.simple_tag
def row_head(signal: Signal) -> SafeString:
    """The box to choose the row by, and its masked value as the way to it.

    The row carries `href`, `fresh` (unread) and `waits` (an act of one's own waits on it).
    """
    name = {"reference": signal.reference}
    return format_html(
        '<td class="choose"><label class="choose-box"><input type="checkbox" form="bulk" name="row" value="{}"{}>'
        '<span class="visually-hidden">{}</span></label></td><th scope="row"><a class="row-main" href="{}">{}'
        '<span class="masked">{}</span><span class="visually-hidden">, {}</span></a><span class="sub">{}</span></th>',
        signal.pk,
        mark_safe(" disabled") if signal.waits else "",
        _("Choose signal %(reference)s") % name,
        signal.href,  # type: ignore[attr-defined]
        _unread(get_language()) if signal.fresh else "",  # type: ignore[attr-defined]
        signal.masked,
        _("signal %(reference)s") % name,
        _kind(get_language(), signal.type, signal.scope, bool(signal.waits)),
    )


@register.simple_tag
def row_reports(signal: Signal) -> str:
    """How many organisations stand behind it."""
    return _reports(get_language(), signal.reports)


@register.simple_tag
def row_approvals(signal: Signal) -> str:
    """How many of the approvals that it needs it has."""
    return _approvals(get_language(), signal.approvals, signal.is_domain)


@lru_cache(maxsize=64)
def _reports(_language: str | None, count: int) -> str:
    return ngettext("%(n)s organisation", "%(n)s organisations", count) % {"n": count}


@lru_cache(maxsize=64)
def _approvals(_language: str | None, count: int, is_domain: bool) -> str:
    return (_("%(n)s of 2") if is_domain else _("%(n)s of 1")) % {"n": count}


@lru_cache(maxsize=8)
def _unread(_language: str | None) -> SafeString:
    return format_html(
        '<span class="unread" aria-hidden="true"></span><span class="visually-hidden">{} </span>', _("Unread:")
    )


@lru_cache(maxsize=64)
def _kind(_language: str | None, kind: str, scope: str, waits: bool) -> str:
    text = capfirst(str(Signal.Type(kind).label))
    if kind == Signal.Type.DOMAIN and scope == Scope.SUBDOMAINS.value:
        text = f"{text}, {Signal.ScopeChoice(scope).label}"
    return f"{text} · {_('an act of yours waits')}" if waits else text
