"""The scopes of tokens in people's words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.vocabulary import TokenScope

SCOPE_CHOICES: list[tuple[str, Promise]] = [
    (TokenScope.TAXII.value, _("Feed: read the circles' feeds, and submit signals to your own inbox (TAXII)")),
    (TokenScope.STATS.value, _("Reports: hand in the agent's health and counts")),
    (TokenScope.SHARES.value, _("Benchmark: hand in sealed values")),
    (TokenScope.PARTY.value, _("Computing party: take part in the computation of rounds")),
    (TokenScope.COMPLAINTS.value, _("Stop page: hand in complaints from outside")),
]
SCOPE_NAMES: dict[str, Promise] = {
    TokenScope.TAXII.value: _("feed"),
    TokenScope.STATS.value: _("reports"),
    TokenScope.SHARES.value: _("benchmark"),
    TokenScope.PARTY.value: _("computing party"),
    TokenScope.COMPLAINTS.value: _("stop page"),
}
