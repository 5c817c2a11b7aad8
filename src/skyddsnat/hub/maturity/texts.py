"""What the script of the self-assessment says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skyddsnat.hub.benchmark.texts import unlocking


def assessing() -> dict[str, str]:
    """For the self-assessment."""
    return unlocking() | {
        "saving": _("Saving …"),
        "saved": _("Saved, sealed"),
        "not_saved": _("Not saved. It is tried again."),
        "conflict": _("{by} answered at the same time: {answer}."),
        "other_key": _("A colleague sealed an answer with a key that this device does not have."),
        "take_theirs": _("Take theirs"),
        "keep_mine": _("Keep mine"),
        "closed": _("{n} answers are sealed with another key and could not be opened here."),
        "na": _("not applicable"),
        "level": _("level {n}"),
        "earlier": _("{year}: {answer}"),
        "reason_needed": _("Say why the question does not apply."),
        "evidence_needed": _("From this level on, name the evidence."),
        "answered": _("{done} of {all} answered"),
        "area_steps": _("({sum}) ÷ {weights} = {score}"),
        "total_steps": _("({sum}) ÷ {n} = {total}"),
        "no_score": _("No area has a score yet."),
        "skipped": _("not applicable: {n}"),
        "open": _("{n} left to answer"),
        "too_many_skipped": _("more than {n} do not apply, so the area has no score"),
    }
