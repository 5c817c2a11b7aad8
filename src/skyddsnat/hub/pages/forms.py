"""Forms of the pages that belong to no noun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.members.models import Person

if TYPE_CHECKING:
    _PersonForm = forms.ModelForm[Person]
else:
    _PersonForm = forms.ModelForm


class SettingsForm(_PersonForm):
    """Language, theme, shortcuts."""

    class Meta:
        model = Person
        fields = ["language", "theme", "shortcuts"]
        widgets = {"language": forms.RadioSelect, "theme": forms.RadioSelect}
        labels = {"language": _("Language"), "theme": _("Colours"), "shortcuts": _("Single-letter keyboard shortcuts")}
        help_texts = {
            "language": _("Also the language of letters that the hub sends you."),
            "theme": _("Dark colours tire the eyes less in a dark room."),
            "shortcuts": _(
                "Switch them off if you dictate or use a switch, so that no letter does something by itself."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_names = {"sv": "Svenska", "en": "English"}
        languages, themes = self.fields["language"], self.fields["theme"]
        languages.choices = [(code, own_names[code]) for code, _name in settings.LANGUAGES]  # type: ignore[attr-defined]
        themes.choices = [(code, capfirst(name)) for code, name in themes.choices]  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """A few words.  Sent by POST: someone may paste an address, and an address never belongs in a URL or a log."""

    q = forms.CharField(
        label=_("Search for"),
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
