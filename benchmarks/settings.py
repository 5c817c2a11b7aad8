"""The hub's settings in a benchmark: the demo's (plain http on loopback), and room for more reports than one member hands in."""

from __future__ import annotations

from skyddsnat.hub.settings.demo import *  # noqa: F403

DEMO = False
SIGNAL_SUBMISSIONS_PER_HOUR = 10_000_000
