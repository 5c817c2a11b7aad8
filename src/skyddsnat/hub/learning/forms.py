"""The one text that one member may write to another, and the day to look at the plan again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.learning.models import LONGEST_NOTE


class AskForm(forms.Form):
    """A question to those ahead."""

    item = forms.CharField(widget=forms.HiddenInput, max_length=24)
    note = forms.CharField(
        label=_("What you want to know"),
        help_text=_("How they work, not what their figures are. No names, no figures of your own."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_NOTE,
    )


class FollowUpForm(forms.Form):
    """When to be reminded of the plan; empty for no more."""

    day = forms.DateField(
        label=_("Remind us on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "Shown to your benchmark leads in My work from that day. The hub sees the day and nothing of the plan."
        ),
    )
