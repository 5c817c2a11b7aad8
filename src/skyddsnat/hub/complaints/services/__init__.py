"""Everything that changes a complaint or a case.  Services take the actor first, ask policy, write and log in one transaction.

intake.py    a stop page hands in           judging.py   suspend, decide, an operator's own lift
reply.py     reach the complainant, replied progress.py  a lift arrives at agents
upkeep.py    what the clock does
"""

from skyddsnat.hub.complaints.services.intake import receive
from skyddsnat.hub.complaints.services.judging import decide, own_lift, suspend
from skyddsnat.hub.complaints.services.progress import note_arrivals
from skyddsnat.hub.complaints.services.reply import replied, show_contact, show_name
from skyddsnat.hub.complaints.services.upkeep import Tended, tend

__all__ = [
    "Tended",
    "decide",
    "note_arrivals",
    "own_lift",
    "receive",
    "replied",
    "show_contact",
    "show_name",
    "suspend",
    "tend",
]
