"""The hotline's quarter.  The hotline counts in a system of its own; here its figures are set in the format, and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.statistics.lines import period_said
from skyddsnat.hub.statistics.reports.forms import HotlineForm
from skyddsnat.hub.statistics.reports.shape import Part, Report, State, empty, line
from skyddsnat.policy.statistics.periods import Period

LABELS: Final = {name: field.label or "" for name, field in HotlineForm.base_fields.items()}
WHY: Final = _("The hotline counts it in its own system; nothing about tips is handed in here.")


def quarterly(period: Period, figures: Mapping[str, int | None]) -> Report:
    """The format with what the person filled in, if anything; the hub keeps none of it."""
    lines = tuple(
        empty(name, label, State.NOT_COLLECTED, WHY)
        if (count := figures.get(name)) is None
        else line(name, label, count, note=_("filled in for this report, not kept"))
        for name, label in LABELS.items()
    )
    layout = load_catalogue().exchange.statistics_formats["hotline_quarterly"]
    return Report(
        layout, period_said(period), str(period), (Part("hotline", str(_("The hotline")), lines),), by_row=True
    )
