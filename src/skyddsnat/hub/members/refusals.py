"""What a refusal says to a person: static words, chosen by its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.errors import PolicyRefusal

WORDS: dict[str, Promise] = {
    "not_coordinator": _("Only a coordinator may do this."),
    "not_own_engineer": _("Only an engineer of the member itself may do this."),
    "bad_member_id": _("An id has 1 to 40 lower-case letters, digits and hyphens, for example com-hem."),
    "name_taken": _("That name is taken. Choose another one."),
    "email_taken": _("Someone with this address is already here. A person belongs to exactly one member."),
    "mandate_does_not_fit": _(
        "Only law enforcement may hold the police mandate, and only a hotline the hotline mandate."
    ),
    "circle_without_member": _("The member is not in that circle."),
    "circle_closed": _("The circle is closed."),
    "member_has_left": _("The member has left the coalition."),
    "own_member": _("You cannot remove your own member. Another coordinator can."),
    "own_roles": _("You cannot change your own roles. Another coordinator can."),
    "own_access": _("You cannot do this to your own account. Another coordinator can."),
    "no_roles": _("Choose at least one role."),
    "still_active": _("This person may still come in. Close the access first."),
    "last_coordinator": _("The coalition would be without a coordinator. Appoint another one first."),
    "name_length": _("A name has 1 to 120 characters."),
    "unseen": _("The text holds something that is not seen, such as a line break. Type it in anew."),
    "imagery": _(
        "The text could hide a picture, film or sound. Skyddsnät takes no imagery in any form: write it in plain words."
    ),
    "personal_data": _("The text holds personal data, such as a telephone number or an address. Leave it out."),
    "needs_second_hand": _("This needs a second person, of another organisation. Propose it, and it waits for them."),
    "same_person": _("You proposed it yourself. Someone at another organisation must confirm it."),
    "same_organisation": _("It was proposed at your own organisation. Someone at another one must confirm it."),
    "no_role": _("Only a coordinator or a reviewer may confirm this."),
    "own_standing": _("It is about your own organisation. Another one must confirm it."),
    "own_leaving": _("It is about your own organisation, which may agree to it and cannot turn it down."),
    "not_in_circle": _("Only a member of the circle may confirm this; its end also a coordinator."),
    "people_only": _("Only people decide this, not machines."),
    "decided": _("It has been decided or has lapsed already."),
    "already_proposed": _("The same is proposed already and waits for a second person."),
    "inactive": _("The account is closed. Open it again first."),
    "not_closed": _("The account is open already."),
}


def words_for(refusal: PolicyRefusal) -> Promise:
    """The sentence for a page.  An unknown code is a mistake in the program and raises KeyError, which a test finds."""
    return WORDS[refusal.code]
