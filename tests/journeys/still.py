"""A Chromium that lays pages out and draws nothing (docs/adr/0057-nothing-is-drawn.md)."""

from __future__ import annotations

STILL = (
    "--enable-begin-frame-control",  # a frame is drawn when somebody asks for one, and nobody does
    "--run-all-compositor-stages-before-draw",
    "--js-flags=--no-maglev,--no-turbofan",  # a page lives for half a second: its scripts are over before they are optimised
)
"""Flags for chromium-headless-shell, where nobody looks at a picture or presses a key.  To click takes a frame: see `let_in`."""
