"""A line for each stopped look-up from PowerDNS, which writes none by itself: a script that its own Lua runs.

In place of a receiver for its protobuf stream (docs/operator/powerdns.md): nothing more listens, and the line stays in the
operator's own log, as those of other resolvers do.
"""

from __future__ import annotations


def powerdns_lua() -> str:
    """The script.  `variable` keeps a stopped answer out of the packet cache, from which the next one would not be counted."""
    return "\n".join(
        [
            "-- Skyddsnät counts by these lines: time in UTC, who asked, what was stopped, the kind of the answer.",
            "-- Have a script already?  Then put pcall(skyddsnat, dq) into its postresolve.",
            "local passed = {[pdns.policykinds.NoAction] = true, [pdns.policykinds.Truncate] = true}",
            "",
            "function skyddsnat(dq)",
            "  local policy = dq.appliedPolicy",
            "  if passed[policy.policyKind] then return end",
            "  -- At the end of a chain of aliases another name is stopped than the one that was asked for.",
            "  local name = policy.policyHit ~= '' and policy.policyHit or dq.qname:toString()",
            "  local now, client = os.date('!%Y-%m-%dT%H:%M:%SZ'), dq.remoteaddr:toString()",
            "  local words = {'skyddsnat-hit', now, client, name, policy.policyKind}",
            "  pdnslog(table.concat(words, ' '), pdns.loglevels.Notice)",
            "  dq.variable = true  -- not into the packet cache, from which it would not be counted",
            "end",
            "",
            "function postresolve(dq)",
            "  pcall(skyddsnat, dq)  -- whatever goes wrong in counting, the answer goes out",
            "  return false",
            "end",
            "",
        ]
    )
