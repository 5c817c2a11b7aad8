"""Joint statistics: series and who is in them, members' figures, what was released of them, and what happened meanwhile."""

from skyddsnat.hub.statistics.models.figure import Comment, Figure, Revision
from skyddsnat.hub.statistics.models.release import Event, Release
from skyddsnat.hub.statistics.models.series import Agreement, Panel, PanelMember, Series

__all__ = [
    "Agreement",
    "Comment",
    "Event",
    "Figure",
    "Panel",
    "PanelMember",
    "Release",
    "Revision",
    "Series",
]
