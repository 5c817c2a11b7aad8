"""The transparency report of Regulation (EU) 2024/2835, for one member and year: its ten parts, as far as the data goes.

The parts' titles were checked by the catalogue's authors; what is measured in each comes from general knowledge and says so.  A
part that the hub has nothing for says where the member has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import Frequency, Metric, Sharing
from skyddsnat.hub.statistics.lines import period_said
from skyddsnat.hub.statistics.reports.own import own_figures, value_of
from skyddsnat.hub.statistics.reports.shape import Line, Part, Report, State, empty, line
from skyddsnat.policy.statistics.periods import Period

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person
    from skyddsnat.protocols.statistics import Figure as Said

type Own = Mapping[tuple[str, str], Said]


@dataclass(frozen=True, slots=True)
class Section:
    """One part.  metrics: of the catalogue that belong to it; rest: what else it asks for, and where that is."""

    heading: Promise
    metrics: tuple[str, ...]
    rest: tuple[tuple[str, Promise, Promise], ...]


NUMBER: Final = pgettext_lazy("transparency report", "Number, by category of illegal content")
MEDIAN: Final = pgettext_lazy("transparency report", "Median time to act")
SECTIONS: Final[Mapping[str, Section]] = {
    "report_identification": Section(gettext_lazy("1. Identification of the report"), (), ()),
    "member_state_orders_to_act": Section(
        gettext_lazy("2. Orders from Member States to act against illegal content"),
        (),
        (
            ("number", NUMBER, gettext_lazy("Orders reach the member itself; none passes through here.")),
            ("median_time_to_act", MEDIAN, gettext_lazy("Orders reach the member itself; none passes through here.")),
        ),
    ),
    "member_state_orders_to_provide_information": Section(
        gettext_lazy("3. Orders from Member States to provide information"),
        ("MET-LEA-01", "MET-LEA-02", "MET-LEA-03"),
        (("number", NUMBER, gettext_lazy("The member's own register of requests has it.")),),
    ),
    "notices_art_16": Section(
        gettext_lazy("4. Notices under Article 16"),
        ("MET-NTC-01", "MET-NTC-02", "MET-NTC-03", "MET-NTC-04"),
        (("number", NUMBER, gettext_lazy("The member's own abuse desk has it.")),),
    ),
    "own_initiative_moderation": Section(
        gettext_lazy("5. Moderation on the member's own initiative"),
        ("MET-BLK-10", "MET-BLK-09"),
        (
            (
                "by_restriction_type",
                pgettext_lazy("transparency report", "By kind of restriction"),
                gettext_lazy(
                    "One kind alone is counted here: DNS answers with a block. Counsel decides whether it belongs in this part."
                ),
            ),
        ),
    ),
    "complaints_ods_suspensions": Section(
        gettext_lazy("6. Complaints, out-of-court disputes and suspensions"),
        ("MET-OVB-01", "MET-OVB-02", "MET-OVB-03"),
        (
            (
                "out_of_court",
                pgettext_lazy("transparency report", "Out-of-court disputes and suspensions"),
                gettext_lazy("No such case passes through here; the member's counsel has them."),
            ),
        ),
    ),
    "automated_means_accuracy": Section(
        gettext_lazy("7. Automated means and their accuracy"),
        ("MET-BLK-07", "MET-LST-04", "MET-LST-05", "MET-SHR-03", "MET-DET-03"),
        (
            (
                "by_language",
                pgettext_lazy("transparency report", "Accuracy by language"),
                gettext_lazy("Names of domains are blocked, not texts; there is no language to tell."),
            ),
        ),
    ),
    "human_resources": Section(gettext_lazy("8. Human resources"), (), ()),
    "average_monthly_recipients": Section(gettext_lazy("9. Average monthly recipients"), (), ()),
    "qualitative_template": Section(gettext_lazy("10. Qualitative part"), (), ()),
}
LARGE_ONLY: Final = gettext_lazy("Asked of very large platforms and search engines only.")
SECRET: Final = gettext_lazy("Compared in confidence: the value stays with the member, which fills it in itself.")
DESCRIBED: Final = gettext_lazy(
    "DNS answers are blocked from a list of domains that police or a hotline have verified. Each list is signed; the operator's "
    "agent holds one that is old, abnormally large or touches a protected name, and two named people must let it through. Each "
    "resolver is asked for a test name after each change. A wrong block is lifted as fast as one is set, and anyone can complain "
    "on the page that is shown instead."
)


def yearly(person: Person, period: Period) -> Report:
    """The ten parts of a calendar year for the person's own member."""
    layout = load_catalogue().exchange.statistics_formats["dsa_transparency"]
    wanted = {metric for section in SECTIONS.values() for metric in section.metrics}
    own = own_figures(person, metrics=wanted, periods=_parts_of(period))
    first: dict[str, Callable[[], tuple[Line, ...]]] = {
        "report_identification": lambda: _identification(person, period),
        "qualitative_template": lambda: (line("description", _("What is done, and with which safeguards"), DESCRIBED),),
    }
    parts = []
    for name in layout.sections:
        section = SECTIONS[name]
        if name in layout.very_large_only:
            lines: tuple[Line, ...] = (empty(name, section.heading, State.NOT_APPLICABLE, LARGE_ONLY),)
        else:
            lines = first[name]() if name in first else _lines(section, own, period)
        parts.append(Part(name, str(section.heading), lines))
    return Report(layout, period_said(period), str(period), tuple(parts), by_row=False)


def _identification(person: Person, period: Period) -> tuple[Line, ...]:
    return (
        line("provider", _("Provider"), person.member.name),
        line("period_from", _("Reporting period from"), period.first_day),
        line("period_to", _("Reporting period to"), period.last_day),
        empty(
            "legal_name",
            _("Registered name and point of contact"),
            State.NOT_COLLECTED,
            _("The member's counsel has them."),
        ),
    )


def _lines(section: Section, own: Own, period: Period) -> tuple[Line, ...]:
    metrics = load_catalogue().metrics
    found = [each for metric in section.metrics for each in _metric_lines(metrics[metric], own, period)]
    return (*found, *(empty(name, label, State.NOT_COLLECTED, why) for name, label, why in section.rest))


def _metric_lines(metric: Metric, own: Own, period: Period) -> list[Line]:
    """What the member handed in of the metric in the year; where it may not, why."""
    name = metric.name.get(get_language() or "en")
    if metric.sharing is Sharing.SECRET:
        return [empty(metric.id, name, State.NOT_COLLECTED, SECRET)]
    there = [(each, own[metric.id, each]) for each in _parts_of(period) if (metric.id, each) in own]
    if not there:
        return [empty(metric.id, name, State.MISSING)]
    unit = load_catalogue().metric_words.units[metric.unit].get(get_language() or "en")
    return [line(metric.id, f"{name}, {each}", value_of(said), note=unit) for each, said in there]


def _parts_of(year: Period) -> list[str]:
    """The year itself, its quarters and its months."""
    return [
        str(each)
        for kind in (Frequency.YEAR, Frequency.QUARTER, Frequency.MONTH)
        for each in Period.holding(year.first_day, kind).until(Period.holding(year.last_day, kind))
    ]
