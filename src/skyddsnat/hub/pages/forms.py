"""Forms of the pages that belong to no noun."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import SavedFilter
from skyddsnat.hub.signals.queries import desk_of, filters_of
from skyddsnat.policy.bulk import HOLDS, Place
from skyddsnat.policy.vocabulary import Role

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


class DeskForm(forms.Form):
    """How the person works with signals: what opens first, how long acts on many wait, whether their place is kept."""

    list_filter = forms.ModelChoiceField(
        label=_("Filter that Signals opens with"), required=False, queryset=SavedFilter.objects.none()
    )
    queue_filter = forms.ModelChoiceField(
        label=_("Filter that Review opens with"), required=False, queryset=SavedFilter.objects.none()
    )
    hold = forms.TypedChoiceField(
        label=_("Time to undo"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("So long does an act on many signals wait before it happens. Until then you can undo it."),
    )
    remembers = forms.BooleanField(
        label=_("Remember where I was"),
        required=False,
        help_text=_("The last signal that you opened from a list, so that you can go on there. Nobody else sees it."),
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        desk = desk_of(person)
        now = {
            "list_filter": desk.list_filter_id,
            "queue_filter": desk.queue_filter_id,
            "hold": desk.hold_seconds,
            "remembers": desk.remembers,
        }
        super().__init__(data, initial=now)
        for name, place in (("list_filter", Place.LIST), ("queue_filter", Place.QUEUE)):
            self.fields[name].queryset = filters_of(person, place)  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("none: all rows")  # type: ignore[attr-defined]
        if not person.has_role(Role.REVIEWER):
            del self.fields["queue_filter"]
        self.fields["hold"].choices = [(int(one.total_seconds()), _length(one)) for one in HOLDS]  # type: ignore[attr-defined]


def _length(hold: timedelta) -> str:
    seconds = int(hold.total_seconds())
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}


class SearchForm(forms.Form):
    """A few words.  Sent by POST: someone may paste an address, and an address never belongs in a URL or a log."""

    q = forms.CharField(
        label=_("Search for"),
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
