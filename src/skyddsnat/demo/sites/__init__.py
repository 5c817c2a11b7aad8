"""The operators' own networks, each with a primary, a resolver of another kind and an agent."""

from skyddsnat.demo.sites.customers import Customers
from skyddsnat.demo.sites.networks import NETWORKS, Network
from skyddsnat.demo.sites.site import Site, Subscription, asks
from skyddsnat.demo.sites.stop_page import StopPage

__all__ = ["NETWORKS", "Customers", "Network", "Site", "StopPage", "Subscription", "asks"]
