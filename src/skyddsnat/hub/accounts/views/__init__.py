"""Pages about coming in, second factors, sessions and tokens."""

from skyddsnat.hub.accounts.views.entrance import enrol, invitation, welcome
from skyddsnat.hub.accounts.views.machines import token_new, token_revoke, tokens
from skyddsnat.hub.accounts.views.security import end_session, remove_passkey, security

__all__ = [
    "end_session",
    "enrol",
    "invitation",
    "remove_passkey",
    "security",
    "token_new",
    "token_revoke",
    "tokens",
    "welcome",
]
