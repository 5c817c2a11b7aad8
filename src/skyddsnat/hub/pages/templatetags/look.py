"""What templates need to look right: icons, scripts with integrity, moments in time, and the class names of words."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import Storage, storages
from django.utils import timezone
from django.utils.html import avoid_wrapping, escape, format_html
from django.utils.safestring import SafeString
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skyddsnat.hub.pages import kept
from skyddsnat.hub.pages.templatetags.statics import static
from skyddsnat.hub.signals.limits import EXPIRES_SOON

register = template.Library()
register.tag("translate", kept.translate)
register.tag("url", kept.url)

HYPHENATED = re.compile(r"\b(?:\d{4}-\d\d(?:-\d\d)?|[A-Z]{2,4}-[A-Z]{2,4}-\d\d)\b")
A_MOMENT = timedelta(minutes=1)
EXPIRES_AT_ONCE = timedelta(days=3)
DAYS_COUNT_FROM, DAYS_COUNT_UNTIL = timedelta(days=2), timedelta(days=60)
ENDED_OTHERWISE = frozenset({"rejected", "withdrawn"})
STATE_ICONS = {
    "draft": "pen",
    "submitted": "send",
    "in_review": "clock",
    "corroborated": "double",
    "verified": "ok",
    "disputed": "warn",
    "rejected": "cross",
    "withdrawn": "back",
    "expired": "clock",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon from the sprite; the words beside it carry the meaning."""
    return _icon(storages["staticfiles"], name)


# A list has one in each row, or two.  The storage is a key as in `statics`.
@lru_cache(maxsize=256)
def _icon(_storage: Storage, name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("pages/icons.svg"), name
    )


def _integrity(path: str) -> str:
    """Subresource integrity of a static file as it is served (a manifest storage may have rewritten it)."""
    stored = getattr(staticfiles_storage, "stored_name", None)
    if stored is not None:
        with staticfiles_storage.open(stored(path)) as file:
            content = file.read()
    else:
        found = finders.find(path)
        if not found:
            raise FileNotFoundError(f"static file {path} was not found; expected it in an app's static folder")
        with open(found, "rb") as file:
            content = file.read()
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@register.simple_tag
def script(path: str) -> SafeString:
    """A script module of our own, with its integrity hash."""
    return _script(storages["staticfiles"], path)


@lru_cache(maxsize=64)
def _script(_storage: Storage, path: str) -> SafeString:
    return format_html('<script type="module" src="{}" integrity="{}"></script>', static(path), _integrity(path))


@register.simple_tag
def when(moment: datetime | None, otherwise: str = "–") -> SafeString | str:
    """`3 hours ago`, with the exact moment in the title and for machines."""
    if moment is None:
        return otherwise
    exact = _exact(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        exact,
        _distance(moment, timezone.now()),
    )


def _exact(moment: datetime) -> str:
    """`2026-11-24 15:04` in local time: SHORT_DATETIME_FORMAT of both languages, ten times as fast."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _distance(moment: datetime, now: datetime) -> str:
    """How far away in the largest unit alone, since nobody plans by the hours of something a month ago; what comes, in days."""
    if abs(now - moment) < A_MOMENT:
        return _("just now")
    if moment > now:
        return _("in %(time)s") % {"time": _left(moment - now, moment, now)}
    return _("%(time)s ago") % {"time": span(moment, now)}


UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60))
"""Seconds in each."""


def span(start: datetime, end: datetime) -> str:
    """The time between two moments of one zone in its largest unit alone, as Django's `timesince(depth=1)` says it.

    It stands twice in each row of a list, so each text is made once.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    months -= (start.day, start.time()) > (end.day, end.time())
    if months > 0:
        return _units(get_language(), *(("year", months // 12) if months >= 12 else ("month", months)))
    seconds = (end - start).total_seconds()
    name, size = next((unit for unit in UNITS if seconds >= unit[1]), UNITS[-1])
    return _units(get_language(), name, max(0, int(seconds // size)))


@lru_cache(maxsize=512)
def _units(_language: str | None, name: str, count: int) -> str:
    return avoid_wrapping(TIME_STRINGS[name] % {"num": count})


@register.simple_tag
def expires(moment: datetime | None, state: str = "", otherwise: str = "–") -> SafeString | str:
    """`in 9 days` under a heading that says what ends: the nearer, the louder, by icon as well as colour; moment as in `when`."""
    if moment is None or state in ENDED_OTHERWISE:
        return otherwise
    now = timezone.now()
    if moment <= now:
        kind, text = "", _("%(time)s ago") % {"time": span(moment, now)}
    else:
        left = moment - now
        kind = "badge-danger" if left <= EXPIRES_AT_ONCE else "badge-warn" if left <= EXPIRES_SOON else ""
        text = _("in %(time)s") % {"time": _left(left, moment, now)}
    exact = _exact(moment)
    stamp = format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), exact, text)
    return format_html('<span class="badge {}">{}{}</span>', kind, icon("clock"), stamp) if kind else stamp


def _left(left: timedelta, moment: datetime, now: datetime) -> str:
    """Days while people plan by days; hours before that, months beyond."""
    if DAYS_COUNT_FROM <= left < DAYS_COUNT_UNTIL:
        return ngettext("%(n)d day", "%(n)d days", left.days) % {"n": left.days}
    return span(now, moment)


@register.simple_tag
def moment(value: datetime | None, otherwise: str = "–") -> SafeString | str:
    """The exact moment, `2026-11-24 15:04`, in local time.  In a narrow column it breaks after the day, never within it."""
    if value is None:
        return otherwise
    day, clock = _exact(value).split()
    return format_html(
        '<time datetime="{}" class="nowrap"><span class="nowrap">{}</span> {}</time>',
        value.isoformat(timespec="seconds"),
        day,
        clock,
    )


@register.filter
def unbroken(text: str) -> SafeString:
    """A date inside a sentence, which no end of a line tears apart."""
    return format_html('<span class="nowrap">{}</span>', text)


@register.filter
def untorn(text: str) -> SafeString:
    """A text whose dates and ids, such as `2026-08` and `MET-BLK-04`, no end of a line tears apart."""
    return SafeString(HYPHENATED.sub(r'<span class="nowrap">\g<0></span>', escape(text)))


@register.filter
def state_icon(state: str) -> str:
    """The icon that stands beside a state's word."""
    return STATE_ICONS.get(state, "dot")


@register.filter
def slug_of_marking(marking: str) -> str:
    """`AMBER+STRICT` → `amber-strict`, as in the class `marking-amber-strict`."""
    return marking.lower().replace("+", "-")


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Code and own name of each language of the hub: names stand in their own language, so that each can find theirs."""
    own_names = {"sv": "Svenska", "en": "English"}
    return [(code, own_names[code]) for code, _name in settings.LANGUAGES]
