"""Who may be signed in: asked at sign-in and again at each request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import UUIDField

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.prepared import Prepared, Slot

_person = Prepared(
    lambda: Person.objects.select_related("member").filter(pk=Slot("person", UUIDField())).order_by()
)  # asked at each request


class PersonBackend(AuthenticationBackend):
    """allauth's, and no one whose member has left: their open sessions end with the membership."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and user.member.left_at is None

    def get_user(self, user_id: Any) -> Person | None:
        person: Person | None = _person.one(person=user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
