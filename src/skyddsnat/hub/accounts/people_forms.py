"""Forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.members.models import Member
from skyddsnat.hub.members.models.person import RoleChoice
from skyddsnat.hub.members.queries import members

LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]


class PersonForm(forms.Form):
    """Who it is."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class RolesForm(forms.Form):
    """What they do."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=RoleChoice.choices, widget=forms.CheckboxSelectMultiple, required=True
    )


class NewPersonForm(RolesForm, PersonForm):
    """Someone new.  A person belongs to exactly one member."""

    field_order = ["member", "name", "email", "language", "roles"]
    member = forms.ModelChoiceField(label=_("Member"), queryset=Member.objects.none(), empty_label=_("choose"))
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("What they sign in with. It cannot be changed later.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)  # noqa: S101  for the type checker
        member.queryset = members()
