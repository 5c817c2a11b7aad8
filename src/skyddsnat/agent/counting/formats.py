"""One line of a resolver's log: a hit, a look-up, something else, or a line that ought to be a hit and cannot be read.

Source: reference/dns-enforcement.md "Log formats and parsing"; each form was also read from the real server in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from skyddsnat.agent.resolvers.kinds import ResolverKind

TIME: Final = (
    r"(?P<time>\d{4}-\d\d-\d\dT\S+|\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]{8,}|[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\[\d{9,11}\])"
)
"""ISO 8601; BIND's own; syslog's, without a year; Unbound's seconds since the epoch."""

STARTS_WITH_TIME: Final = re.compile(TIME)


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that says that the policy was applied.  time: as written, None if the line has none.  name: in lower case.

    client: as written, "" where the resolver tells none, or asked by itself, as Unbound does before an answer grows old
    (`prefetch`, `serve-expired`).  passed: the answer was left as it was, so nothing was blocked.
    """

    time: str | None
    client: str
    name: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Format:
    """How a resolver writes.  mark: in every line that ought to be read; query: a look-up, None where it logs none."""

    mark: bytes
    pattern: re.Pattern[str]
    query_mark: bytes
    query: re.Pattern[str] | None
    tells_client: bool = True

    def read(self, line: str) -> Hit | None:
        """The hit in a marked line; None if the line is not of the known form."""
        found = self.pattern.match(line)
        if found is None:
            return None
        said = found.groupdict()
        action = said["action"].lower()
        return Hit(
            time=said["time"],
            client=said.get("client") or "",
            name=said["name"].lower().removesuffix("."),
            passed=bool(said.get("disabled")) or "passthru" in action or "disabled" in action or action == "pass",
        )


BIND: Final = Format(
    mark=b" rewrite ",
    # In parentheses stands the name that was asked for, after `rewrite` the one that is blocked: at the end of a chain of
    # aliases they differ, and the blocked one is counted.
    pattern=re.compile(
        TIME + r" (?:\S+ named\S*: )?(?:rpz: )?(?:info: )?client (?:@0x[0-9a-f]+ )?(?P<client>\S+)#\d+(?:/key \S+)? "
        r"\(.*?\): (?:view \S+: )?(?P<disabled>disabled )?rpz (?:QNAME|IP|NSDNAME|NSIP|CLIENT-IP) (?P<action>\S+) "
        r"rewrite (?P<name>\S+)/[A-Z0-9-]+/[A-Z]+ via \S+"
    ),
    query_mark=b": query: ",
    query=re.compile(TIME + r" .*?: query: (?P<name>\S+) [A-Z]+ [A-Z0-9-]+ "),
)
UNBOUND: Final = Format(
    mark=b"rpz: applied",
    pattern=re.compile(
        TIME + r" (?:\S+ )?unbound\[[\d:]+\](?:: \[[\d:]+\])? info: rpz: applied (?:\[[^\]]*\] )?"
        r"(?:(?:clientip|nsip|nsdname) )?\S+ (?P<action>rpz-[\w-]+) (?:(?P<client>\S+)@\d+)? (?P<name>\S+) [A-Z0-9-]+ [A-Z]+"
    ),
    query_mark=b" info: ",
    query=re.compile(TIME + r" .*? info: [\da-fA-F.:]+ (?P<name>\S*)\. [A-Z0-9-]+ [A-Z]+$"),
)
KNOT_RESOLVER: Final = Format(
    mark=b"applied for",
    # It writes no time and no client: the time is that of the journal or of syslog.
    pattern=re.compile(
        r"(?:" + TIME + r" \S+ \S+: )?\[policy *\]\[[\d.]+\]\s+(?P<action>\S.*?) applied for (?P<name>\S+) [A-Z0-9-]+"
    ),
    query_mark=b"",
    query=None,
    tells_client=False,
)
POWERDNS: Final = Format(
    mark=b"skyddsnat-hit ",
    # Our own script writes it (samples/powerdns_hits.py), inside whatever form its log has; what passes it leaves out.
    pattern=re.compile(r".*?skyddsnat-hit " + TIME + r" (?P<client>\S+) (?P<name>\S+) (?P<action>[0-9]+)"),
    query_mark=b"",
    query=None,
)
FORMATS: Final = {
    ResolverKind.BIND: BIND,
    ResolverKind.UNBOUND: UNBOUND,
    ResolverKind.KNOT_RESOLVER: KNOT_RESOLVER,
    ResolverKind.POWERDNS: POWERDNS,
}
