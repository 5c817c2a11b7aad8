"""What the plan's script says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skyddsnat.hub.benchmark.texts import unlocking


def planning() -> dict[str, str]:
    """For the improvement plan."""
    return unlocking() | {
        "status_planned": pgettext("line of a plan", "planned"),
        "status_doing": pgettext("line of a plan", "under way"),
        "status_done": pgettext("line of a plan", "done"),
        "status_dropped": pgettext("line of a plan", "dropped"),
        "empty": _("The plan is empty. Add the first line below, or from a result."),
        "unreadable": _("Lines that this key does not open: {n}."),
        "line_kept": _("Kept, sealed with your organisation's key."),
        "line_changed": _("A colleague changed this line meanwhile. Theirs is shown; write yours again."),
        "line_refused": _("It was not kept. Try again."),
        "edit": _("Change"),
        "owner": _("Owner: {owner}"),
        "due_by": _("Due {due}"),
        "late": _("overdue"),
        "target_is": _("Target: {target}"),
        "other_item": _("something else"),
    }
