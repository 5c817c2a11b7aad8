"""What a person fills in for a report that the hub has no figures for; nothing of it is kept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 10_000_000


class HotlineForm(forms.Form):
    """The hotline's three counts; each may be left out."""

    tips_public = forms.IntegerField(label=_("Tips from the public"), min_value=0, max_value=MOST, required=False)
    tips_inhope = forms.IntegerField(label=_("Tips from INHOPE"), min_value=0, max_value=MOST, required=False)
    arachnid_assessments = forms.IntegerField(
        label=_("Assessments in Project Arachnid"), min_value=0, max_value=MOST, required=False
    )
