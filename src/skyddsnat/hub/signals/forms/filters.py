"""Forms that choose rows.  They stand in the page's address, so none of their fields is a value."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.drawn_once import DrawnOnce
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.queries import named_circles_of
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.bulk import Place

ANY = ("", _("all"))


class Choosing(DrawnOnce):
    """What both places share.  `chosen` holds only what narrows or orders; an unknown word chooses nothing."""

    holds_words_only = True
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[ANY, *Signal.Type.choices])
    circle = forms.ChoiceField(label=_("Circle"), required=False)
    unread = forms.BooleanField(label=_("Unread"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circles = tuple((str(pk), name) for pk, name in named_circles_of(person.member_id))
        self.fields["circle"].choices = [ANY, *self.circles]  # type: ignore[attr-defined]

    @property
    def looks(self) -> Hashable:
        """The circles to choose from."""
        return self.circles

    def chosen(self) -> dict[str, Any]:
        """Fixed words, a circle's id and yes, without what chooses nothing."""
        facts = self.cleaned_data if self.is_bound and self.is_valid() else {}
        kept = {name: facts[name] for name in self.fields if facts.get(name)}
        if kept.get("sort") == "new":
            del kept["sort"]  # the order anyway
        return kept


class FilterForm(Choosing):
    """The list's filters."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *(c for c in Signal.StateChoice.choices if c[0] != "draft")]
    )
    ceiling = forms.ChoiceField(label=_("Ceiling"), required=False, choices=[ANY, *Signal.CeilingChoice.choices])
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("new", _("latest change first")),
            ("old", _("oldest change first")),
            ("expiry", _("soonest to expire first")),
        ],
    )
    own = forms.BooleanField(label=_("Reported by us"), required=False)

    field_order = ("type", "state", "ceiling", "circle", "sort", "own", "unread")


class QueueForm(Choosing):
    """The review queue's filters."""

    hold = forms.ChoiceField(
        label=_("Taken up"),
        required=False,
        choices=[ANY, ("free", _("by nobody")), ("mine", _("by me"))],
    )
    field_order = ("type", "circle", "hold", "unread")


FORMS: dict[Place, type[Choosing]] = {Place.LIST: FilterForm, Place.QUEUE: QueueForm}


class SaveForm(forms.Form):
    """A name for what is chosen now."""

    name = forms.CharField(
        label=_("Name of the filter"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    shared = forms.BooleanField(label=_("Share with colleagues"), required=False)
