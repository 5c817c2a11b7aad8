"""The form of a practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.measures import LEVELS
from skyddsnat.hub.bulletins.models import LONGEST_TEXT, LONGEST_TITLE, Practice
from skyddsnat.hub.bulletins.queries import circles_to_share_in
from skyddsnat.hub.bulletins.services import PracticeDraft
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.policy.practices import OFFERED, usual_marking
from skyddsnat.policy.vocabulary import Marking

HINTS = {
    Marking.GREEN: _("GREEN: every member of the coalition"),
    Marking.AMBER: _("AMBER: the circle's members and, where they need it, their clients"),
    Marking.AMBER_STRICT: _("AMBER+STRICT: the circle's members, within their own organisation only"),
}


class PracticeForm(forms.Form):
    """How the own organisation works with a measure, and who may read it."""

    measure = forms.ChoiceField(label=pgettext_lazy("of the catalogue", "Measure"))
    level = forms.TypedChoiceField(
        label=_("Level that it is about"),
        coerce=int,
        help_text=_("Of the measure, as the catalogue describes it. It does not say where you stand."),
    )
    title = forms.CharField(label=pgettext_lazy("of a text", "Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_("How you do it"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "What you do, what it took, what you would do otherwise today. No names of people, no figures of your own, "
            "no prices, suppliers' terms or plans, and no addresses of content."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=Practice.Language.choices)
    circle = forms.ModelChoiceField(label=_("Circle"), queryset=Circle.objects.none(), empty_label=None)
    marking = forms.ChoiceField(label=_("Marking"), choices=[(one.value, HINTS[one]) for one in OFFERED])

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        book = load_catalogue()
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            ("", _("choose")),
            *(
                (
                    name.get(language),
                    [(one.id, one.name.get(language)) for one in book.measures.values() if one.group == key],
                )
                for key, name in book.measure_groups.items()
            ),
        ]
        self.fields["level"].choices = [(level, gettext("Level %(n)d") % {"n": level}) for level in LEVELS]  # type: ignore[attr-defined]
        self.fields["circle"].queryset = circles_to_share_in(person)  # type: ignore[attr-defined]
        self.fields["language"].initial = language
        self.fields["marking"].initial = usual_marking().value

    def draft(self) -> PracticeDraft:
        """What was filled in."""
        facts = self.cleaned_data
        return PracticeDraft(**{name: facts[name] for name in self.fields} | {"marking": Marking(facts["marking"])})


def written(practice: Practice) -> dict[str, Any]:
    """A practice as the form shows it."""
    names = ("measure", "level", "title", "text", "language", "marking")
    return {name: getattr(practice, name) for name in names} | {"circle": practice.circle_id}
