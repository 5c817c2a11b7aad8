"""Forms for what members report: one signal, many lines, and what every report says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.members.queries import circles_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.models.submission import BasisChoice
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.policy.intake import OFFERED_MARKINGS
from skyddsnat.policy.vocabulary import Basis, HashKind, Mandate, Marking, Scope, SignalType

MARKING_HINTS = {
    Marking.AMBER_STRICT: _("AMBER+STRICT: the circle's members, within their own organisation only"),
    Marking.AMBER: _("AMBER: the circle's members and, where they need it, their clients"),
    Marking.RED: _("RED: only the persons whom you name, and never to machines"),
}

USUAL_BASIS = {Mandate.POLICE.value: Basis.POLICE_LIST, Mandate.HOTLINE.value: Basis.HOTLINE_ASSESSMENT}


def own_circles(person: Person) -> QuerySet[Circle]:
    """The circles that the person's member is in: where it can report."""
    return Circle.objects.filter(pk__in=circles_of(person.member_id))


def nameable(person: Person) -> QuerySet[Person]:
    """Who can be named on a RED signal: colleagues, and people of members with a mandate in a shared circle."""
    rows = Person.objects.filter(is_active=True, member__left_at=None).select_related("member")
    judges = Q(member__memberships__circle__in=own_circles(person), member__memberships__left_at=None) & ~Q(
        member__mandate=""
    )
    return (
        rows.filter(Q(member=person.member_id) | judges)
        .exclude(pk=person.pk)
        .distinct()
        .order_by("member__name", "name")
    )


SELDOM = ("hash_kind", "marking", "named", "techniques")
"""Fields that stand folded."""


class NamedField(forms.ModelMultipleChoiceField):
    """People with the organisation that they belong to."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.member.name}"


class CommonForm(forms.Form):
    """What every report says, whatever the channel."""

    circle = forms.ModelChoiceField(label=_("Circle"), queryset=Circle.objects.none(), empty_label=None)
    marking = forms.ChoiceField(
        label=_("Marking"), choices=[(m.value, MARKING_HINTS[m]) for m in OFFERED_MARKINGS], widget=forms.RadioSelect
    )
    basis = forms.ChoiceField(label=_("Basis"), choices=BasisChoice.choices)
    scope = forms.ChoiceField(
        label=_("What a domain covers"),
        choices=Signal.ScopeChoice.choices,
        initial=Scope.EXACT.value,
        help_text=_("Choose the whole domain only if everything on it serves the same purpose. Reviewers decide."),
    )
    note = forms.CharField(
        label=_("Note to the reviewers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How it was found, in general terms. No descriptions of content, no personal data, no pictures."),
    )
    techniques = forms.MultipleChoiceField(
        label=_("Techniques"), required=False, help_text=_("How services were used. Hold Ctrl to choose several.")
    )
    named = NamedField(
        label=_("Named persons"),
        queryset=Person.objects.none(),
        required=False,
        help_text=_("Only for RED: who may read it besides you."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "sv"
        circles = self.fields["circle"]
        circles.queryset = own_circles(person)  # type: ignore[attr-defined]
        circles.initial = person.member.default_circle_id
        self.fields["marking"].initial = Marking.AMBER_STRICT.value
        self.fields["basis"].initial = USUAL_BASIS.get(person.member.mandate, Basis.OWN_OBSERVATION).value
        self.fields["named"].queryset = nameable(person)  # type: ignore[attr-defined]
        self.fields["techniques"].choices = [  # type: ignore[attr-defined]
            (technique.id, technique.name.get(language)) for technique in load_catalogue().techniques.values()
        ]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What every report needs, in the page's order."""
        return [field for field in self if field.name not in SELDOM and not field.is_hidden]

    @property
    def seldom_fields(self) -> list[forms.BoundField]:
        """What most reports leave as it stands; folded away, unless something is wrong with it."""
        return [self[name] for name in self.fields if name in SELDOM]

    @property
    def seldom_open(self) -> bool:
        """Whether the folded part must be seen: something was chosen there, or it is wrong."""
        usual: tuple[object, ...] = ("", [], Marking.AMBER_STRICT.value)
        return any(
            self.errors.get(name) or self.data.get(name, self.initial.get(name, "")) not in usual for name in SELDOM
        )

    def common(self) -> SignalDraft:
        """What all rows share, as a draft without a value."""
        facts = self.cleaned_data
        return SignalDraft(
            type=SignalType.DOMAIN,
            text="",
            scope=Scope(facts["scope"]),
            basis=Basis(facts["basis"]),
            note=facts["note"],
            techniques=tuple(facts["techniques"]),
        )


class SignalForm(CommonForm):
    """One signal."""

    field_order = ["type", "value", "hash_kind", "circle", "basis", "scope", "marking", "named", "note", "techniques"]
    type = forms.ChoiceField(
        label=_("Type"), choices=Signal.Type.choices, widget=forms.RadioSelect, initial=SignalType.DOMAIN.value
    )
    value = forms.CharField(
        label=_("Value"),
        max_length=2048,
        help_text=_("As you have it; “hxxp” and “[.]” are understood."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    hash_kind = forms.ChoiceField(
        label=_("Kind of hash"),
        required=False,
        choices=[("", _("not a hash, or told by its length")), *((kind.value, kind.value) for kind in HashKind)],
    )

    def draft(self) -> SignalDraft:
        """The report as written."""
        facts, like = self.cleaned_data, self.common()
        return SignalDraft(
            type=SignalType(facts["type"]),
            text=facts["value"],
            hash_kind=HashKind(facts["hash_kind"]) if facts["hash_kind"] else None,
            scope=like.scope,
            basis=like.basis,
            note=like.note,
            techniques=like.techniques,
        )


class PasteForm(CommonForm):
    """Many values, one a line."""

    field_order = ["lines", "type", "circle", "basis", "scope", "marking", "named", "note", "techniques"]
    lines = forms.CharField(
        label=_("Values"),
        widget=forms.Textarea(
            attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        ),
        help_text=_("One value on each line, at most 2,000. Empty lines and lines that begin with # are left out."),
        strip=False,
    )
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("as each line shows")), *Signal.Type.choices]
    )
