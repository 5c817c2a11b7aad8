"""The filter of the log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.audit.queries.reading import Choices
from skyddsnat.hub.audit.words import action_words, kind_words


class FilterForm(forms.Form):
    """What to show.  Choices are what the reader's own part of the log holds, so the form tells nothing more."""

    action = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Concerning"), required=False)
    member = forms.ChoiceField(label=_("By which member"), required=False)
    person = forms.ChoiceField(label=_("By whom of yours"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[str, Any]]] = {
            "action": sorted(
                ((word, action_words(word)) for word in choices.actions), key=lambda pair: pair[1].lower()
            ),
            "kind": sorted(((word, kind_words(word)) for word in choices.kinds), key=lambda pair: pair[1].lower()),
            "member": [*choices.members],
            "person": [*choices.people],
        }
        for name, pairs in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = [("", _("all")), *pairs]
