"""What people write outside of signals: names, purposes, labels.  The same guards stand before all of it."""

from __future__ import annotations

from typing import Final
from unicodedata import category

from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import ImageryRule, find_imagery, inspect_text, stops

LONGEST_NAME: Final = 120


def check_own_name(text: str) -> None:
    """What the coalition, a member or a person is called: as `check_names`, and not blank or too long for its column.

    Forms ask that too; `skyddsnat hub init` has none.  Raises PolicyRefusal("name_length"), and what `check_names` raises.
    """
    check_names(text)
    if not text.strip() or len(text) > LONGEST_NAME:
        raise PolicyRefusal("name_length", f"{len(text)} characters, expected 1 to {LONGEST_NAME}")


def check_names(*texts: str | None) -> None:
    """Names and labels: no imagery in disguise, and no letter that is not seen.

    They stand in lists of who reads something, in letters and on terminals: a turn of direction would show another name, a line
    break another line.  Raises PolicyRefusal("imagery" | "unseen").
    """
    _check_imagery(*texts)
    if any(_is_unseen(letter) for text in texts for letter in text or ""):
        raise PolicyRefusal("unseen")


def check_prose(*texts: str) -> None:
    """Purposes and legal bases: no imagery, and no personal data either.

    Raises PolicyRefusal("imagery" | "personal_data").
    """
    _check_imagery(*texts, "\n".join(texts))
    for text in texts:
        findings = inspect_text(text)
        if stops(findings):
            imagery = any(isinstance(finding.code, ImageryRule) for finding in findings)
            raise PolicyRefusal("imagery" if imagery else "personal_data")


def _check_imagery(*texts: str | None) -> None:
    if any(find_imagery(text) for text in texts if text):
        raise PolicyRefusal("imagery")


def _is_unseen(letter: str) -> bool:
    """Control characters, marks of direction, breaks of lines; a space that does not break is seen well enough."""
    return not letter.isprintable() and category(letter) != "Zs"
