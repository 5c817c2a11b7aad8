"""A text reads as the noun that shows it translates it: no translation of another noun or of Django comes before it."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as shown

import skyddsnat

HUB = Path(skyddsnat.__file__).parent / "hub"
CATALOGUES = sorted(HUB.glob("*/locale/sv/LC_MESSAGES/django.mo"))
LEAD = re.compile(r"uppslag(?!ning)", re.IGNORECASE)


def texts(path: Path) -> dict[str, str]:
    """The noun's texts without plural forms; one with a context of its own has a key of its own, `context\\4text`."""
    with path.open("rb") as file:
        found = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in found.items() if isinstance(key, str) and key}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(HUB).parts[0])
def test_a_text_is_shown_as_its_own_noun_translates_it(path: Path) -> None:
    own = texts(path)
    assert own
    with translation.override("sv"):
        other = {key: (text, shown(key)) for key, text in own.items() if shown(key) != text}
    assert not other, "give these texts a context, or translate them alike in all nouns"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(HUB).parts[0])
def test_a_lead_and_a_look_up_have_each_a_word_of_their_own(path: Path) -> None:
    """In Swedish a tip to follow up is an `uppslag`, and what a resolver answers an `uppslagning` or a `DNS-fråga`."""
    mixed = {key: text for key, text in texts(path).items() if LEAD.search(text) and "lead" not in key.lower()}
    assert not mixed
