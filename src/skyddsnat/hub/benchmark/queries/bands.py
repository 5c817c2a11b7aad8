"""Bands in words, as people read them: `95–100 per cent`, `below 5`, `level 2`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skyddsnat.hub.benchmark.charts import Span
from skyddsnat.protocols.benchmark import coding
from skyddsnat.protocols.benchmark.spec import Item


def number(value: Decimal) -> str:
    """In the reader's language, grouped, with at most four digits that say something."""
    plain = format(round(value, 3 - value.adjusted()), "f")
    whole, _point, rest = plain.partition(".")
    rest = rest.rstrip("0")
    return str(formats.number_format(Decimal(whole + (f".{rest}" if rest else "")), use_l10n=True, force_grouping=True))


def labels_of(item: Item, *, question: bool) -> tuple[str, ...]:
    """The words of each code, from 0."""
    if question:
        return tuple(_("level %(n)d") % {"n": code} for code in range(item.max + 1))
    return tuple(_label(item, code) for code in range(item.max + 1))


def span_of(code: Fraction, other: Fraction | None = None) -> Span:
    """The bands that an order statistic lies in; from one to another if two are given.  A fraction lies between two bands."""
    return Span(floor(code), ceil(code if other is None else other))


def said(labels: tuple[str, ...], span: Span) -> str:
    """One band, or two neighbours between which a value lies."""
    if span.low == span.high:
        return labels[span.low]
    return _("between %(low)s and %(high)s") % {"low": labels[span.low], "high": labels[span.high]}


def _label(item: Item, code: int) -> str:
    band = coding.band(item, code)
    if band.low is None and band.high is None:
        return _("any value")
    if band.low is None:
        high = number(band.high)  # type: ignore[arg-type]
        return (pgettext("band", "at most %(high)s") if item.upper_side else pgettext("band", "below %(high)s")) % {
            "high": high
        }
    if band.high is None:
        low = number(band.low)
        return (pgettext("band", "above %(low)s") if item.upper_side else pgettext("band", "%(low)s or more")) % {
            "low": low
        }
    return f"{number(band.low)}–{number(band.high)}"
