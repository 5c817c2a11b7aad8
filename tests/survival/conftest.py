"""The agent's site, as the agent's own tests have it."""

from tests.agent.conftest import dns_site, names, site

__all__ = ["dns_site", "names", "site"]
