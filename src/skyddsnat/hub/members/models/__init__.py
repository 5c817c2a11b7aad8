"""Who is in the coalition: members, people, circles, and on what legal basis it works."""

from skyddsnat.hub.members.models.circle import Circle, CircleMembership
from skyddsnat.hub.members.models.legal import LegalBasis
from skyddsnat.hub.members.models.organisation import Coalition, Member, MemberDomain
from skyddsnat.hub.members.models.person import Person
from skyddsnat.hub.members.models.proposal import Proposal

__all__ = ["Circle", "CircleMembership", "Coalition", "LegalBasis", "Member", "MemberDomain", "Person", "Proposal"]
