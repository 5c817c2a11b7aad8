"""What people write outside of signals: names, purposes, labels.  The same guards stand before all of it."""

from __future__ import annotations

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import ImageryRule, find_imagery, inspect_text, stops


def check_names(*texts: str | None) -> None:
    """Names and labels: no imagery in disguise.  Raises PolicyRefusal("imagery")."""
    if any(find_imagery(text) for text in texts if text):
        raise PolicyRefusal("imagery")


def check_prose(*texts: str) -> None:
    """Purposes and legal bases: no imagery, and no personal data either.

    Raises PolicyRefusal("imagery" | "personal_data").
    """
    check_names(*texts, "\n".join(texts))
    for text in texts:
        findings = inspect_text(text)
        if stops(findings):
            imagery = any(isinstance(finding.code, ImageryRule) for finding in findings)
            raise PolicyRefusal("imagery" if imagery else "personal_data")
