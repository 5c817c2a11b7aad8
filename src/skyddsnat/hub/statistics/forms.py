"""Forms of the joint statistics.  What may be done is policy's; these only parse."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag, Frequency, Metric, Sharing
from skyddsnat.hub.statistics import lines
from skyddsnat.hub.statistics.models import Event
from skyddsnat.hub.statistics.models.figure import LONGEST_COMMENT
from skyddsnat.hub.statistics.models.release import LONGEST_NOTE
from skyddsnat.hub.statistics.models.series import LONGEST_PERIOD
from skyddsnat.hub.statistics.refusals import WORDS
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.statistics.collecting import needs_list
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import SUBSCRIPTIONS, Correction, EventKind, Gap, Observed, Share
from skyddsnat.protocols.statistics import Corrects, Figure, ListContext
from skyddsnat.protocols.statistics.figure import METHOD, VERSION

CHOOSE = ("", pgettext_lazy("a list of choices", "choose"))


class OpenForm(forms.Form):
    """A new series."""

    metric = forms.ChoiceField(label=_("Metric"))
    first = forms.CharField(
        label=_("First period"),
        max_length=LONGEST_PERIOD,
        help_text=_("A month as 2026-10, a quarter as 2026-Q4, a year as 2026."),
    )
    is_public = forms.BooleanField(
        label=_("Its joint figures may be published"),
        required=False,
        help_text=_("Members are told when they agree. It cannot be changed afterwards."),
    )

    def __init__(self, *args: Any, taken: Iterable[str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["metric"].choices = [CHOOSE, *_collectable(set(taken))]  # type: ignore[attr-defined]

    def clean_first(self) -> Period:
        return _period(self.cleaned_data["first"])


class PeriodForm(forms.Form):
    """One period, from a button or a field."""

    period = forms.CharField(label=_("From the period"), max_length=LONGEST_PERIOD)

    def clean_period(self) -> Period:
        return _period(self.cleaned_data["period"])


class EventForm(forms.Form):
    """A mark on the axis."""

    kind = forms.ChoiceField(
        label=_("What happened"), choices=[(kind.value, text) for kind, text in Event.WORDS.items()]
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note_sv = forms.CharField(label=_("Note in Swedish"), max_length=LONGEST_NOTE, required=False)
    note_en = forms.CharField(label=_("Note in English"), max_length=LONGEST_NOTE, required=False)
    everywhere = forms.BooleanField(label=_("On the axis of every series"), required=False)

    def clean_kind(self) -> EventKind:
        return EventKind(self.cleaned_data["kind"])


class ExplainForm(forms.Form):
    """An answer for what looked odd."""

    text = forms.CharField(
        label=_("What explains it"),
        help_text=_("Read by your own people. Nobody outside your organisation sees it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_COMMENT,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="explain_%s")  # it stands on a page with the one below


class CommentForm(forms.Form):
    """A note about a figure."""

    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_COMMENT)
    for_coordinator = forms.BooleanField(
        label=_("The coordinators read it too"),
        required=False,
        help_text=_("They see the comment and which period it is about, never the figure. Write no figures."),
    )


def _whole(pattern: str) -> str:
    """For a RegexField, which is content with a part: what follows a good beginning would be kept, and read by nobody."""
    return rf"\A(?:{pattern})\Z"


class HandInForm(forms.Form):
    """A period's figure by hand.

    key, corrects: hidden; the first makes a double click one figure, the second says what is corrected.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    period = forms.ChoiceField(label=_("Period"))
    corrects = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=99)
    value = forms.DecimalField(label=_("Figure"), min_value=0)
    reason = forms.ChoiceField(label=_("Why it is corrected"), required=False)
    method = forms.RegexField(
        _whole(METHOD),
        label=_("Way of counting (version)"),
        help_text=_("1 unless the coalition has agreed on a later one."),
        initial="1",
    )
    gaps = forms.MultipleChoiceField(
        label=_("Known gaps"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(gap.value, text) for gap, text in lines.GAPS.items()],
    )
    published = forms.BooleanField(
        label=_("We have published this figure ourselves"),
        required=False,
        help_text=_("Then everyone knows it, and it is no cover for the others in the total."),
    )
    version = forms.RegexField(
        _whole(VERSION),
        label=_("The list's last version"),
        help_text=_("As skyddsnat agent versions lists it, for instance 6e171fcd2cc5."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    versions = forms.IntegerField(
        label=_("List versions in the period"),
        min_value=1,
        max_value=100_000,
        help_text=_(
            "How many times the list changed, plus one. skyddsnat agent count says it, with the mean of entries."
        ),
    )
    entries_mean = forms.IntegerField(label=_("Entries on the list, on average"), min_value=0, max_value=10**9)
    resolvers = forms.ChoiceField(label=_("Resolvers counted"))
    subscriptions_from = forms.TypedChoiceField(label=_("Subscriptions"), coerce=int)
    block_ttl = forms.IntegerField(
        label=_("A block answer may be kept for (seconds)"), min_value=0, max_value=604_800, initial=60
    )
    observed = forms.ChoiceField(
        label=_("Look-ups were stopped"),
        choices=[CHOOSE, *((word.value, text) for word, text in lines.OBSERVED.items())],
    )

    LIST = ("version", "versions", "entries_mean", "resolvers", "subscriptions_from", "block_ttl", "observed")

    def __init__(self, *args: Any, metric: Metric, periods: Iterable[Period], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.metric = metric
        self._choices("period", [(str(each), capfirst(lines.period_said(each))) for each in periods])
        value = self.fields["value"]
        value.decimal_places = metric.value.decimals  # type: ignore[attr-defined]
        value.help_text = metric.definition.get(get_language() or "en")
        if not needs_list(metric):
            for name in self.LIST:
                del self.fields[name]
        else:
            self._choices("resolvers", [CHOOSE, *((share.value, text) for share, text in lines.SHARES.items())])
            self._choices("subscriptions_from", [CHOOSE, *((edge, lines.band_said(edge)) for edge in SUBSCRIPTIONS)])
        if self["corrects"].value() in (0, "0", None):
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self._choices("reason", [CHOOSE, *((why.value, text) for why, text in lines.CORRECTIONS.items())])

    @property
    def of_the_list(self) -> list[forms.BoundField]:
        """Fields about the list and what is counted; none for a metric that depends on no list."""
        return [self[name] for name in self.LIST if name in self.fields]

    def clean_value(self) -> int:
        """In the metric's smallest steps.  What has finer ones is refused, never cut off: 12.7 blocks are no figure."""
        value: Decimal = self.cleaned_data["value"]
        if value > self.metric.value.high:  # before it is counted out: 1E+999999 is a number too
            raise forms.ValidationError(str(WORDS["out_of_range"]))
        whole = value.scaleb(self.metric.value.decimals)
        if whole != whole.to_integral_value():
            raise forms.ValidationError(str(WORDS["wrong_unit"]))
        return int(whole)

    def figure(self) -> Figure:
        """What is handed in.  Call when the form is valid."""
        said = self.cleaned_data
        listed = None
        if needs_list(self.metric):
            listed = ListContext(
                version=said["version"],
                versions=said["versions"],
                entries_mean=said["entries_mean"],
                resolvers=Share(said["resolvers"]),
                subscriptions_from=said["subscriptions_from"],
                block_ttl=said["block_ttl"],
                observed=Observed(said["observed"]),
            )
        return Figure(
            key=said["key"],
            metric=self.metric.id,
            period=Period.read(said["period"]),
            value=said["value"],
            decimals=self.metric.value.decimals,
            unit=self.metric.unit,
            published=said["published"],
            method=said["method"],
            gaps=frozenset(Gap(gap) for gap in said["gaps"]),
            listed=listed,
            corrects=Corrects(said["corrects"], Correction(said["reason"])) if said["corrects"] else None,
        )

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def initial_of(period: Period, newest: Figure | None, last: Figure | None, *, revision: int) -> dict[str, Any]:
    """What the form begins with: the figure that is corrected, or the last period's context without its value."""
    shown = newest or last
    found: dict[str, Any] = {"key": uuid4(), "period": str(period), "corrects": revision}
    if shown is None:
        return found
    found |= {"method": shown.method}
    if newest is not None:
        found |= {
            "value": Decimal(newest.value).scaleb(-newest.decimals),
            "gaps": [gap.value for gap in newest.gaps],
            "published": newest.published,
        }
    if shown.listed is not None:
        listed = shown.listed
        found |= {
            "version": listed.version if newest is not None else "",
            "versions": listed.versions if newest is not None else None,
            "entries_mean": listed.entries_mean,
            "resolvers": listed.resolvers.value,
            "subscriptions_from": listed.subscriptions_from,
            "block_ttl": listed.block_ttl,
            "observed": listed.observed.value if listed.observed is not None and newest is not None else "",
        }
    return found


def _collectable(taken: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Metrics that may be collected and are not, under the catalogue's headings."""
    book, language = load_catalogue(), get_language() or "en"
    kinds = {Frequency.MONTH: _("monthly"), Frequency.QUARTER: _("quarterly"), Frequency.YEAR: _("yearly")}
    found = []
    for group, name in book.metric_groups.items():
        rows = [
            (metric.id, f"{metric.name.get(language)} ({kinds[metric.frequency]})")
            for metric in book.metrics.values()
            if metric.group == group
            and metric.id not in taken
            and metric.sharing is not Sharing.SECRET
            and metric.competition is not CompetitionFlag.RED
        ]
        if rows:
            found.append((name.get(language), rows))
    return found


def _period(text: str) -> Period:
    try:
        return Period.read(text.strip().upper())
    except PolicyRefusal:
        raise forms.ValidationError(_("Write a month as 2026-10, a quarter as 2026-Q4, a year as 2026.")) from None
