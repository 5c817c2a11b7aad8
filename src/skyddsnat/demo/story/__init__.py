"""The story that must hold: `play` tells it.  `browser` and `machine` are of use without a story, and without the hub's code."""
