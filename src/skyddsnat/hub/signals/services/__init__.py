"""Everything that changes a signal.  Services take the actor first, ask policy, write, log and publish in one transaction.

intake.py      what members report          review.py     claim, approve, reject, change the scope
hand_in.py     what becomes of it, many at once
feedback.py    objections and disputes      lifecycle.py  withdraw, renew, the sweeper
reveal.py      uncover a value, look one up known.py      look many up
pairs.py       what two organisations decide together
false_stops.py a note stopped by mistake
gate.py        what may enter               dossier.py    all that decides where a signal stands
gone.py        approvals of people who could give them no longer
settling.py    writes where it stands       publishing.py tells the feeds and inboxes
alarms.py      an exported list's mark came back
complaints.py  what a complaint from outside holds, suspends, narrows
"""

from skyddsnat.hub.signals.services.alarms import canaries_met, close_alarm
from skyddsnat.hub.signals.services.complaints import decide_complaint, hold_for_complaint, suspend_for_complaint
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.services.false_stops import ask_release, decide_release
from skyddsnat.hub.signals.services.feedback import confirm_feedback, dismiss_feedback, dispute, give_feedback, uphold
from skyddsnat.hub.signals.services.intake import preview, room_this_hour, submit
from skyddsnat.hub.signals.services.known import Known, Question, look_up_many
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
    "Known",
    "Outcome",
    "Question",
    "SignalDraft",
    "Status",
    "Swept",
    "approve",
    "ask_release",
    "canaries_met",
    "claim",
    "close_alarm",
    "confirm_block_rule",
    "confirm_feedback",
    "confirm_override",
    "decide_complaint",
    "decide_release",
    "dismiss_feedback",
    "dispute",
    "end_block_rule",
    "end_override",
    "give_feedback",
    "hold_for_complaint",
    "look_up",
    "look_up_many",
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
    "room_this_hour",
    "seal_of",
    "submit",
    "suspend_for_complaint",
    "sweep",
    "uphold",
    "withdraw",
]
