"""Codes of agents in people's words.  A newer agent may send a code that this hub does not know yet."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.agent_guards import Reason

REASONS: dict[str, str | Promise] = {
    Reason.NO_HEAD: _("The hub gave no signed head for the feed."),
    Reason.BAD_SIGNATURE: _(
        "The feed's signature does not hold. Nothing from the hub is taken until this is explained."
    ),
    Reason.OTHER_COLLECTION: _("The signed head belongs to another collection."),
    Reason.STALE_HEAD: _("The signed head is too old."),
    Reason.HEAD_FROM_FUTURE: _("The signed head is dated in the future. Check the clocks."),
    Reason.OLDER_HEAD: _("The hub offered an older head than one that was already seen."),
    Reason.COUNT_MISMATCH: _("The number of entries is not the one that was signed."),
    Reason.DIGEST_MISMATCH: _("The entries are not the ones that were signed."),
    Reason.CHANGED_OBJECT: _("An object was changed without a new version."),
    Reason.HISTORY_LOST: _(
        "The feed lacks what was published before, as after a restored backup. The list in force stays."
    ),
    Reason.TOO_MANY_ADDITIONS: _("More new entries at once than the limit allows."),
    Reason.TOO_MANY_IN_A_DAY: _("More new entries within a day than the limit allows."),
    Reason.TOO_MANY_REMOVALS: _("More entries disappear at once than the limit allows."),
    Reason.PUBLIC_SUFFIX: _("An entry is a public suffix, under which many others have their names."),
    Reason.PROTECTED_NAME: _("An entry would stop a protected name."),
    Reason.SHORT_WILDCARD: _("An entry covers too much."),
    Reason.UNKNOWN_CEILING: _("Entries carry a ceiling that this agent does not know."),
    Reason.UNREADABLE_NAME: _("Entries could not be read as names."),
    Reason.MIXED_SCRIPTS: _("Entries mix letters of different scripts in one label."),
    Reason.URL_AS_DOMAIN: _("Entries give a URL as a whole domain."),
    Reason.ALLOW_CONFLICT: _("An entry is on the operator's own list of names that must not be stopped."),
    Reason.ROLLED_BACK: _("The list was rolled back and waits for a decision."),
    Reason.LOG_CONTRADICTED: _("The hub's log knows another list than the one that the agent was given."),
    Reason.LAWFUL_NAME_STOPPED: _("After the publish a resolver stopped a lawful name, so the list was taken back."),
}


def reason_text(code: str) -> str | Promise:
    """Why a list is held."""
    return REASONS.get(code, _("For a reason that this hub does not know yet; the agent's own status tells it."))
