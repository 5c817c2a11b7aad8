"""The filter of the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.audit.words import action_words


class FilterForm(forms.Form):
    """What to show.  Choices are what the reader's own part of the log holds, so the form tells nothing more."""

    action = forms.ChoiceField(label=_("What"), required=False)
    member = forms.ChoiceField(label=_("By which member"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actions: Iterable[str], members: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything: list[tuple[str, Any]] = [("", _("all"))]
        action, member = self.fields["action"], self.fields["member"]
        assert isinstance(action, forms.ChoiceField)  # noqa: S101  for the type checker
        assert isinstance(member, forms.ChoiceField)  # noqa: S101  for the type checker
        action.choices = anything + [(word, action_words(word)) for word in actions]
        member.choices = anything + list(members)
