"""What must hold for every page: axe finds nothing in light and dark, it reflows at 320 px, no table of it has to be pushed
sideways on a tablet, and what axe does not see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.effort import LONG
from tests.journeys.contrast import ONCE

VENDOR = Path(__file__).resolve().parent.parent / "vendor"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]
ONLY_FAULTS = {
    "resultTypes": ["violations"]
}  # what else it finds is not described in full, which is a good part of the work
FULL = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}, **ONLY_FAULTS}


def only(*rules: str) -> dict[str, object]:
    """Options of axe for these rules alone."""
    return {"runOnly": {"type": "rule", "values": rules}, **ONLY_FAULTS}


COLOURS = only("color-contrast", "link-in-text-block")
TEXTS = only(
    *("landmark-unique", "link-name", "button-name", "label", "select-name", "document-title"),
    *("html-has-lang", "html-lang-valid", "target-size"),
)
RUN = """options => axe.run(document, options).then(found => found.violations.map(
    one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`))"""
OWN = """() => {
  const faults = [];
  if (document.querySelectorAll('h1').length !== 1) faults.push(`h1: ${document.querySelectorAll('h1').length} of them`);
  if (!document.querySelector('a.skip[href="#main"]') || !document.getElementById('main')) faults.push('no skip link');
  for (const field of document.querySelectorAll('input:not([type=hidden], [aria-hidden=true]), select, textarea'))
    if (!field.labels?.length && !field.ariaLabel && !field.getAttribute('aria-labelledby') && field.checkVisibility())
      faults.push(`no label: ${field.name}`);
  for (const made of document.querySelectorAll('[style], style, script:not([src]):not([type="application/json"])'))
    faults.push(`inline ${made.tagName}`);
  return faults;
}"""
LOOK = f"""async options => {{
  document.body.offsetWidth;  // only what has its place asks for its font
  await document.fonts.ready;
  return {{
    faults: [...(await ({RUN})(options)).map(fault => `light ${{fault}}`), ...({OWN})()],
    spoken: document.documentElement.lang, hasTables: Boolean(document.querySelector('.table-wrap')),
  }};
}}"""
REFLOW = "document.documentElement.scrollWidth"
NARROW, TABLETS, WIDE = 320, (700, 768, 1024), 1280
PUSHED = """() => [...document.querySelectorAll('.table-wrap')]
    .map(one => [one.scrollWidth - one.clientWidth, one.textContent.trim().slice(0, 30)]).filter(([over]) => over > 1)
    .map(([over, text]) => `a table is ${over} px too wide at ${innerWidth} px: ${text}`)"""


@cache
def source() -> str:
    """axe-core as it is vendored; it looks at texts that are coloured alike once, unless much effort is asked for."""
    (found,) = VENDOR.glob("axe-core-*/axe.min.js")
    axe = found.read_text(encoding="utf-8")
    return axe if LONG else f"{axe};{ONCE}"


def make_ready(page: Page) -> None:
    """Let the page have axe from its start: cheaper than to send it each time, where many pages are looked at."""
    page.add_init_script(source())


def examine(page: Page, *, language: str = "", known: bool = False) -> list[str]:
    """Everything that is wrong with the page as it stands.

    known: each of its parts has been looked at in another language, which leaves what depends on its texts.
    """
    page.wait_for_load_state()  # a word of it may have been seen while it was still coming
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    seen: dict[str, Any] = page.evaluate(LOOK, TEXTS if known else FULL)
    faults: list[str] = seen["faults"]
    if language and seen["spoken"] != language:
        faults.append(f"lang is {seen['spoken']}, expected {language}")
    if not known:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        faults += [f"dark {fault}" for fault in page.evaluate(RUN, COLOURS)]
    page.set_viewport_size({"width": NARROW, "height": 700})
    width: Any = page.evaluate(REFLOW)
    if width > NARROW:
        faults.append(f"is {width} px wide at {NARROW} px")
    for tablet in TABLETS if seen["hasTables"] and not known else ():
        page.set_viewport_size({"width": tablet, "height": 900})
        faults += page.evaluate(PUSHED)
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    return faults
