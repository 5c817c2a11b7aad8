"""Words for codes: reasons, checks, mandates."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.signals.refusals import refusal
from skyddsnat.policy.bulk import BulkAct
from skyddsnat.policy.review import Check
from skyddsnat.policy.vocabulary import Mandate

MANDATES: dict[Mandate, str | Promise] = {Mandate.POLICE: _("police"), Mandate.HOTLINE: _("hotline")}

REASONS: dict[str, str | Promise] = {
    "not_illegal": _("not illegal"),
    "wrong_scope": _("it covers too much"),
    "gone": _("no longer there"),
    "parked_or_resold": _("parked or resold"),
    "duplicate": _("duplicate"),
    "malformed": _("not usable as it stands"),
    "insufficient": _("too little to go on"),
    "mistake": _("reported by mistake"),
    "seen": _("seen by us too"),
}

CHECKS: dict[Check, str | Promise] = {
    Check.ASSESSED: _("I have assessed it in my own organisation's secure system, not here."),
    Check.SPELLING: _("I have revealed the value and compared it letter by letter."),
    Check.HOST_DEDICATED: _("The whole host serves this purpose; nothing lawful is on it."),
    Check.DOMAIN_DEDICATED: _(
        "The whole domain with everything below it serves this purpose; nothing lawful is on it."
    ),
    Check.NOT_SHARED: _("It is not a shared platform, a hosting provider or a service that others need."),
    Check.EXACT_PAGE: _("The URL is the exact page, and no wider than needed."),
    Check.LICENCE: _("The hash may be shared in this circle under the terms of its list."),
    Check.COMMON_WORD: _("The term is not a common word with an ordinary meaning."),
    Check.SCOPE_ONLY: _("I confirm the address and its scope. I have not judged the content."),
}

KINDS: dict[str, str | Promise] = {
    "personnummer": _("personal identity number"),
    "samordningsnummer": _("coordination number"),
    "phone": _("telephone number"),
    "email": _("e-mail address"),
    "ip": _("IP address"),
}
"""What the guard took a text's part for."""

STOPS: dict[str, str | Promise] = {
    "not_a_reviewer": _("You are not a reviewer in this circle."),
    "not_open": _("There is nothing to decide: it is no longer open."),
    "own_submission": _("Your own organisation reported it; others review it."),
    "already_judged": _("Your organisation has approved it. It waits for a reviewer of another organisation."),
    "needs_mandate": _("A reviewer at the police or a hotline judges first. Members do not judge content."),
    "claimed_by_other": _("Another reviewer has taken it up."),
    "not_claimed": _("You had not taken it up."),
    "changed_meanwhile": _("It was changed while you looked. Look again before you decide."),
    "basis_not_yours": _("Choose the basis of your verdict."),
    "checklist_incomplete": _("Every line of the checklist must be ticked before you approve."),
    "unknown_reason": _("Choose a reason from the list."),
    "reason_needs_mandate": _("That is for the police or a hotline to say. Choose a reason that concerns the address."),
    "no_scope": _("Only domains have a scope."),
    "same_scope": _("It has that scope already."),
    "not_disputed": _("It is not disputed any longer."),
    "first_reviewer": _("You judged it first; another reviewer decides the objection."),
    "own_feedback": _("Your own organisation objects; another decides."),
    "not_origin": _("Only a reviewer of the organisation whose verdict stands can do that."),
    "not_submitter": _("Your organisation has no report here to take back."),
    "not_verified": _("It is not verified."),
    "not_live": _("It is not published now."),
    "already_said": _("Your organisation has said so already."),
    "decided": _("It has been decided already."),
    "protected_name": _("The name is on the protect list. Two people of two organisations can let it through first."),
    "no_role": _("Your roles do not let you do this."),
    "note_needed": _("Write a few words on why; at least five characters."),
    "cannot_be_opened": _(
        "The value cannot be opened, so nothing was revealed or counted. Tell your technical contact."
    ),
    "reveal_quota": _("You have revealed as many values as one may in a day. Ask a colleague, or wait."),
    "lookup_quota_many": _("These are more values than you may still ask about today. Ask about fewer."),
    "lookup_quota": _("You have asked as often as one may in a day. Ask a colleague, or wait."),
    "reason_needed": _("Write a sentence on why; at least twenty characters."),
    "not_protected": _("That name is not protected; report it in the ordinary way."),
    "already_proposed": _("It has been proposed already; see below."),
    "same_person": _("Another person must confirm."),
    "proposer_gone": _("Who proposed this may do so no longer. Turn it down, and propose it anew if it is right."),
    "same_organisation": _("A person of another organisation must confirm."),
    "no_rule_for_type": _("There can be no such rule for this type."),
    "not_releasable": _("Only a stop for personal data can be released. Imagery in disguise never is."),
    "already_asked": _("You have asked for this text already."),
    "too_many_asked": _("You have ten open requests; wait until some are decided."),
    "people_only": _("Only a person can do this."),
    "nothing_chosen": _("Nothing was chosen. Tick the rows first."),
    "only_this_page": _("This can be done to the rows of one page only, so that each has been looked at."),
    "too_many_chosen": _("That is too many at once. Narrow the filter and do it in parts."),
    "not_assessed": _("Tick that you have assessed each of them again before you renew them."),
    "not_meant": _("A verdict stands by now. Withdraw it on the signal's own page."),
    "not_there": _("You no longer see it."),
    "too_late": _("It is too late to undo this here: it has begun, and others may have seen it."),
    "name_needed": _("Give the filter a name of at most forty characters."),
    "name_holds_value": _("A name is letters, digits and spaces, and never a value or a person's data."),
    "name_taken": _("You have a filter with that name here already."),
    "too_many_filters": _("You have ten filters here. Delete one first."),
    "not_yours": _("A colleague made this filter. Save it as your own to change it."),
}


def stop(code: str) -> str | Promise:
    """Why an act was not done."""
    return STOPS.get(code) or refusal(code)


ACTS: dict[BulkAct, str | Promise] = {
    BulkAct.READ: _("Mark as read"),
    BulkAct.UNREAD: _("Mark as unread"),
    BulkAct.READ_ALL: _("Mark all as read"),
    BulkAct.CLAIM: _("Take up"),
    BulkAct.RELEASE: _("Put back"),
    BulkAct.RETRACT: _("Take our reports back"),
    BulkAct.REJECT: _("Reject"),
    BulkAct.RENEW: _("Renew"),
}
