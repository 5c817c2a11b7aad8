"""The hub: where people work and where machines fetch the verified feed.  One folder a noun."""
