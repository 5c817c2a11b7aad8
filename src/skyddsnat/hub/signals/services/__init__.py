"""Everything that changes a signal.  Services take the actor first, ask policy, write, log and publish in one transaction.

intake.py      what members report          review.py     claim, approve, reject, change the scope
feedback.py    objections and disputes      lifecycle.py  withdraw, renew, the sweeper
reveal.py      uncover a value, look one up pairs.py      what two organisations decide together
gate.py        what may enter               dossier.py    all that decides where a signal stands
settling.py    writes where it stands       publishing.py tells the feeds and inboxes
"""

from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.feedback import confirm_feedback, dismiss_feedback, dispute, give_feedback, uphold
from skyddsnat.hub.signals.services.intake import preview, submit
from skyddsnat.hub.signals.services.lifecycle import Swept, renew, sweep, withdraw
from skyddsnat.hub.signals.services.pairs import (
    confirm_block_rule,
    confirm_override,
    end_block_rule,
    end_override,
    propose_block_rule,
    propose_override,
)
from skyddsnat.hub.signals.services.reveal import look_up, lookups_left, reveal, reveals_left
from skyddsnat.hub.signals.services.review import approve, claim, reject, release, rescope, seal_of

__all__ = [
    "Outcome",
    "SignalDraft",
    "Status",
    "Swept",
    "approve",
    "claim",
    "confirm_block_rule",
    "confirm_feedback",
    "confirm_override",
    "dismiss_feedback",
    "dispute",
    "end_block_rule",
    "end_override",
    "give_feedback",
    "look_up",
    "lookups_left",
    "preview",
    "propose_block_rule",
    "propose_override",
    "reject",
    "release",
    "renew",
    "rescope",
    "reveal",
    "reveals_left",
    "seal_of",
    "submit",
    "sweep",
    "uphold",
    "withdraw",
]
