"""The stage of the rounds, for what follows a result."""

from tests.hub.benchmark.conftest import bench

__all__ = ["bench"]
