"""Words of the joint statistics for templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from skyddsnat.catalogue.metrics import Metric
from skyddsnat.hub.statistics import lines
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.plausible import Oddity
from skyddsnat.policy.statistics.words import Correction

register = template.Library()


@register.filter
def period_said(period: Period | str) -> str:
    """`October 2026`."""
    return lines.period_said(Period.read(period) if isinstance(period, str) else period)


@register.filter
def value_said(value: int, metric: Metric) -> str:
    """A value in the metric's smallest steps, as people write it."""
    return lines.value_of(metric, value)


@register.filter
def oddity_said(code: str) -> Promise:
    """What looks odd."""
    return lines.ODDITIES[Oddity(code)]


@register.filter
def correction_said(reason: Correction) -> Promise:
    """Why a figure was corrected."""
    return lines.CORRECTIONS[reason]
