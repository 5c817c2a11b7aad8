"""Pages of the joint statistics."""
