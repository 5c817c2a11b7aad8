"""An operator with three resolvers whose logs are written by hand, and a list that has been in force for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.counting import days
from skyddsnat.agent.counting.days import Outcome
from skyddsnat.agent.counting.figures import MonthCounts, month_counts
from skyddsnat.agent.counting.store import CountStore
from skyddsnat.agent.state import State
from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.policy.statistics.periods import Period
from tests.agent.conftest import HOT, Site

RESOLVERS = {"bind-1": "bind", "unbound-1": "unbound", "kresd-1": "knot-resolver"}
CANARY = f"k3x9.canary.{HOT}"
LISTED = {"wild.test": "subdomains", "only.shop.test": "exact", "xn--rksmrgs-5wao1o.test": "subdomains"}


@dataclass(slots=True)
class Logs:
    """The folder of logs, the day that they are about, and what is counted from them."""

    site: Site
    folder: Path
    day: date = field(default_factory=lambda: datetime.now(UTC).date() - timedelta(days=10))

    @property
    def period(self) -> Period:
        return Period.holding(self.day, Frequency.MONTH)

    def at(self, clock: str = "12:00:00", *, days: int = 0) -> datetime:
        return datetime.combine(self.day + timedelta(days=days), time.fromisoformat(clock), UTC)

    def write(self, name: str, *lines: str, end: str = "\n") -> Path:
        """Append lines to a log."""
        path = self.folder / name
        with path.open("a") as out:
            out.write("\n".join(lines) + end if lines else "")
        return path

    def count(self, *, now: datetime | None = None, again_from: date | None = None) -> Outcome:
        config = load(self.site.config_file)
        state = State.open(config.data_dir)
        with closing(CountStore.open(config.data_dir)) as store, closing(state):
            return days.count(
                config,
                state.lists,
                store,
                now=now or datetime.now(UTC),
                look=lambda _read, _size: None,
                again_from=again_from,
            )

    def counts(self) -> MonthCounts:
        config = load(self.site.config_file)
        with closing(CountStore.open(config.data_dir)) as store:
            return month_counts(store, config.count, self.period, resolvers=len(config.resolvers))


def bind(at: datetime, client: str, name: str, kind: str = "A") -> str:
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.123Z")
    return (
        f"{moment} rpz: info: client @0x7f27a7719000 {client}#40216 ({name}): rpz QNAME NXDOMAIN rewrite {name}/{kind}/IN "
        f"via {name}.{HOT}"
    )


def unbound(at: datetime, client: str, name: str, kind: str = "A", action: str = "rpz-nxdomain") -> str:
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.123+00:00")
    return f"{moment} unbound[763:0] info: rpz: applied [hot] *.{name}. {action} {client}@5353 {name}. {kind} IN"


def powerdns(at: datetime, client: str, name: str) -> str:
    """As our script has it logged."""
    return f"dns4 pdns_recursor[7]: skyddsnat-hit {at:%Y-%m-%dT%H:%M:%SZ} {client} {name}. 1"


def kresd(at: datetime, name: str, kind: str = "A") -> str:
    moment = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return f"{moment} dns3 kresd[99]: [policy][46655.00]   DENY_MSG applied for {name}. {kind}"


@pytest.fixture
def logs(site: Site) -> Iterator[Logs]:
    folder = site.folder / "logs"
    folder.mkdir()
    with site.config_file.open("a") as out:
        out.write('ignore_clients = ["192.0.2.53", "2001:db8:53::/64"]\nsubscriptions = 250000\n')
        for number, (resolver, kind) in enumerate(RESOLVERS.items(), start=1):
            out.write(f'[[count.log]]\nresolver = "{resolver}"\nhits = ["logs/{resolver}*"]\n')
            out.write(f'[[resolver]]\nname = "{resolver}"\nkind = "{kind}"\naddress = "192.0.2.{number}"\n')
    for resolver in RESOLVERS:
        (folder / resolver).touch()
    site.clock.move(days=-70)
    for name, scope in LISTED.items():
        site.hub.verify(name, scope=scope)
    agent = site.agent()
    agent.pull()
    agent.step()
    agent.close()
    site._open.clear()
    site.clock.move(days=70)
    return Logs(site, folder)
