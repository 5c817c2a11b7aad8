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
    reactivate_person,
    set_roles,
)

__all__ = [
    "LegalFacts",
    "MemberChanges",
    "add_basis",
    "change_basis",
    "change_circle",
    "change_member",
    "change_person",
    "close_circle",
    "create_circle",
    "create_member",
    "create_person",
    "deactivate_person",
    "found_coalition",
    "join_circle",
    "lapse_ended",
    "leave_circle",
    "leave_coalition",
    "reactivate_person",
    "set_domains",
    "set_roles",
]
