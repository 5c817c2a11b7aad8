"""What a view may ask for beyond a signed-in person with a second factor.  They lie with `members`, whose pages need them too."""

from skyddsnat.hub.members.decorators import fresh, role_required

__all__ = ["fresh", "role_required"]
