"""Changes: series and panels, members' figures, releases, events.  Each asks policy, writes and logs in one transaction."""

from skyddsnat.hub.statistics.services.events import add_event, remove_event
from skyddsnat.hub.statistics.services.figures import Taken, comment, explain, hand_in, take
from skyddsnat.hub.statistics.services.releases import release, withdraw
from skyddsnat.hub.statistics.services.series import (
    agree,
    approve,
    close_series,
    end_agreement,
    make_panel,
    open_series,
)

__all__ = [
    "Taken",
    "add_event",
    "agree",
    "approve",
    "close_series",
    "comment",
    "end_agreement",
    "explain",
    "hand_in",
    "make_panel",
    "open_series",
    "release",
    "remove_event",
    "take",
    "withdraw",
]
