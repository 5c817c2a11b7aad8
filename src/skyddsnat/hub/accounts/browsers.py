"""A browser as people know it, of what it says of itself: “Firefox, Windows”.

All of them begin alike (“Mozilla/5.0 (X11; …) AppleWebKit/537.36 …”), so who looks for a session that is not their own could tell
none from another.  What a browser says of itself proves nothing; it helps a person to recognise their own.
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = (
    ("Edge", r"\bEdg(?:A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:HeadlessChrome|Chrome|Chromium|CriOS)/"),
    ("Safari", r"\bVersion/\S+ .*Safari/"),
)
"""In this order: most of them say that they are Chrome and Safari, too."""
_SYSTEMS: Final = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)
LONGEST: Final = 80


def browser_named(user_agent: str) -> str:
    """Browser and system, as far as they are known; else the beginning of what it said."""
    found = [_first(_NAMES, user_agent), _first(_SYSTEMS, user_agent)]
    return ", ".join(name for name in found if name) or user_agent[:LONGEST]


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, said)), "")
