"""What a refusal says to a person: static words, chosen by its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.errors import PolicyRefusal

WORDS: dict[str, Promise] = {
    "not_coordinator": _("Only a coordinator may do this."),
    "not_counsel": _("Only counsel, a person with the auditor's role, may sign a metric off."),
    "own_plan": _("You planned this round yourself. Someone else must sign it off."),
    "not_own_lead": _(
        "Only the organisation's own benchmark lead may do this; for a computing party also its engineer."
    ),
    "other_member": _("This belongs to another organisation."),
    "same_person": _("You registered this key yourself. A colleague must compare and confirm it."),
    "proposer_gone": _("Who registered this key may do so no longer. Register a key anew."),
    "no_role": _("Only a benchmark lead, an engineer, an auditor or a coordinator may confirm a key."),
    "decided": _("This has been decided already."),
    "bad_key": _("A public key is 64 characters, 0–9 and a–f, and the two are not the same."),
    "key_used": _("This key was registered before. A key is never registered twice: make a new one."),
    "bad_round_id": _("An id has 1 to 40 lower-case letters, digits and hyphens, for example 2026-q3."),
    "name_taken": _("That name or id is taken. Choose another one."),
    "unseen": _("The text holds something that is not seen, such as a line break. Type it in anew."),
    "imagery": _("The text could hide a picture, film or sound. Write it in plain words."),
    "personal_data": _("The text holds personal data, such as a telephone number. Leave it out."),
    "no_metric": _("Choose at least one metric, or the maturity model."),
    "unknown_metric": _("One of the metrics is not in the catalogue any more. Choose again."),
    "red_metric": _("One of the metrics may not be part of a round at all."),
    "needs_sign_off": _("Counsel has not signed every metric that needs it."),
    "not_amber": _("This metric needs no sign-off in this round."),
    "no_note": _("Write why the metric may be compared in this round."),
    "period_backwards": _("The period ends before it begins."),
    "period_too_young": _("The figures are too young: the period must have ended at least three months ago."),
    "period_overlaps": _(
        "The same metrics of these days are in another round of the group. Two results could be subtracted."
    ),
    "round_under_way": _("The same metrics are in a round that is under way. Wait until it has ended."),
    "deadline_past": _(
        "The deadline has passed, or comes within an hour: the parties have to sign first. Set a later one."
    ),
    "deadline_far": _("The deadline is more than a year ahead. Set an earlier one."),
    "bad_window": _("The time for objections is 0 to 30 days."),
    "not_three_parties": _("Choose three different computing parties."),
    "party_competes": _("A computing party may not compete with the members, nor belong to one of their owners."),
    "parties_share_owner": _("The three computing parties must have three different owners."),
    "member_twice": _("A member is there twice."),
    "too_few_members": _("A group needs at least four members. Fewer could never release anything."),
    "in_another_group": _("One of the members is in another group. Nobody is compared in two."),
    "member_has_left": _("One of the organisations has left the coalition."),
    "group_closed": _("The group is closed."),
    "group_in_use": _("A round of this group is under way. Its members can be changed when it has ended."),
    "peer_group_fixed": _(
        "The group is fixed for a year from its first round. A change would tell what the one who left had."
    ),
    "keys_missing": _("Not every member and party has a confirmed key. The list below says who."),
    "bad_specification": _(
        "The specification could not be read back. Shorten the titles, and leave out unusual characters."
    ),
    "frozen": _("The specification is fixed. Take it back to change the round, while not all parties have signed."),
    "not_frozen": _("There is nothing to take back: it is a draft, or all three parties have signed."),
    "wrong_state": _("The round has gone on meanwhile. Look at its page again."),
}


def words_for(refusal: PolicyRefusal) -> Promise:
    """The sentence for a page.  An unknown code is a mistake in the program and raises KeyError, which a test finds."""
    return WORDS[refusal.code]
