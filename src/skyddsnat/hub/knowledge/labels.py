"""Words for the catalogue's closed lists.  The catalogue's own texts carry their two languages themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skyddsnat.catalogue.exchange import CarriedAs, Enforceable
from skyddsnat.catalogue.grid import ValueType
from skyddsnat.catalogue.metrics import CompetitionFlag, Direction, Evidence, Frequency, Sharing

# No word here is a grade or a colour: "green" and "red" are the file's words for who may propose a metric.
DIRECTIONS = {
    Direction.HIGHER: _("A higher figure is better"),
    Direction.LOWER: _("A lower figure is better"),
    Direction.NEUTRAL: _("Neutral: neither way is better, so it is never ranked and never coloured"),
}
FREQUENCIES = {
    Frequency.MONTH: _("Monthly"),
    Frequency.QUARTER: _("Quarterly"),
    Frequency.YEAR: _("Yearly"),
}
SHARING = {
    Sharing.SECRET: _("Secret: compared only through confidential benchmarking, nobody else sees the value"),
    Sharing.COALITION: _("Open to the members, under TLP:AMBER"),
    Sharing.PUBLIC: _("May be published"),
}
COMPETITION = {
    CompetitionFlag.GREEN: _("Any member may propose it for a round"),
    CompetitionFlag.AMBER: _("Needs a note from competition counsel in the round"),
    CompetitionFlag.RED: _("May not be part of a round"),
}
EVIDENCE = {
    Evidence.MEASURED: _("Measured by the coalition's own software"),
    Evidence.SELF_REPORTED: _("Reported by the member itself"),
}
VALUE_TYPES = {
    ValueType.COUNT: _("A whole number"),
    ValueType.RATIO: _("A ratio"),
    ValueType.HOURS: _("Hours"),
    ValueType.INDEX: _("An index"),
    ValueType.SCORE: _("A score"),
    ValueType.BOOLEAN: _("Yes or no"),
}
CARRIED_AS = {
    CarriedAs.SIGNAL: _("Signal: reviewed and shared in the feed"),
    CarriedAs.BULLETIN: _("Bulletin: written and read by people"),
    CarriedAs.COUNT: _("Count: only in rough numbers"),
    CarriedAs.HELD_BACK: _("Not taken in until counsel has confirmed the legal basis"),
}
ENFORCEABLE = {
    Enforceable.FULL: pgettext_lazy("can be acted on by the operator's equipment", "Yes"),
    Enforceable.PARTLY: pgettext_lazy("can be acted on by the operator's equipment", "Partly"),
    Enforceable.NONE: pgettext_lazy("can be acted on by the operator's equipment", "No"),
}
