"""Changes to members, people, circles and the legal register.  Each asks policy, writes, and logs, in one transaction."""

from skyddsnat.hub.members.services.circles import (
    change_circle,
    close_circle,
    create_circle,
    join_circle,
    leave_circle,
)
from skyddsnat.hub.members.services.legal import LegalFacts, add_basis, change_basis, lapse_ended
from skyddsnat.hub.members.services.organisations import (
    STANDING,
    MemberChanges,
    change_member,
    create_member,
    found_coalition,
    leave_coalition,
    set_domains,
)
from skyddsnat.hub.members.services.people import (
    change_person,
    create_person,
    deactivate_person,
    erase_person,
    reactivate_person,
    set_roles,
)
from skyddsnat.hub.members.services.proposals import confirm, forget_lapsed, propose, turn_down
from skyddsnat.hub.members.services.two_hands import check_hands, end_founding, needs_second_hand
from skyddsnat.hub.members.services.wording import check_names, check_prose

__all__ = [
    "STANDING",
    "LegalFacts",
    "MemberChanges",
    "add_basis",
    "change_basis",
    "change_circle",
    "change_member",
    "change_person",
    "check_hands",
    "check_names",
    "check_prose",
    "close_circle",
    "confirm",
    "create_circle",
    "create_member",
    "create_person",
    "deactivate_person",
    "end_founding",
    "erase_person",
    "forget_lapsed",
    "found_coalition",
    "join_circle",
    "lapse_ended",
    "leave_circle",
    "leave_coalition",
    "needs_second_hand",
    "propose",
    "reactivate_person",
    "set_domains",
    "set_roles",
    "turn_down",
]
