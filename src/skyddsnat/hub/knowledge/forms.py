"""The search box of the catalogue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A few words.  Sent by POST: someone may paste an address, and an address never belongs in a URL or a log."""

    words = forms.CharField(
        label=_("Search the catalogue"),
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": "100"}),
    )
