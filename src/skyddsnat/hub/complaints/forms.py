"""What is chosen about a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from skyddsnat.hub.complaints.models import OwnLift


class OwnLiftForm(forms.Form):
    """Why an operator has lifted at its own resolvers.  Fixed reasons: there is no text to fill with a description."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("own lift", "Why it is plainly an error"), choices=OwnLift.Reason, widget=forms.RadioSelect
    )
