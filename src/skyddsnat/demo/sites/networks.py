"""The five operators' networks: no two of them run the same, as in the world."""

from __future__ import annotations

from dataclasses import dataclass

from skyddsnat.agent.resolvers.kinds import ResolverKind


@dataclass(frozen=True, slots=True)
class Network:
    """One operator's.  engineers: the two who approve what its agent holds."""

    member: str
    agent: str
    kind: ResolverKind
    engineers: tuple[str, str]

    @property
    def resolver(self) -> str:
        """How the resolver is called."""
        return f"{self.kind.value}-1"

    @property
    def zones(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(role, name) of its policy zones."""
        return (("hot", f"hot.rpz.{self.member}.test"), ("base", f"base.rpz.{self.member}.test"))


NETWORKS = (
    Network("alfa", "alfa-sthlm-1", ResolverKind.UNBOUND, ("Erik Sand", "Nora West")),
    Network("beta", "beta-lund-1", ResolverKind.BIND, ("Hedda Ek", "Sami Lund")),
    Network("gamma", "gamma-umea-1", ResolverKind.POWERDNS, ("Arvid Ström", "Leila Noor")),
    Network("delta", "delta-gbg-1", ResolverKind.KNOT_RESOLVER, ("Moa Frisk", "Petter Ö")),
    Network("epsilon", "epsilon-gavle-1", ResolverKind.UNBOUND, ("Disa Hall", "Jon Berg")),
)

SUBSCRIPTIONS = {"alfa": 410_000, "beta": 350_000, "gamma": 160_000, "delta": 220_000, "epsilon": 120_000}
"""How many customers each has."""
