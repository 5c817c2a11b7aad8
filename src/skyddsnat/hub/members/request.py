"""The request as a page sees it behind the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person


class SignedInRequest(HttpRequest):
    """A request that accounts.middleware.RequireSignIn has let through: `user` is a person, never anonymous.

    A name for the type checker; nothing makes objects of this class.
    """

    user: Person
