"""What comes in, what goes out, and a list that someone found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.lists.limits import MOST_FILES
from skyddsnat.hub.lists.models import Export, ImportRow
from skyddsnat.hub.lists.words import refusal
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.signals.forms.intake import CommonForm, own_circles
from skyddsnat.hub.signals.limits import MOST_BYTES
from skyddsnat.hub.signals.models import Signal

ANY = ("", _("all"))


class ManyFiles(forms.FileInput):
    """The browser lets several be chosen at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; cleaned to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself, then all together."""
        chosen = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in chosen] or [super().clean(None, initial)]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(str(refusal("too_many_files")), code="too_many_files")
        if sum(file.size for file in files) > MOST_BYTES:
            raise forms.ValidationError(str(refusal("file_too_large")), code="file_too_large")
        return files


class ImportForm(CommonForm):
    """A CSV file, a STIX 2.1 bundle, or MISP events."""

    field_order = ["file", "circle", "basis", "scope", "marking", "named", "note", "techniques"]
    file = FilesField(
        label=_("Files"),
        help_text=_(
            "One CSV file, one STIX 2.1 bundle, or one or several files of MISP. UTF-8, at most 100,000 rows and 48 MB."
        ),
        widget=ManyFiles(attrs={"accept": ".csv,.json,text/csv,application/json", "multiple": True}),
    )


class RowsForm(forms.Form):
    """Which rows of an import to show."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[ANY, *(c for c in ImportRow.Outcome.choices if c[0])]
    )


class ExportForm(forms.Form):
    """What to take out, and why."""

    circle = forms.ModelChoiceField(label=_("Circle"), queryset=Circle.objects.none(), empty_label=None)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[ANY, *Signal.Type.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *(c for c in Signal.StateChoice.choices if c[0] != "draft")]
    )
    kind = forms.ChoiceField(label=_("What leaves"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Why"), choices=Export.Reason.choices)
    note = forms.CharField(
        label=_("In a few words"),
        max_length=300,
        help_text=_("Your colleagues can read it. No personal data, no descriptions."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, plain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].queryset = own_circles(person)  # type: ignore[attr-defined]
        self.fields["circle"].initial = person.member.default_circle_id
        masked = ("masked:csv", _("masked values, CSV for a spreadsheet"))
        open_ones = [(f"plain:{form.value}", _("values, %(form)s") % {"form": form.label}) for form in Export.Form]
        self.fields["kind"].choices = [masked, *(open_ones if plain else [])]  # type: ignore[attr-defined]
        self.fields["kind"].initial = masked[0]


class LeakForm(forms.Form):
    """A list that someone found, or a part of it."""

    text = forms.CharField(
        label=_("The list, or some of its names"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("In any spelling. It is looked through and not kept."),
    )
    file = forms.FileField(label=_("Or the file"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        facts: dict[str, Any] = super().clean() or {}
        if not facts.get("text", "").strip() and not facts.get("file"):
            raise forms.ValidationError(str(refusal("nothing_given")), code="nothing_given")
        return facts

    def whole_text(self) -> str:
        """Everything that was given, whatever its encoding."""
        file = self.cleaned_data["file"]
        return str(self.cleaned_data["text"]) + (file.read().decode("utf-8", errors="replace") if file else "")
