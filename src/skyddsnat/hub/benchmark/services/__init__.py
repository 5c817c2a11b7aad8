"""Changes to confidential benchmarking.  Each asks policy, writes, and logs, in one transaction.

keys.py         public keys, registered by one and confirmed by a second
groups.py       who is compared with whom
planning.py     drafts and counsel's sign-off
freezing.py     from a draft to the exact bytes that are signed
steps.py        the states, each with its evidence
submissions.py  a member hands in
statements.py   a party says something
objections.py   a member was left out
transcript.py   the only way into the transcript
upkeep.py       what the clock does
"""

from skyddsnat.hub.benchmark.services.freezing import freeze, specification_of, take_back
from skyddsnat.hub.benchmark.services.groups import change_group, choose, create_group
from skyddsnat.hub.benchmark.services.keys import confirm_key, register_key, revoke_key
from skyddsnat.hub.benchmark.services.objections import log_key, object_to_list
from skyddsnat.hub.benchmark.services.planning import Draft, change_round, discard_round, plan_round, sign_off
from skyddsnat.hub.benchmark.services.statements import take_statement
from skyddsnat.hub.benchmark.services.steps import call_off, open_round
from skyddsnat.hub.benchmark.services.submissions import HandedIn, hand_in
from skyddsnat.hub.benchmark.services.upkeep import tend

__all__ = [
    "Draft",
    "HandedIn",
    "call_off",
    "change_group",
    "change_round",
    "choose",
    "confirm_key",
    "create_group",
    "discard_round",
    "freeze",
    "hand_in",
    "log_key",
    "object_to_list",
    "open_round",
    "plan_round",
    "register_key",
    "revoke_key",
    "sign_off",
    "specification_of",
    "take_back",
    "take_statement",
    "tend",
]
