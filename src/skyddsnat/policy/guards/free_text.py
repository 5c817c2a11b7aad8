"""One call for every free text: a note, a reason, a bulletin's body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from skyddsnat.policy.guards.findings import Finding, Severity, ShapeRule
from skyddsnat.policy.guards.imagery import find_imagery
from skyddsnat.policy.guards.personal_data import find_personal_data

MAX_FREE_TEXT: Final = 4000
"""Characters."""
MAX_HASHES: Final = 8
"""Whole hashes in one free text; more belong in their own column, and could carry something piece by piece."""

_HASH: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})(?![0-9A-Za-z])"
)


def inspect_text(text: str, *, limit: int = MAX_FREE_TEXT) -> tuple[Finding, ...]:
    """Everything that speaks against storing a text: length, imagery, a list of hashes, personal data, in that order.

    limit: characters.  A longer text, and one with imagery, is not looked through for personal data, since it is
    refused anyway.  Never raises.
    """
    if len(text) > limit:
        return (Finding(ShapeRule.TOO_LONG, Severity.STOP, limit, len(text)),)
    imagery = find_imagery(text)
    if imagery:
        return (Finding(imagery.rule, Severity.STOP, imagery.start, imagery.end),)
    hashes = list(_HASH.finditer(text))
    shape = (
        [Finding(ShapeRule.HASH_LIST, Severity.STOP, hashes[0].start(), hashes[-1].end())]
        if len(hashes) > MAX_HASHES
        else []
    )
    data = [Finding(found.kind, found.severity, found.start, found.end) for found in find_personal_data(text)]
    return (*shape, *data)


def stops(findings: Iterable[Finding]) -> bool:
    """Whether any finding forbids storing the text."""
    return any(finding.severity is Severity.STOP for finding in findings)
