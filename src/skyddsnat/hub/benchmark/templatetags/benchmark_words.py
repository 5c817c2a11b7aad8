"""How a round's state looks, and how its result is said: words first, colour and icon beside them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from skyddsnat.catalogue.metrics import Direction
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.hub.benchmark.queries.result import Figure

register = template.Library()

S = Round.State
TONES = {
    S.DRAFT: ("draft", "pen"),
    S.APPROVED: ("info", "double"),
    S.OPEN: ("accent", "send"),
    S.CLOSED: ("neutral", "clock"),
    S.COMPUTING: ("info", "agent"),
    S.VERIFYING: ("info", "search"),
    S.RELEASED: ("ok", "ok"),
    S.ARCHIVED: ("neutral", "ok"),
    S.ABORTED: ("danger", "cross"),
}


@register.filter
def round_tone(state: str) -> str:
    """The badge's class."""
    return TONES[Round.State(state)][0]


@register.filter
def round_icon(state: str) -> str:
    """The icon that stands beside the word."""
    return TONES[Round.State(state)][1]


@register.filter
def direction_words(direction: Direction) -> str:
    """Which way is better, or that there is none."""
    words = {
        Direction.HIGHER: _("higher is better"),
        Direction.LOWER: _("lower is better"),
        Direction.NEUTRAL: _("neutral, never ranked"),
    }
    return words[direction]


@register.filter
def change_words(figure: Figure) -> str:
    """How the median moved since last time.  Of a neutral metric only that it is higher or lower."""
    change = figure.change
    if change is None:
        return ""
    if change.step is None:
        return _("last time %(band)s, on another grid") % {"band": change.before}
    if change.step == 0:
        return _("the same as last time")
    better = {Direction.HIGHER: 1, Direction.LOWER: -1, Direction.NEUTRAL: 0}[figure.direction] * change.step
    said = _("higher than last time (%(band)s)") if change.step > 0 else _("lower than last time (%(band)s)")
    verdict = {1: _("better"), -1: _("worse"), 0: ""}[better]
    return said % {"band": change.before} + (f", {verdict}" if verdict else "")
