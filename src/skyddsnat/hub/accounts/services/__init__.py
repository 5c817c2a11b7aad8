"""Changes to how people come in and how machines prove who they are."""

from skyddsnat.hub.accounts.services.access import close_access, end_one_session, end_sessions, sign_in_for_demo
from skyddsnat.hub.accounts.services.decisions import Confirmed, confirm
from skyddsnat.hub.accounts.services.invitations import (
    accept_invitation,
    asks_for_code,
    invite,
    invited_person,
    open_code,
)
from skyddsnat.hub.accounts.services.machines import issue_token, revoke_token
from skyddsnat.hub.accounts.services.people import add_person, change_roles, reopen_access
from skyddsnat.hub.accounts.services.upkeep import clear_ended

__all__ = [
    "Confirmed",
    "accept_invitation",
    "add_person",
    "asks_for_code",
    "change_roles",
    "clear_ended",
    "close_access",
    "confirm",
    "end_one_session",
    "end_sessions",
    "invite",
    "invited_person",
    "issue_token",
    "open_code",
    "reopen_access",
    "revoke_token",
    "sign_in_for_demo",
]
