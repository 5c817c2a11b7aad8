"""A note that the guard stopped for personal data by mistake: who may ask for it to be let through, and who lets it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.four_eyes import Hand, check_two_hands
from skyddsnat.policy.guards import Finding, PersonalDataKind
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import Role

LASTS: Final = timedelta(days=7)
"""From the question; what is not used by then is stopped again."""
MOST_OPEN: Final = 10
"""Requests that one person may have open at a time."""
MOST_SHAPES: Final = 5


class Explanation(StrEnum):
    """Why the writer says that it is no personal data.  Fixed words: a text could hold the data once more."""

    TIME = "time"
    REFERENCE = "reference"
    VERSION = "version"
    FUNCTION = "function"
    TECHNICAL = "technical"


def releasable(findings: Iterable[Finding]) -> bool:
    """Whether a stop may be released at all: personal data alone.  Imagery in disguise never is, nor a text out of shape."""
    codes = [finding.code for finding in findings]
    return bool(codes) and all(isinstance(code, PersonalDataKind) for code in codes)


def shapes(text: str, findings: Iterable[Finding]) -> list[str]:
    """What was found without what it says: digits as 0 and letters as a; `20261124-1530` is `00000000-0000`."""
    spans = [text[finding.start : finding.end][:40] for finding in findings]
    return [re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", span)) for span in spans[:MOST_SHAPES]]


def check_release(asker: Hand, decider: Hand, *, release: bool) -> None:
    """Who releases, or turns down: a coordinator of another organisation.  Released is only what somebody asks who still may.

    Raises PolicyRefusal: no_role, same_person, same_organisation, proposer_gone.
    """
    if Role.COORDINATOR not in decider.roles:
        raise PolicyRefusal("no_role")
    check_two_hands(asker, decider)
    if release and not asker.roles & SUBMITTING_ROLES:
        raise PolicyRefusal("proposer_gone")
