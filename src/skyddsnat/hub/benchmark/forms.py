"""Forms of planning, groups and keys.  What may be done is policy's; these only parse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroup, Round
from skyddsnat.hub.benchmark.services import Draft
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.queries import members
from skyddsnat.policy.benchmark.planning import COMPETING

COMPETES = [kind.value for kind in COMPETING]
WINDOWS = (
    (0, pgettext_lazy("objection time", "none")),
    (3_600, _("one hour")),
    (86_400, _("one day")),
    (259_200, _("three days")),
    (604_800, _("one week")),
)
DAY = {"type": "date"}


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


class RoundForm(forms.Form):
    """A draft.  Metrics are drawn by the page itself, grouped and with what is known of each."""

    title_sv = forms.CharField(label=_("Title in Swedish"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    group = forms.ModelChoiceField(
        label=_("Peer group"), queryset=PeerGroup.objects.filter(closed_at=None), empty_label=_("choose")
    )
    first_day = _day(_("First day of the figures"))
    last_day = _day(_("Last day of the figures"))
    deadline = forms.DateTimeField(
        label=_("Deadline for handing in"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("The round closes by itself then. Nothing is taken afterwards."),
    )
    objection_seconds = forms.TypedChoiceField(
        label=_("Time to object after closing"),
        choices=WINDOWS,
        coerce=int,
        initial=86_400,
        help_text=_("Members check that their latest submission is in the list. The parties compute after that."),
    )
    party_0 = forms.ModelChoiceField(
        label=_("Computing party 1"), queryset=Member.objects.none(), empty_label=_("choose")
    )
    party_1 = forms.ModelChoiceField(
        label=_("Computing party 2"), queryset=Member.objects.none(), empty_label=_("choose")
    )
    party_2 = forms.ModelChoiceField(
        label=_("Computing party 3"), queryset=Member.objects.none(), empty_label=_("choose")
    )
    metrics = forms.MultipleChoiceField(label=_("Metrics"), required=False, widget=forms.CheckboxSelectMultiple)
    maturity = forms.BooleanField(
        label=_("The maturity model"),
        required=False,
        help_text=_("All thirty questions, and the maturity score beside them."),
    )
    totals = forms.BooleanField(
        label=_("Also totals of additive metrics"),
        required=False,
        help_text=_(
            "Asked for only where the group is large enough for a total ever to be released, eight owners or more, and where no "
            "joint figure of these days has been shown: two totals could be subtracted."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("party_0", "party_1", "party_2"):
            _choices(self, name, members().exclude(kind__in=COMPETES))
        chosen = self.fields["metrics"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101  for the type checker
        chosen.choices = [
            (key, key) for key, one in load_catalogue().metrics.items() if one.competition is not CompetitionFlag.RED
        ]

    def draft(self) -> Draft:
        """As the service takes it."""
        facts = self.cleaned_data
        return Draft(
            title_sv=facts["title_sv"],
            title_en=facts["title_en"],
            group=facts["group"],
            first_day=facts["first_day"],
            last_day=facts["last_day"],
            deadline=facts["deadline"],
            objection_seconds=facts["objection_seconds"],
            parties=[facts["party_0"], facts["party_1"], facts["party_2"]],
            metrics=facts["metrics"],
            maturity=facts["maturity"],
            totals=facts["totals"],
        )


class NewRoundForm(RoundForm):
    """A new draft; its id never changes."""

    field_order = ["id"]
    id = forms.SlugField(
        label=_("Id"), max_length=40, help_text=_("Short, for example 2026-q3. It stands in everything that is signed.")
    )


class GroupForm(forms.Form):
    """A peer group's facts."""

    name = forms.CharField(label=_("Name"), max_length=80)
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=Member.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, group: PeerGroup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from skyddsnat.hub.benchmark.queries.groups import free_members

        _choices(self, "members", free_members(group))


class NewGroupForm(GroupForm):
    """A new group; its id never changes."""

    field_order = ["id"]
    id = forms.SlugField(label=_("Id"), max_length=40, help_text=_("Short, for example swedish-operators."))


class ChoiceForm(forms.Form):
    """What a member wants to learn."""

    rank = forms.BooleanField(
        label=_("Tell us our own rank as well"),
        required=False,
        help_text=_(
            "Only we learn it, and never for a neutral metric. Without it, and for a year after the members were others, "
            "we learn in which third we are."
        ),
    )
    four = forms.BooleanField(
        label=_("With four owners, tell each whether it is above or below the middle"),
        required=False,
        help_text=_("Only if every member of the group chooses it. Otherwise four owners learn nothing."),
    )


class KeyForm(forms.Form):
    """The public halves, as the browser or the party's program shows them."""

    use = forms.ChoiceField(
        label=pgettext_lazy("benchmark key", "What the key is for"), choices=BenchmarkKey.Use.choices
    )
    signing_key = forms.CharField(
        label=_("Public signing key"), max_length=64, widget=forms.TextInput(attrs={"spellcheck": "false"})
    )
    opening_key = forms.CharField(
        label=_("Public opening key"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=_("To hand in only; a computing party has none."),
    )


class SignOffForm(forms.Form):
    """Counsel's reason."""

    metric = forms.CharField(max_length=20, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why it may be compared in this round"), max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )


def initial_of(round_: Round) -> dict[str, Any]:
    """What the form shows of a draft."""
    parties = {f"party_{one.index}": one.member_id for one in round_.parties.all()}
    dates = ("first_day", "last_day", "deadline", "objection_seconds")
    names = ("title_sv", "title_en", "group", *dates, "metrics", "maturity", "totals")
    return {name: getattr(round_, name) for name in names} | parties


def suggested() -> dict[str, Any]:
    """What a new draft begins with: the quarter that is old enough, three weeks to hand in, the first round's metrics."""
    from django.utils import timezone

    from skyddsnat.policy.benchmark.planning import day_of, oldest_allowed

    words = load_catalogue().metric_words
    latest = oldest_allowed(day_of(timezone.now()), words.release.data_age_months_min)
    first_of_quarter = latest.replace(month=3 * ((latest.month - 1) // 3) + 1, day=1)
    last = first_of_quarter - timedelta(days=1)
    first = last.replace(month=last.month - 2, day=1)
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return {
        "first_day": first,
        "last_day": last,
        "deadline": noon + timedelta(days=21),
        "metrics": [key for key in words.first_round if words.metrics[key].competition is CompetitionFlag.GREEN],
    }


def _choices(form: forms.Form, name: str, rows: QuerySet[Member]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the type checker
    field.queryset = rows
