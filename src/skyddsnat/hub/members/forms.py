"""Forms of members, circles and the legal register.  What may be done is policy's; these only parse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.members.models import Circle, LegalBasis, Member
from skyddsnat.hub.members.queries import members, members_in
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.vocabulary import SignalType


class MemberForm(forms.Form):
    """A member's facts."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=Member.Kind.choices)
    mandate = forms.ChoiceField(
        label=_("Mandate to judge content"),
        choices=Member.MandateChoice.choices,
        required=False,
        help_text=_("Police and hotlines judge content. No other member does."),
    )
    control_group = forms.SlugField(
        label=_("Owner group"),
        max_length=40,
        required=False,
        help_text=_(
            "Members under one owner share this word and count as one. Leave it empty if the member stands alone."
        ),
    )
    contact_email = forms.EmailField(
        label=_("Contact address"), required=False, help_text=_("The desk's address, not a person's.")
    )
    on_call_phone = forms.CharField(label=_("Number around the clock"), max_length=40, required=False)
    on_call_tested = forms.DateField(
        label=_("Number last tested"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class NewMemberForm(MemberForm):
    """A new member; its id never changes."""

    field_order = ["id", "name"]
    id = forms.SlugField(
        label=_("Id"),
        max_length=40,
        help_text=_("Short, for machines: it is the user name of the member's feed. It can never be changed."),
    )


class ChangeMemberForm(MemberForm):
    """Changes to a member, with the circle that new signals go to and the names that nobody may list."""

    default_circle = forms.ModelChoiceField(
        label=_("Circle for new signals"), queryset=Circle.objects.none(), required=False, empty_label=_("none chosen")
    )
    domains = forms.CharField(
        label=_("The member's own domain names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One on each line. Nobody can list them."),
    )

    def __init__(self, *args: Any, circles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        circle = self.fields["default_circle"]
        assert isinstance(circle, forms.ModelChoiceField)  # noqa: S101  for the type checker
        circle.queryset = circles

    def clean_domains(self) -> list[str]:
        """The names in normal form."""
        names = []
        for number, line in enumerate(self.cleaned_data["domains"].splitlines(), start=1):
            if line.strip():
                try:
                    names.append(normalise(SignalType.DOMAIN, line).value)
                except NotNormal as bad:
                    raise ValidationError(
                        format_lazy(_("Line {number} is not a domain name."), number=number), code=bad.code
                    ) from bad
        return names


class CircleForm(forms.Form):
    """A circle's facts."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is shared here, and why among just these members."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Member.objects.none(),
        empty_label=_("choose"),
        help_text=_(
            "Its coordinators and reviewers confirm the first members, and none of your own organisation can confirm"
            " what you propose."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  for the type checker
        owner.queryset = members()


class JoinForm(forms.Form):
    """Who joins."""

    member = forms.ModelChoiceField(label=_("Member"), queryset=Member.objects.none(), empty_label=_("choose"))

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)  # noqa: S101  for the type checker
        member.queryset = members().exclude(pk__in=members_in(circle).values("pk"))


class LegalForm(forms.Form):
    """One activity and its basis."""

    activity = forms.CharField(label=_("What the coalition does"), max_length=200)
    basis = forms.CharField(label=_("Legal basis"), max_length=300)
    purpose = forms.CharField(label=_("Purpose"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    retention_days = forms.IntegerField(label=_("Kept for, in days"), min_value=0, max_value=36_500)
    owner = forms.ModelChoiceField(
        label=_("Responsible member"), queryset=Member.objects.none(), empty_label=_("choose")
    )
    review_by = forms.DateField(
        label=_("Next review"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Where a law ends on a day. The day after, the basis is marked as lapsed by itself."),
    )
    status = forms.ChoiceField(label=_("State"), choices=LegalBasis.Status.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  for the type checker
        owner.queryset = members()
