"""Names that no list may take down, as the same hard stop in the hub and in every agent.

In March 2012 some eight thousand lawful names were put into a national blocklist by mistake and operators loaded them.
This package is the part of the answer that knows names; the agent's limits on change are the other part.

Source: dns-enforcement ("Guards against overblocking"), sharing-and-taxii 2.3.
"""

from skyddsnat.policy.protect.list_file import BrokenProtectList, ProtectedName, ProtectMode, ProtectReason, parse_names
from skyddsnat.policy.protect.protect_list import Position, Protection, ProtectList

__all__ = [
    "BrokenProtectList",
    "Position",
    "ProtectList",
    "ProtectMode",
    "ProtectReason",
    "ProtectedName",
    "Protection",
    "parse_names",
]
