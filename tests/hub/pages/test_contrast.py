"""Every pair of colours that meets on a page can be told apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import skyddsnat.hub.pages

CSS = Path(skyddsnat.hub.pages.__file__).parent / "static" / "pages" / "css"
TEXT, SHAPE = 4.5, 3.0

PAIRS = [
    *[(text, ground, TEXT) for text in ("text", "text-soft", "accent") for ground in ("bg", "surface", "sunken")],
    *[(word, f"{word}-soft", TEXT) for word in ("ok", "warn", "danger", "info", "neutral")],
    *[(word, "surface", TEXT) for word in ("ok", "warn", "danger", "info", "neutral")],
    *[("text", f"{word}-soft", TEXT) for word in ("warn", "danger", "accent")],
    ("text-soft", "warn-soft", TEXT),
    ("text-soft", "danger-soft", TEXT),
    ("accent", "danger-soft", TEXT),
    ("accent", "warn-soft", TEXT),
    ("on-accent-soft", "accent-soft", TEXT),
    ("on-solid", "accent-solid", TEXT),
    ("on-solid", "accent-solid-hover", TEXT),
    ("on-solid", "danger-solid", TEXT),
    ("on-solid", "danger-solid-hover", TEXT),
    *[(text, ground, TEXT) for text in ("on-bar", "on-bar-soft") for ground in ("bar", "bar-hover", "bar-field")],
    *[(shape, ground, SHAPE) for shape in ("line-strong", "focus") for ground in ("bg", "surface", "sunken")],
    ("bar-field-line", "bar", SHAPE),
    ("focus-bar", "bar", SHAPE),
    ("accent-solid", "surface", SHAPE),
    ("danger-solid", "surface", SHAPE),
]


def colours(mode: int) -> dict[str, str]:
    """The tokens as hexadecimal colours; mode 0 is light, 1 is dark."""
    text = (CSS / "tokens.css").read_text()
    pairs = re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    plain = re.findall(r"--([a-z-]+): (#\w{6});", text)
    return {name: both[mode] for name, *both in pairs} | dict(plain)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_a_pair_can_be_told_apart(front: str, ground: str, least: float, mode: int) -> None:
    here = colours(mode)
    assert contrast(here[front], here[ground]) >= least


def test_colours_stand_among_the_tokens_only() -> None:
    marking = re.compile(r"\.marking.*")  # TLP 2.0 fixes its own colours
    for path in sorted(CSS.glob("*.css")):
        text = marking.sub("", path.read_text())
        if path.name in {"tokens.css", "print.css"}:
            continue
        found = re.findall(r"(?<!\")#[0-9a-fA-F]{3,6}\b", text)
        assert not found, f"{path.name}: {found}"
