"""Why a list was not taken in or let out, in people's words."""

from __future__ import annotations

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.lists.limits import MOST_FILES, MOST_MASKED, MOST_PLAIN, exports_a_day
from skyddsnat.hub.signals.refusals import grouped
from skyddsnat.hub.signals.refusals import refusal as of_signals

REFUSALS: dict[str, str | Promise] = {
    "too_many_files": format_lazy(_("Too many files; {most} at most."), most=MOST_FILES),
    "nothing_given": _("Paste a list or choose a file."),
    # an import
    "not_yours": _("Only whoever brought the list in can decide about it."),
    "not_ready": _("The list does not wait for you any longer."),
    "too_many_imports": _(
        "Your organisation has many lists that wait to be confirmed or taken in. Confirm or cancel some first."
    ),
    "ended": _("The import has ended already."),
    "cut_off": _("The upload was cut off. Choose the file again."),
    "not_confirmed": _("Nobody confirmed it within a day, so its values were dropped."),
    "people_only": _("Only a person can do this."),
    "twice": _("The same value stands earlier in this list."),
    # an export
    "plain_is_for_engineers": _("Values leave only with an engineer of your organisation."),
    "plain_needs_delivery": _(
        "Values leave only where your organisation's machine fetches the feed, so that they are there already."
    ),
    "unknown_reason": _("Choose one of the reasons."),
    "note_needed": _("Say in a few words why."),
    "masked_is_csv": _("A masked list is a CSV file."),
    "nothing_to_export": _("There is nothing to take out with these choices."),
    "too_much": format_lazy(
        _("Too many rows for one file: at most {masked} masked or {plain} with values. Narrow your choices."),
        masked=grouped(MOST_MASKED),
        plain=grouped(MOST_PLAIN),
    ),
    "own_leak": _("The list was taken out at your own organisation. A coordinator of another one closes this alarm."),
    "export_quota": format_lazy(
        _("You have taken out as many lists as one person may in a day ({most})."), most=lazy(exports_a_day, int)()
    ),
}


def refusal(code: str) -> str | Promise:
    """The sentence for a code."""
    return REFUSALS.get(code) or of_signals(code)


def public(code: str) -> str:
    """The code as it may stand in a file: one that would warn whoever tries a leaked list reads as another."""
    return "protected_name" if code == "canary" else code
