"""Reads of the joint statistics."""
