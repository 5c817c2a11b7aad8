"""The sharing rule, written a second time in plain Python: no ORM, nothing of `skyddsnat.policy`.

The shadow hears of each act that the hub let through, and says from that alone who must see what.
"""

from __future__ import annotations

from dataclasses import dataclass, field

type Who = tuple[str, str]
"""Someone of the cast: member and role, as `cast.person` takes them."""

READ = {"analyst", "reviewer", "engineer", "auditor"}
MANDATED = {"solros", "vakten"}
OWNER = "solros"
"""Owns both circles of the cast: its auditors read what is done there, and it is asked who comes in."""


@dataclass(slots=True)
class Life:
    """One value in one circle, from its first report to its end.

    reports: members that stand behind it.  approvals: members whose reviewers have said yes.  seen: the circle has seen it.
    """

    circle: str
    value: str
    marking: str
    reports: set[str] = field(default_factory=set)
    approvals: set[str] = field(default_factory=set)
    named: set[Who] = field(default_factory=set)
    seen: bool = False
    verified: bool = False
    disputed: bool = False
    ended: str = ""  # how, or "" while it goes on

    def same_as(self, other: Life) -> bool:
        """Whether it is a life of the same value in the same circle."""
        return (self.circle, self.value) == (other.circle, other.value)

    @property
    def judged(self) -> bool:
        """Whether someone with a mandate has said yes."""
        return bool(self.approvals & MANDATED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What waits for a second hand: this member into this circle, by whom."""

    member: str
    circle: str
    by: Who


@dataclass(slots=True)
class Shadow:
    """people: each person's roles, as they are now.  circles: who is in, as it is now.  lives: by the hub's id.

    wishes: what is proposed and waits, by the hub's id.
    """

    people: dict[Who, set[str]]
    circles: dict[str, set[str]]
    lives: dict[object, Life] = field(default_factory=dict)
    wishes: dict[object, Wish] = field(default_factory=dict)

    def must_know_of(self, who: Who) -> set[object]:
        """Decisions that this person reads of: all for coordinators and auditors, else the own and those to take."""
        if self.people[who] & {"coordinator", "auditor"}:
            return set(self.wishes)
        return {key for key, wish in self.wishes.items() if wish.by == who} | self.must_confirm(who)

    def must_confirm(self, who: Who) -> set[object]:
        """Decisions for which this person can be the second hand: of another organisation, in the circle, not about itself."""
        if not self.people[who] & {"coordinator", "reviewer"}:
            return set()
        return {
            key
            for key, wish in self.wishes.items()
            if who[0] not in {wish.by[0], wish.member} and who[0] in self.circles[wish.circle] | {OWNER}
        }

    def must_see(self, who: Who) -> set[object]:
        """The ids of all signals that this person must see, and no others."""
        return {key for key, life in self.lives.items() if self.sees(who, life)}

    def sees(self, who: Who, life: Life) -> bool:
        member, roles = who[0], self.people[who]
        if member not in self.circles[life.circle] or not roles & READ:
            return False
        if life.marking == "RED" and who not in life.named:
            return False
        return life.seen or member in life.reports or self._judges(member, roles, life)

    def _judges(self, member: str, roles: set[str], life: Life) -> bool:
        if "reviewer" not in roles:
            return False
        if life.ended:
            return life.ended == "rejected" and member in MANDATED
        return member in MANDATED or life.judged

    def knows_who(self, who: Who, life: Life) -> bool:
        """Whether this person may read who reported it: reviewers with a mandate, in the circle."""
        member = who[0]
        return "reviewer" in self.people[who] and member in MANDATED and member in self.circles[life.circle]

    def readers(self, member: str) -> set[Who]:
        """The member's people who read signals."""
        return {who for who, roles in self.people.items() if who[0] == member and roles & READ}

    def told(self, circle: str) -> set[str]:
        """Values that the circle's machines have been told of."""
        return {
            life.value for life in self.lives.values() if life.circle == circle and life.seen and life.marking != "RED"
        }

    def report(self, key: object, who: Who | None, member: str, *, life: Life, named: set[Who]) -> None:
        """A report that the hub took in.  life: circle, value and marking as they were asked for.  who: None for a machine."""
        there = self.lives.setdefault(key, life)
        if member in there.reports or member in there.approvals:
            if there.marking == "RED" and who is not None:
                there.named.add(who)
            return
        wish = life.marking
        if not there.seen and wish == "RED" and there.marking != "RED":
            there.named |= set().union(*(self.readers(other) for other in there.reports))
            there.marking = "RED"
        if wish == "AMBER+STRICT" and there.marking == "AMBER":
            there.marking = wish
        if there.marking == "RED":
            there.named |= named
            there.named |= {who} if wish == "RED" and who is not None else self.readers(member)
        there.reports.add(member)
        self.settle(key)

    def settle(self, key: object, following: object = None) -> None:
        """What reports and approvals make of it.  following: the hub's id of what goes on unseen, if there is one."""
        life = self.lives[key]
        if life.disputed or life.ended:
            return
        life.verified = life.judged and (life.verified or len(life.approvals) >= 2)
        if life.verified or len(life.reports) >= 2:
            life.seen = True
        elif life.seen:
            self.lives[following] = Life(
                life.circle, life.value, life.marking, set(life.reports), set(life.approvals), set(life.named)
            )
            life.ended = "withdrawn"
