"""Forms of what is done to a signal.  What may be done is policy's."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.drawn_once import DrawnOnce
from skyddsnat.hub.signals.models import Reveal, Review, Signal
from skyddsnat.hub.signals.models.submission import BasisChoice
from skyddsnat.hub.signals.queries.acts import Acts
from skyddsnat.hub.signals.words import CHECKS, REASONS, stop
from skyddsnat.policy.vocabulary import HashKind, SignalType


class LookupForm(DrawnOnce):
    """Is this known?  Sent by POST, so that no value stands in an address."""

    type = forms.ChoiceField(label=_("Type"), choices=Signal.Type.choices)
    value = forms.CharField(
        label=_("Value"),
        max_length=2048,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    hash_kind = forms.ChoiceField(
        label=_("Kind of hash"),
        required=False,
        choices=[("", _("not a hash, or told by its length")), *((kind.value, kind.value) for kind in HashKind)],
    )


class RevealForm(forms.Form):
    """Why someone needs to see the value.  A person says it, but where they review: colleagues read it."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("choose")), *Reveal.Reason.choices],
        error_messages={"required": cast(str, stop("unknown_reason"))},
    )
    note = forms.CharField(
        label=_("In a few words"),
        max_length=300,
        help_text=_("Your colleagues can read it. No personal data, no descriptions."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ApproveForm(forms.Form):
    """A yes: every line ticked and, from a mandate, the basis of the verdict."""

    basis = forms.ChoiceField(label=_("Basis of your verdict"), widget=forms.RadioSelect)
    checklist = forms.MultipleChoiceField(
        label=_("Before you approve"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": cast(str, stop("checklist_incomplete"))},
    )
    seal = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, acts: Acts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checklist"].choices = [(check.value, CHECKS[check]) for check in acts.checks]  # type: ignore[attr-defined]
        if acts.bases:
            self.fields["basis"].choices = [(b.value, BasisChoice(b.value).label) for b in acts.bases]  # type: ignore[attr-defined]
            self.fields["basis"].initial = acts.bases[0].value
        else:
            del self.fields["basis"]  # a second pair of eyes confirms the scope and rests on no basis of its own


class ReasonForm(forms.Form):
    """One fixed reason.  A person chooses it: one that stood there by itself would be given unread."""

    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, reasons: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(word, str(REASONS[word]).capitalize()) for word in reasons]
        self.fields["reason"].choices = [("", _("choose")), *named]  # type: ignore[attr-defined]


WITHDRAW_REASONS = tuple(Review.WithdrawReason.values)


class OverrideForm(forms.Form):
    """A protected name that is to be let through."""

    type = forms.ChoiceField(
        label=_("Type"), choices=[(t.value, Signal.Type(t.value).label) for t in (SignalType.DOMAIN, SignalType.URL)]
    )
    value = forms.CharField(
        label=_("Value"),
        max_length=2048,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    scope = forms.ChoiceField(label=_("What a domain covers"), choices=Signal.ScopeChoice.choices)
    reason = forms.CharField(
        label=_("Why"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least twenty characters."),
    )


class RuleForm(forms.Form):
    """A rule that a hotline's verdict reaches block."""

    type = forms.ChoiceField(label=_("Type"), choices=Signal.Type.choices)
    reason = forms.CharField(
        label=_("Why"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least twenty characters."),
    )
